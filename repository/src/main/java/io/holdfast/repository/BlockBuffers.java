package io.holdfast.repository;

import io.holdfast.repository.format.BlockEncoder;
import io.holdfast.repository.format.Compression;
import java.util.concurrent.ConcurrentLinkedDeque;

/// Buffers and compressors that streams take turns with. There are as many as streams that were
/// ever open at the same time, some 2 MiB each. Thread-safe.
final class BlockBuffers implements AutoCloseable {
    private static final int BLOCK_BYTES = 1 << 20;

    private final ConcurrentLinkedDeque<Buffer> idle = new ConcurrentLinkedDeque<>();
    private final Compression compression;

    /// What one stream needs; whoever has taken it owns it.
    static final class Buffer {
        private final byte[] raw = new byte[BLOCK_BYTES];
        private final BlockEncoder encoder;

        Buffer(BlockEncoder encoder) {
            this.encoder = encoder;
        }

        byte[] raw() {
            return raw;
        }

        BlockEncoder encoder() {
            return encoder;
        }
    }

    BlockBuffers(Compression compression) {
        this.compression = compression;
    }

    Buffer take() {
        Buffer buffer = idle.pollFirst();
        return buffer == null ? new Buffer(new BlockEncoder(compression)) : buffer;
    }

    void giveBack(Buffer buffer) {
        idle.addFirst(buffer);
    }

    @Override
    public void close() {
        for (Buffer buffer = idle.pollFirst(); buffer != null; buffer = idle.pollFirst()) {
            buffer.encoder().close();
        }
    }
}
