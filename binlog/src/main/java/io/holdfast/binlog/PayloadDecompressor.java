package io.holdfast.binlog;

import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;
import io.holdfast.core.ByteSink;
import io.holdfast.core.CorruptDataException;
import io.holdfast.core.Problem;
import java.nio.ByteBuffer;

/// Decompresses a payload of zstd frames that passes through in pieces of any length. Memory: two
/// buffers and zstd's window, which zstd itself bounds at 128 MiB and which is 2 MiB at the
/// server's default level. The claimed uncompressed length is never trusted. Close it.
final class PayloadDecompressor implements ByteSink, AutoCloseable {
    private static final int BUFFER_BYTES = 128 << 10;

    private final ZstdDecompressCtx zstd = new ZstdDecompressCtx();
    private final ByteBuffer in = ByteBuffer.allocateDirect(BUFFER_BYTES);
    private final ByteBuffer out = ByteBuffer.allocateDirect(BUFFER_BYTES);
    private final byte[] plain = new byte[BUFFER_BYTES];
    private final ByteSink onward;
    private final String where;
    private boolean isFrameEnded = true;

    PayloadDecompressor(ByteSink onward, String where) {
        this.onward = onward;
        this.where = where;
    }

    /// Whether the payload, now complete, ended with a frame's end.
    boolean isFrameEnded() {
        return isFrameEnded;
    }

    /// @throws CorruptDataException if the bytes are not zstd's
    @Override
    public void accept(byte[] bytes, int offset, int byteCount) {
        int at = offset;
        int end = offset + byteCount;
        while (at < end) {
            in.clear();
            int piece = Math.min(in.capacity(), end - at);
            in.put(bytes, at, piece).flip();
            at += piece;
            decompress();
        }
    }

    private void decompress() {
        try {
            boolean mayHaveMore = true;
            while (in.hasRemaining() || mayHaveMore) {
                out.clear();
                isFrameEnded = zstd.decompressDirectByteBufferStream(out, in);
                // A full output buffer means that zstd may hold back more.
                mayHaveMore = !out.hasRemaining() && !isFrameEnded;
                out.flip();
                int count = out.remaining();
                out.get(plain, 0, count);
                onward.accept(plain, 0, count);
            }
        } catch (ZstdException e) {
            throw new CorruptDataException(
                    Problem.of(BinlogError.BINLOG_PAYLOAD_CORRUPT)
                            .what("payload is not zstd's: %s", String.valueOf(e.getMessage()))
                            .where("%s", where)
                            .remedy(
                                    "Run mysqlbinlog --verify-binlog-checksum on the file; it may be damaged."),
                    e);
        }
    }

    @Override
    public void close() {
        zstd.close();
    }
}
