package io.holdfast.store;

import io.holdfast.core.Text;

/// A run of bytes of an object.
///
/// @param begin offset of the first byte
/// @param end offset behind the last byte
public record ByteRange(long begin, long end) {
    public ByteRange {
        if (begin < 0 || end < begin) {
            throw new IllegalArgumentException(Text.format("not a range: [%d, %d)", begin, end));
        }
    }

    /// The range of `byteCount` bytes from `begin` on.
    public static ByteRange at(long begin, long byteCount) {
        return new ByteRange(begin, Math.addExact(begin, byteCount));
    }

    public long byteCount() {
        return end - begin;
    }
}
