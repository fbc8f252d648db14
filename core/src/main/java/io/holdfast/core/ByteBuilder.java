package io.holdfast.core;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Writes fields one after another into a run of bytes that grows: the other direction of
/// [ByteCursor]. Integers are little-endian unless the method's name ends in `Be`. Confined to one
/// thread.
public final class ByteBuilder implements ByteSink {
    private byte[] bytes;
    private int count;

    public ByteBuilder() {
        this(256);
    }

    /// @param capacityBytes how much to take at first; it grows by itself
    public ByteBuilder(int capacityBytes) {
        this.bytes = new byte[Math.max(16, capacityBytes)];
    }

    private void room(int more) {
        if (more > bytes.length - count) {
            long wanted = Math.max((long) count + more, Math.min(bytes.length * 2L, 1L << 30));
            bytes = Arrays.copyOf(bytes, Math.toIntExact(wanted));
        }
    }

    @CanIgnoreReturnValue
    public ByteBuilder u8(int value) {
        return low(value, 1);
    }

    @CanIgnoreReturnValue
    public ByteBuilder u16(int value) {
        return low(value, 2);
    }

    @CanIgnoreReturnValue
    public ByteBuilder u24(int value) {
        return low(value, 3);
    }

    @CanIgnoreReturnValue
    public ByteBuilder u32(long value) {
        return low(value, 4);
    }

    @CanIgnoreReturnValue
    public ByteBuilder u48(long value) {
        return low(value, 6);
    }

    @CanIgnoreReturnValue
    public ByteBuilder u56(long value) {
        return low(value, 7);
    }

    @CanIgnoreReturnValue
    public ByteBuilder u64(long value) {
        return low(value, 8);
    }

    @CanIgnoreReturnValue
    public ByteBuilder u16Be(int value) {
        return low(Short.reverseBytes((short) value), 2);
    }

    @CanIgnoreReturnValue
    public ByteBuilder u32Be(long value) {
        return low(Integer.reverseBytes((int) value), 4);
    }

    @CanIgnoreReturnValue
    public ByteBuilder u64Be(long value) {
        return low(Long.reverseBytes(value), 8);
    }

    /// Writes the low `byteCount` bytes of a value, the lowest first.
    private ByteBuilder low(long value, int byteCount) {
        room(byteCount);
        for (int i = 0; i < byteCount; i++) {
            bytes[count++] = (byte) (value >>> (8 * i));
        }
        return this;
    }

    /// Writes a MySQL length-encoded integer in its shortest form. Source: MySQL 9.7
    /// `mysys/pack.cc`, `net_store_length`.
    @CanIgnoreReturnValue
    public ByteBuilder lengthEncoded(long value) {
        if (value < 0) {
            throw new IllegalArgumentException("a length is not negative: " + value);
        }
        if (value < 0xFB) {
            return u8((int) value);
        }
        if (value <= 0xFFFF) {
            return u8(0xFC).u16((int) value);
        }
        if (value <= 0xFF_FFFF) {
            return u8(0xFD).u24((int) value);
        }
        return u8(0xFE).u64(value);
    }

    @CanIgnoreReturnValue
    public ByteBuilder bytes(byte[] source) {
        accept(source, 0, source.length);
        return this;
    }

    @CanIgnoreReturnValue
    public ByteBuilder zeros(int byteCount) {
        room(byteCount);
        Arrays.fill(bytes, count, count + byteCount, (byte) 0);
        count += byteCount;
        return this;
    }

    /// Writes the text's UTF-8 bytes and nothing else.
    @CanIgnoreReturnValue
    public ByteBuilder string(String text) {
        return bytes(text.getBytes(StandardCharsets.UTF_8));
    }

    /// Writes the text's UTF-8 bytes and a zero byte.
    ///
    /// @throws IllegalArgumentException if the text holds a zero character, which would cut it
    @CanIgnoreReturnValue
    public ByteBuilder stringNul(String text) {
        if (text.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("a zero-terminated text holds a zero character");
        }
        return string(text).u8(0);
    }

    /// Writes the text's UTF-8 bytes with their length-encoded count in front.
    @CanIgnoreReturnValue
    public ByteBuilder stringLengthEncoded(String text) {
        return bytesLengthEncoded(text.getBytes(StandardCharsets.UTF_8));
    }

    @CanIgnoreReturnValue
    public ByteBuilder bytesLengthEncoded(byte[] source) {
        return lengthEncoded(source.length).bytes(source);
    }

    @Override
    public void accept(byte[] source, int offset, int byteCount) {
        room(byteCount);
        System.arraycopy(source, offset, bytes, count, byteCount);
        count += byteCount;
    }

    public int byteCount() {
        return count;
    }

    /// The underlying array, of which the first [#byteCount()] bytes are written; replaced when it
    /// grows.
    @SuppressWarnings("EI_EXPOSE_REP")
    public byte[] array() {
        return bytes;
    }

    public byte[] toArray() {
        return Arrays.copyOf(bytes, count);
    }

    /// Forgets what was written and keeps the memory.
    public void clear() {
        count = 0;
    }
}
