package io.holdfast.core;

import java.nio.ByteOrder;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Reads fields one after another from a run of bytes in memory, and says where it stood when the
/// bytes end too soon.
///
/// Integers are little-endian and unsigned unless the method's name ends in `Be`. The cursor owns
/// no memory and copies only where it returns an array. Confined to one thread.
public final class ByteCursor {
    private static final java.lang.invoke.VarHandle SHORT =
            java.lang.invoke.MethodHandles.byteArrayViewVarHandle(
                    short[].class, ByteOrder.LITTLE_ENDIAN);
    private static final java.lang.invoke.VarHandle INT =
            java.lang.invoke.MethodHandles.byteArrayViewVarHandle(
                    int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final java.lang.invoke.VarHandle LONG =
            java.lang.invoke.MethodHandles.byteArrayViewVarHandle(
                    long[].class, ByteOrder.LITTLE_ENDIAN);

    private final byte[] bytes;
    private final String source;
    private final long sourceOffset;
    private final int begin;
    private final int end;
    private int at;

    /// @param source names the file, connection or object for error messages
    /// @param sourceOffset where the first byte lies in that source
    public ByteCursor(byte[] bytes, String source, long sourceOffset) {
        this(bytes, 0, bytes.length, source, sourceOffset);
    }

    /// A cursor over `bytes[begin, end)`, whose first byte lies at `sourceOffset` of the source.
    public ByteCursor(byte[] bytes, int begin, int end, String source, long sourceOffset) {
        if (begin < 0 || end < begin || end > bytes.length) {
            throw new IndexOutOfBoundsException(
                    Text.format("[%d, %d) of %d bytes", begin, end, bytes.length));
        }
        this.bytes = bytes;
        this.source = source;
        this.sourceOffset = sourceOffset;
        this.begin = begin;
        this.end = end;
        this.at = begin;
    }

    public String source() {
        return source;
    }

    /// Where the next byte lies in the source.
    public long offset() {
        return sourceOffset + (at - begin);
    }

    /// The index of the next byte in the underlying array.
    public int index() {
        return at;
    }

    /// The underlying array, for callers that copy or hash a run of it; see [#index()].
    @SuppressWarnings("EI_EXPOSE_REP")
    public byte[] array() {
        return bytes;
    }

    public int remaining() {
        return end - at;
    }

    public boolean hasRemaining() {
        return at < end;
    }

    /// Checks that a structure's bytes are there before any of them is read.
    ///
    /// @throws CorruptDataException if fewer than `count` bytes remain
    public void need(long count, String structure) {
        if (count < 0 || count > end - at) {
            throw truncated(structure, count);
        }
    }

    private CorruptDataException truncated(String structure, long count) {
        return new CorruptDataException(
                Problem.of(CoreError.BYTES_TRUNCATED)
                        .what(
                                "%s needs %s bytes, %d remain",
                                structure, Long.toUnsignedString(count), end - at)
                        .where("%s at offset %d", source, offset())
                        .remedy(
                                "Check that %s is whole: compare its size with the original's.",
                                source));
    }

    /// The problem of a field whose value the format does not allow, at the cursor's present place.
    public CorruptDataException impossible(String what) {
        return new CorruptDataException(
                Problem.of(CoreError.BYTES_IMPOSSIBLE)
                        .what("%s", what)
                        .where("%s at offset %d", source, offset())
                        .remedy("Check %s against its original; it may be damaged.", source));
    }

    public int u8(String field) {
        need(1, field);
        return bytes[at++] & 0xFF;
    }

    public int u16(String field) {
        need(2, field);
        int value = (short) SHORT.get(bytes, at) & 0xFFFF;
        at += 2;
        return value;
    }

    public int u24(String field) {
        need(3, field);
        int value = (bytes[at] & 0xFF) | (bytes[at + 1] & 0xFF) << 8 | (bytes[at + 2] & 0xFF) << 16;
        at += 3;
        return value;
    }

    public long u32(String field) {
        need(4, field);
        long value = (int) INT.get(bytes, at) & 0xFFFF_FFFFL;
        at += 4;
        return value;
    }

    public long u48(String field) {
        need(6, field);
        long value =
                ((int) INT.get(bytes, at) & 0xFFFF_FFFFL)
                        | ((short) SHORT.get(bytes, at + 4) & 0xFFFFL) << 32;
        at += 6;
        return value;
    }

    /// Reads 56 bits, as the commit timestamps of GTID events have.
    public long u56(String field) {
        need(7, field);
        return u48(field) | (long) u8(field) << 48;
    }

    /// Reads 64 bits. A value above `Long.MAX_VALUE` comes back negative; the caller says whether
    /// that is possible.
    public long u64(String field) {
        need(8, field);
        long value = (long) LONG.get(bytes, at);
        at += 8;
        return value;
    }

    /// Reads a MySQL length-encoded integer (1, 3, 4 or 9 bytes). Source: MySQL 9.7
    /// `mysys/pack.cc`, `net_field_length_ll`.
    ///
    /// @throws CorruptDataException if it is truncated, begins with 0xFB or 0xFF (which encode no
    ///   integer), or exceeds 63 bits
    public long lengthEncoded(String field) {
        int first = u8(field);
        long value =
                switch (first) {
                    case 0xFC -> u16(field);
                    case 0xFD -> u24(field);
                    case 0xFE -> u64(field);
                    case 0xFB, 0xFF ->
                            throw impossible(
                                    Text.format(
                                            "%s begins with 0x%02x, not a length", field, first));
                    default -> first;
                };
        if (value < 0) {
            throw impossible(
                    Text.format(
                            "%s is %s, more than 63 bits", field, Long.toUnsignedString(value)));
        }
        return value;
    }

    public int u16Be(String field) {
        return Short.toUnsignedInt(Short.reverseBytes((short) u16(field)));
    }

    public long u32Be(String field) {
        return Integer.toUnsignedLong(Integer.reverseBytes((int) u32(field)));
    }

    /// Reads 64 bits as [#u64] does.
    public long u64Be(String field) {
        return Long.reverseBytes(u64(field));
    }

    public byte[] bytes(long count, String field) {
        need(count, field);
        byte[] copy = Arrays.copyOfRange(bytes, at, at + (int) count);
        at += (int) count;
        return copy;
    }

    public String string(long byteCount, Charset charset, String field) {
        need(byteCount, field);
        var text = new String(bytes, at, (int) byteCount, charset);
        at += (int) byteCount;
        return text;
    }

    /// Reads a UTF-8 string up to a zero byte, and passes over that byte.
    public String stringNul(String field) {
        for (int i = at; i < end; i++) {
            if (bytes[i] == 0) {
                String text = string(i - at, StandardCharsets.UTF_8, field);
                at++;
                return text;
            }
        }
        throw truncated(field + " with its final zero byte", (long) remaining() + 1);
    }

    /// Reads a UTF-8 string with a length-encoded byte count in front.
    public String stringLengthEncoded(String field) {
        return string(lengthEncoded(field), StandardCharsets.UTF_8, field);
    }

    /// Reads all that is left as a UTF-8 string.
    public String stringRest() {
        return string(remaining(), StandardCharsets.UTF_8, "rest");
    }

    public void skip(long count, String field) {
        need(count, field);
        at += (int) count;
    }

    /// A cursor over the next `count` bytes, which this cursor passes over.
    public ByteCursor slice(long count, String field) {
        need(count, field);
        var slice = new ByteCursor(bytes, at, at + (int) count, source, offset());
        at += (int) count;
        return slice;
    }
}
