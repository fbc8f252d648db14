package io.holdfast.repository.format;

import static io.holdfast.repository.format.Layout.BLOCK_BYTES_MAX;
import static io.holdfast.repository.format.Layout.BLOCK_HEADER_BYTES;
import static io.holdfast.repository.format.Layout.BLOCK_HEADER_HASHED_BYTES;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import java.security.DigestException;
import java.security.MessageDigest;

/// Compresses and hashes one block after another. Holds one block and a native compression context,
/// so it is reused: one per thread that writes. Confined to one thread at a time.
public final class BlockEncoder implements AutoCloseable {
    /// A block must shrink by at least this part of itself, or it is stored raw.
    private static final int WORTHWHILE_PART = 16;

    /// At level 1 zstd looks for repetitions in a table of 2^14 places of 4 bytes; one of half that
    /// size stays in a core's first cache beside the block. Pages compress up to a tenth quicker
    /// with it, to at most 1.05 times the size (docs/benchmarks.md, "Full physical backups").
    private static final int FAST_HASH_LOG = 13;

    private final boolean isRaw;
    private final ZstdCompressCtx zstd;
    private final MessageDigest hash = Layout.sha256();

    /// Header and stored bytes of the block encoded last.
    private byte[] frame = new byte[0];

    public BlockEncoder(Compression compression) {
        this.isRaw = compression.isNone();
        this.zstd = new ZstdCompressCtx().setChecksum(true);
        if (!isRaw) {
            zstd.setLevel(compression.zstdLevel());
            if (compression.zstdLevel() == 1) {
                zstd.setHashLog(FAST_HASH_LOG);
            }
        }
    }

    /// Encodes a block into [#frame()].
    ///
    /// @return how many bytes of the frame are used
    int encode(byte[] raw, int offset, int byteCount, BlockRole role, int ordinal) {
        if (byteCount < 1 || byteCount > BLOCK_BYTES_MAX) {
            throw new IllegalArgumentException("a block has 1 to 1048576 bytes, not " + byteCount);
        }
        int needed = BLOCK_HEADER_BYTES + (int) Zstd.compressBound(byteCount);
        if (frame.length < needed) {
            frame = new byte[needed]; // documents are small; streams come to full blocks at once
        }
        int stored = isRaw ? byteCount : compress(raw, offset, byteCount);
        boolean compressed = stored <= byteCount - byteCount / WORTHWHILE_PART - 1;
        if (!compressed) {
            System.arraycopy(raw, offset, frame, BLOCK_HEADER_BYTES, byteCount);
            stored = byteCount;
        }
        Layout.putInt(frame, 0, stored);
        Layout.putInt(frame, 4, byteCount);
        frame[8] = (byte) (compressed ? Layout.COMPRESSION_ZSTD : Layout.COMPRESSION_NONE);
        frame[9] = (byte) role.number();
        frame[10] = 0;
        frame[11] = 0;
        Layout.putInt(frame, 12, ordinal);
        hash.update(frame, 0, BLOCK_HEADER_HASHED_BYTES);
        Layout.update(hash, frame, BLOCK_HEADER_BYTES, stored);
        try {
            hash.digest(frame, BLOCK_HEADER_HASHED_BYTES, Layout.HASH_BYTES);
        } catch (DigestException impossible) {
            throw new AssertionError("32 bytes hold a SHA-256", impossible);
        }
        return BLOCK_HEADER_BYTES + stored;
    }

    private int compress(byte[] raw, int offset, int byteCount) {
        return zstd.compressByteArray(
                frame,
                BLOCK_HEADER_BYTES,
                frame.length - BLOCK_HEADER_BYTES,
                raw,
                offset,
                byteCount);
    }

    byte[] frame() {
        return frame;
    }

    @Override
    public void close() {
        zstd.close();
    }
}
