package io.holdfast.binlog;

import io.holdfast.core.ByteCursor;
import io.holdfast.core.Text;
import java.util.Arrays;

/// An immutable run of bytes, equal to another of the same bytes.
public final class ByteString {
    private final byte[] bytes;

    private ByteString(byte[] bytes) {
        this.bytes = bytes;
    }

    /// Copies the array.
    public static ByteString of(byte[] bytes) {
        return new ByteString(bytes.clone());
    }

    static ByteString read(ByteCursor in, long count, String field) {
        return new ByteString(in.bytes(count, field));
    }

    public int byteCount() {
        return bytes.length;
    }

    /// The byte at an index, from 0 to 255.
    public int at(int index) {
        return bytes[index] & 0xFF;
    }

    /// A copy of the bytes.
    public byte[] toArray() {
        return bytes.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ByteString that && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    /// The bytes as hexadecimal digits.
    @Override
    public String toString() {
        return Text.hex(bytes);
    }
}
