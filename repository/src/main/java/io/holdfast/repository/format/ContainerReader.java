package io.holdfast.repository.format;

import static io.holdfast.repository.format.Layout.BLOCK_COUNT_MAX;
import static io.holdfast.repository.format.Layout.HASH_BYTES;
import static io.holdfast.repository.format.Layout.HEADER_BYTES;
import static io.holdfast.repository.format.Layout.TABLE_ENTRY_BYTES;
import static io.holdfast.repository.format.Layout.TRAILER_BYTES;
import static io.holdfast.repository.format.Layout.TRAILER_HASHED_BYTES;

import io.holdfast.core.ByteCursor;
import io.holdfast.store.ByteRange;
import io.holdfast.store.ObjectInput;
import io.holdfast.store.ObjectKey;
import io.holdfast.store.ObjectStore;
import java.security.MessageDigest;
import java.util.Arrays;

/// Reads blocks of one object by their ordinals. Opening it reads and proves header, table and
/// trailer; each block is proven when it is read. Immutable and thread-safe; holds the table (48
/// bytes for each block) and no connection.
public final class ContainerReader {
    private final ObjectStore store;
    private final ObjectKey key;
    private final Header header;
    private final BlockTable table;
    private final long objectBytes;

    private ContainerReader(
            ObjectStore store, ObjectKey key, Header header, BlockTable table, long objectBytes) {
        this.store = store;
        this.key = key;
        this.header = header;
        this.table = table;
        this.objectBytes = objectBytes;
    }

    /// @throws io.holdfast.core.CorruptDataException if the object is missing, cut short, damaged
    ///   or misplaced
    static ContainerReader open(
            ObjectStore store, RepositoryId repository, ObjectKey key, ObjectKind kind) {
        long objectBytes = store.bytes(key).orElse(0);
        byte[] head = new byte[HEADER_BYTES];
        if (objectBytes < HEADER_BYTES + TRAILER_BYTES) {
            store.open(key).close(); // says so if it is missing
            throw Damage.at(key, objectBytes, "object is cut short: it has %d bytes", objectBytes);
        }
        try (ObjectInput in = store.openRange(key, ByteRange.at(0, HEADER_BYTES))) {
            in.need(head, 0, HEADER_BYTES);
        }
        Header header = Header.decode(head, repository, key, kind);
        BlockTable table = readTable(store, key, head, header, objectBytes);
        return new ContainerReader(store, key, header, table, objectBytes);
    }

    private static BlockTable readTable(
            ObjectStore store, ObjectKey key, byte[] head, Header header, long objectBytes) {
        long trailerOffset = objectBytes - TRAILER_BYTES;
        byte[] trailer = store.readRange(key, ByteRange.at(trailerOffset, TRAILER_BYTES));
        var in = new ByteCursor(trailer, "object " + key, trailerOffset);
        long tableOffset = in.u64("table offset");
        long blockCount = in.u32("block count");
        in.skip(4, "reserved");
        long rawBytes = in.u64("raw bytes");
        if (Layout.getInt(trailer, TRAILER_BYTES - 8) != (int) Layout.END_MAGIC
                || Layout.getInt(trailer, TRAILER_BYTES - 4) != (int) (Layout.END_MAGIC >>> 32)) {
            throw Damage.at(
                    key,
                    trailerOffset,
                    "object is cut short or its end is damaged: no TSAFDLOH there");
        }
        if (blockCount > BLOCK_COUNT_MAX
                || tableOffset != trailerOffset - blockCount * TABLE_ENTRY_BYTES) {
            throw Damage.at(
                    key,
                    trailerOffset,
                    "table of %d blocks does not end at the trailer",
                    blockCount);
        }
        byte[] entries = store.readRange(key, new ByteRange(tableOffset, trailerOffset));
        MessageDigest hash = Layout.sha256();
        hash.update(head);
        hash.update(entries);
        hash.update(trailer, 0, TRAILER_HASHED_BYTES);
        byte[] actual = hash.digest();
        if (!Arrays.equals(
                actual,
                0,
                HASH_BYTES,
                trailer,
                TRAILER_HASHED_BYTES,
                TRAILER_HASHED_BYTES + HASH_BYTES)) {
            throw Damage.at(
                    key,
                    tableOffset,
                    "block table is not what was written: its SHA-256 does not fit");
        }
        var table = new BlockTable(entries, header, key, tableOffset);
        if (table.rawBytes() != rawBytes) {
            throw Damage.at(
                    key,
                    trailerOffset,
                    "blocks have %d raw bytes, not %d",
                    table.rawBytes(),
                    rawBytes);
        }
        return table;
    }

    public ObjectKey key() {
        return key;
    }

    public int blockCount() {
        return table.blockCount();
    }

    /// Bytes of the whole object in the store.
    public long objectBytes() {
        return objectBytes;
    }

    /// Raw bytes of all blocks.
    public long rawBytes() {
        return table.rawBytes();
    }

    /// The most raw bytes that a block of this object has.
    public int blockBytesMax() {
        return header.blockBytesMax();
    }

    /// Stored bytes of a run of blocks, their headers included.
    public long storedBytes(int first, int count) {
        return table.offset(first + count) - table.offset(first);
    }

    /// Opens a run of blocks for reading one after another, in one ranged read.
    ///
    /// @throws io.holdfast.core.CorruptDataException if the object has not so many blocks
    public BlockInput blocks(int first, int count) {
        if (first < 0 || count < 0 || first > table.blockCount() - count) {
            throw Damage.at(
                    key,
                    objectBytes,
                    "blocks %d to %d are asked for, the object has %d",
                    first,
                    (long) first + count - 1,
                    table.blockCount());
        }
        ObjectInput in =
                store.openRange(
                        key, new ByteRange(table.offset(first), table.offset(first + count)));
        return new BlockInput(in, table, first, first + count);
    }

    /// Opens the content from a block on; the description, if there is one, is not part of it.
    public ContainerInput content(int first) {
        return new ContainerInput(blocks(first, table.blockCount() - first));
    }

    /// Reads and proves every block, and forgets it.
    ///
    /// @throws io.holdfast.core.CorruptDataException at the first byte that is not as written
    public void verify() {
        try (BlockInput blocks = blocks(0, table.blockCount())) {
            while (blocks.next()) {
                // next() proves the block; nothing else is wanted of it
            }
        }
    }
}
