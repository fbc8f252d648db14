package io.holdfast.repository.archive;

import io.holdfast.core.ByteCursor;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/// Collects numbers and texts in the forms of part indexes, and reads them: unsigned LEB128 (seven
/// bits a byte, least significant first), zigzag for signed ones, texts with a byte count in front.
final class VarintWriter {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    void u8(int value) {
        out.write(value);
    }

    void u16(int value) {
        out.write(value);
        out.write(value >>> 8);
    }

    void u64(long value) {
        for (int shift = 0; shift < 64; shift += 8) {
            out.write((int) (value >>> shift));
        }
    }

    void number(long value) {
        long left = value;
        while ((left & ~0x7FL) != 0) {
            out.write(((int) left & 0x7F) | 0x80);
            left >>>= 7;
        }
        out.write((int) left);
    }

    void signed(long value) {
        number((value << 1) ^ (value >> 63));
    }

    void text(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        number(bytes.length);
        bytes(bytes);
    }

    void bytes(byte[] bytes) {
        out.writeBytes(bytes);
    }

    int byteCount() {
        return out.size();
    }

    byte[] toByteArray() {
        return out.toByteArray();
    }

    /// Reads an unsigned number; above 63 bits it comes back negative.
    static long readNumber(ByteCursor in, String field) {
        long value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            int next = in.u8(field);
            value |= (next & 0x7FL) << shift;
            if (next < 0x80) {
                return value;
            }
        }
        throw in.impossible(field + " has more than ten bytes");
    }

    static long readSigned(ByteCursor in, String field) {
        long zigzag = readNumber(in, field);
        return (zigzag >>> 1) ^ -(zigzag & 1);
    }

    static String readText(ByteCursor in, String field) {
        return in.string(readNumber(in, field), StandardCharsets.UTF_8, field);
    }
}
