package io.holdfast.repository.format;

import static io.holdfast.repository.format.Layout.BLOCK_HEADER_BYTES;
import static io.holdfast.repository.format.Layout.HASH_BYTES;
import static io.holdfast.repository.format.Layout.HEADER_BYTES;
import static io.holdfast.repository.format.Layout.SEAL_TAG_BYTES;
import static io.holdfast.repository.format.Layout.TABLE_ENTRY_BYTES;

import io.holdfast.store.ObjectKey;
import java.util.Arrays;

/// The lengths and hashes of an object's blocks, and so where each begins.
final class BlockTable {
    private final byte[] entries;
    private final int blockCount;

    /// Offsets of every block, and behind the last one that of the table.
    private final long[] offsets;

    private long rawBytes;

    /// Checks that no length is beyond what a block may have.
    ///
    /// @throws io.holdfast.core.CorruptDataException if one is
    BlockTable(byte[] entries, Header header, ObjectKey key, long tableOffset) {
        this.entries = entries;
        this.blockCount = entries.length / TABLE_ENTRY_BYTES;
        this.offsets = new long[blockCount + 1];
        offsets[0] = HEADER_BYTES;
        for (int i = 0; i < blockCount; i++) {
            int stored = storedBytes(i);
            int raw = rawBytes(i);
            if (stored < 1
                    || stored > header.blockBytesMax() + SEAL_TAG_BYTES
                    || raw < 1
                    || raw > header.blockBytesMax()) {
                throw Damage.at(
                        key,
                        tableOffset + (long) i * TABLE_ENTRY_BYTES,
                        "block %d has %d stored and %d raw bytes",
                        i,
                        stored,
                        raw);
            }
            offsets[i + 1] = offsets[i] + BLOCK_HEADER_BYTES + stored;
            rawBytes += raw;
        }
        if (offsets[blockCount] != tableOffset) {
            throw Damage.at(
                    key,
                    tableOffset,
                    "blocks end at offset %d, the table begins elsewhere",
                    offsets[blockCount]);
        }
    }

    int blockCount() {
        return blockCount;
    }

    long rawBytes() {
        return rawBytes;
    }

    int storedBytes(int ordinal) {
        return Layout.getInt(entries, ordinal * TABLE_ENTRY_BYTES);
    }

    int rawBytes(int ordinal) {
        return Layout.getInt(entries, ordinal * TABLE_ENTRY_BYTES + 4);
    }

    /// Where a block begins; for the block count, where the blocks end.
    long offset(int ordinal) {
        return offsets[ordinal];
    }

    boolean isHash(int ordinal, byte[] bytes, int offset) {
        int at = ordinal * TABLE_ENTRY_BYTES + 8;
        return Arrays.equals(entries, at, at + HASH_BYTES, bytes, offset, offset + HASH_BYTES);
    }
}
