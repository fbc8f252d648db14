package io.holdfast.binlog;

import io.holdfast.core.ByteCursor;
import io.holdfast.core.Text;
import java.io.ByteArrayOutputStream;

/// The variable-length integers of MySQL's serialization format, in which tagged GTID events are
/// written.
///
/// The number of trailing one bits of the first byte, plus one, is the number of bytes. With up to
/// eight bytes the value stands in the bits above the first zero bit, little-endian; with nine the
/// first byte is all ones and eight value bytes follow. Signed numbers are folded first: the lowest
/// bit is the sign, the rest the magnitude (of `-(x+1)` when negative). Source: MySQL 9.7
/// `libs/mysql/serialization/variable_length_integers.h` and its `readme.md`.
final class SerializedFields {
    private SerializedFields() {}

    static long unsigned(ByteCursor in, String field) {
        int first = in.u8(field);
        int bytes = Integer.numberOfTrailingZeros(~first) + 1;
        if (bytes == 9) {
            return in.u64(field);
        }
        long value = (long) first >>> bytes;
        for (int i = 1; i < bytes; i++) {
            value |= (long) in.u8(field) << (8 * i - bytes);
        }
        return value;
    }

    static long signed(ByteCursor in, String field) {
        long folded = unsigned(in, field);
        return (folded >>> 1) ^ -(folded & 1);
    }

    /// An unsigned number that counts or indexes something in memory.
    ///
    /// @throws io.holdfast.core.CorruptDataException if it is above `max`
    static int small(ByteCursor in, String field, int max) {
        long value = unsigned(in, field);
        if (value < 0 || value > max) {
            throw in.impossible(
                    Text.format(
                            "%s is %s, at most %d is possible",
                            field, Long.toUnsignedString(value), max));
        }
        return (int) value;
    }

    static void putUnsigned(ByteArrayOutputStream out, long value) {
        int bits = Long.SIZE - Long.numberOfLeadingZeros(value);
        int bytes = bits > 56 ? 9 : Math.max(1, (bits + 6) / 7);
        if (bytes == 9) {
            out.write(0xFF);
            for (int i = 0; i < 8; i++) {
                out.write((int) (value >>> (8 * i)));
            }
            return;
        }
        long shifted = value << bytes | ((1L << (bytes - 1)) - 1);
        for (int i = 0; i < bytes; i++) {
            out.write((int) (shifted >>> (8 * i)));
        }
    }

    static void putSigned(ByteArrayOutputStream out, long value) {
        putUnsigned(out, value << 1 ^ value >> 63);
    }
}
