package io.holdfast.binlog;

/// Gives bytes in order, as an `InputStream` does; the codec opens nothing itself. Whoever made the
/// source closes it.
@FunctionalInterface
public interface ByteSource {
    /// Reads at least one byte into `bytes[offset, offset + byteCountMax)`.
    ///
    /// @param byteCountMax at least 1
    /// @return how many were read, or -1 at the end
    int read(byte[] bytes, int offset, int byteCountMax);
}
