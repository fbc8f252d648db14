package io.holdfast.repository.format;

import static io.holdfast.repository.format.Layout.BLOCK_BYTES_MAX;
import static io.holdfast.repository.format.Layout.BLOCK_HEADER_BYTES;
import static io.holdfast.repository.format.Layout.BLOCK_HEADER_HASHED_BYTES;

import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;
import io.holdfast.store.ObjectInput;
import io.holdfast.store.ObjectKey;
import java.security.MessageDigest;
import java.util.Arrays;

/// Proves and decompresses one block after another. Holds about 2 MiB and a native context.
/// Confined to one thread at a time.
final class BlockDecoder implements AutoCloseable {
    private final ZstdDecompressCtx zstd = new ZstdDecompressCtx();
    private final MessageDigest hash = Layout.sha256();
    private byte[] stored = new byte[64 << 10];
    private byte[] raw = new byte[64 << 10];
    private int rawBytes;
    private BlockRole role = BlockRole.CONTENT;

    /// Reads the block that lies next in the input and must be the one the table names.
    ///
    /// @throws io.holdfast.core.CorruptDataException if anything in it is not as it was written
    void decode(ObjectInput in, BlockTable table, int ordinal) {
        ObjectKey key = in.key();
        long at = table.offset(ordinal);
        int storedBytes = table.storedBytes(ordinal);
        stored = atLeast(stored, BLOCK_HEADER_BYTES + storedBytes);
        in.need(stored, 0, BLOCK_HEADER_BYTES + storedBytes);
        hash.update(stored, 0, BLOCK_HEADER_HASHED_BYTES);
        Layout.update(hash, stored, BLOCK_HEADER_BYTES, storedBytes);
        byte[] actual = hash.digest();
        if (!table.isHash(ordinal, actual, 0)
                || !table.isHash(ordinal, stored, BLOCK_HEADER_HASHED_BYTES)
                || Layout.getInt(stored, 0) != storedBytes
                || Layout.getInt(stored, 4) != table.rawBytes(ordinal)
                || Layout.getInt(stored, 12) != ordinal) {
            throw Damage.at(
                    key, at, "block %d is not what was written: its SHA-256 does not fit", ordinal);
        }
        rawBytes = table.rawBytes(ordinal);
        role =
                switch (stored[9]) {
                    case 0 -> BlockRole.CONTENT;
                    case 1 -> BlockRole.DOCUMENT;
                    default -> throw Damage.tooNew(key, "block %d has role %d", ordinal, stored[9]);
                };
        raw = atLeast(raw, rawBytes);
        decompress(key, at, storedBytes);
    }

    private void decompress(ObjectKey key, long at, int storedBytes) {
        switch (stored[8]) {
            case Layout.COMPRESSION_NONE -> {
                if (storedBytes != rawBytes) {
                    throw Damage.at(
                            key, at, "raw block has %d bytes, says %d", storedBytes, rawBytes);
                }
                System.arraycopy(stored, BLOCK_HEADER_BYTES, raw, 0, rawBytes);
            }
            case Layout.COMPRESSION_ZSTD -> {
                int count;
                try {
                    count =
                            zstd.decompressByteArray(
                                    raw, 0, rawBytes, stored, BLOCK_HEADER_BYTES, storedBytes);
                } catch (ZstdException failure) {
                    throw Damage.at(
                            key,
                            at,
                            "zstd cannot read the block: error %d",
                            failure.getErrorCode());
                }
                if (count != rawBytes) {
                    throw Damage.at(key, at, "block became %d bytes, says %d", count, rawBytes);
                }
            }
            default -> throw Damage.tooNew(key, "block is compressed by algorithm %d", stored[8]);
        }
    }

    private static byte[] atLeast(byte[] buffer, int byteCount) {
        if (buffer.length >= byteCount) {
            return buffer;
        }
        return new byte
                [byteCount > 256 << 10 ? BLOCK_BYTES_MAX + BLOCK_HEADER_BYTES + 16 : byteCount];
    }

    /// The bytes of the block decoded last, in `[0, rawBytes())`; overwritten by the next.
    byte[] raw() {
        return raw;
    }

    int rawBytes() {
        return rawBytes;
    }

    BlockRole role() {
        return role;
    }

    byte[] copy() {
        return Arrays.copyOf(raw, rawBytes);
    }

    @Override
    public void close() {
        zstd.close();
    }
}
