package io.holdfast.wire;

/// Where a [PacketReader] gets its bytes. The edges implement it over sockets, tests over arrays.
@FunctionalInterface
public interface ByteInput {
    /// Reads at least one byte and at most `byteCountMax` (1 or more) into `bytes` from `offset`
    /// on.
    ///
    /// @return how many were read, or -1 after the last one
    /// @throws io.holdfast.core.UnavailableException if nothing more can be read
    int read(byte[] bytes, int offset, int byteCountMax);
}
