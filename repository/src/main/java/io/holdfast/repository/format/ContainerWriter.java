package io.holdfast.repository.format;

import static io.holdfast.repository.format.Layout.BLOCK_COUNT_MAX;
import static io.holdfast.repository.format.Layout.BLOCK_HEADER_HASHED_BYTES;
import static io.holdfast.repository.format.Layout.HASH_BYTES;
import static io.holdfast.repository.format.Layout.HEADER_BYTES;
import static io.holdfast.repository.format.Layout.TABLE_ENTRY_BYTES;
import static io.holdfast.repository.format.Layout.TRAILER_BYTES;
import static io.holdfast.repository.format.Layout.TRAILER_HASHED_BYTES;

import io.holdfast.core.Problem;
import io.holdfast.core.RefusedException;
import io.holdfast.store.ObjectKey;
import io.holdfast.store.ObjectWriter;
import io.holdfast.store.PutResult;
import java.security.MessageDigest;
import java.util.Arrays;

/// Writes one object in the envelope: header, blocks as they come, table, trailer. Memory: 40 bytes
/// for each block. Confined to one thread at a time; closing without commit leaves nothing.
public final class ContainerWriter implements AutoCloseable {
    private final ObjectKey key;
    private final ObjectWriter out;
    private final byte[] header;
    private byte[] table = new byte[64 * TABLE_ENTRY_BYTES];
    private int blockCount;
    private long rawBytes;
    private long storedBytes;

    ContainerWriter(ObjectKey key, ObjectWriter out, byte[] header) {
        this.key = key;
        this.out = out;
        this.header = header;
        out.write(header, 0, HEADER_BYTES);
        storedBytes = HEADER_BYTES;
    }

    /// Adds a block.
    ///
    /// @param byteCount 1 to 1 MiB
    /// @return the block's ordinal
    public int append(BlockEncoder encoder, byte[] raw, int offset, int byteCount, BlockRole role) {
        if (blockCount == BLOCK_COUNT_MAX) {
            throw new IllegalStateException(key + " has as many blocks as an object can have");
        }
        int ordinal = blockCount;
        int frameBytes = encoder.encode(raw, offset, byteCount, role, ordinal);
        byte[] frame = encoder.frame();
        out.write(frame, 0, frameBytes);
        int entry = ordinal * TABLE_ENTRY_BYTES;
        if (entry == table.length) {
            table = Arrays.copyOf(table, table.length * 2);
        }
        System.arraycopy(frame, 0, table, entry, 8);
        System.arraycopy(frame, BLOCK_HEADER_HASHED_BYTES, table, entry + 8, HASH_BYTES);
        blockCount++;
        rawBytes += byteCount;
        storedBytes += frameBytes;
        return ordinal;
    }

    public ObjectKey key() {
        return key;
    }

    public int blockCount() {
        return blockCount;
    }

    /// Bytes of the object so far, its header included.
    public long storedBytes() {
        return storedBytes;
    }

    /// Raw bytes of all blocks so far.
    public long rawBytes() {
        return rawBytes;
    }

    /// Writes table and trailer and makes the object durable.
    public PutResult commit() {
        byte[] trailer = new byte[TRAILER_BYTES];
        Layout.putLong(trailer, 0, storedBytes);
        Layout.putInt(trailer, 8, blockCount);
        Layout.putLong(trailer, 16, rawBytes);
        int tableBytes = blockCount * TABLE_ENTRY_BYTES;
        MessageDigest hash = Layout.sha256();
        hash.update(header);
        hash.update(table, 0, tableBytes);
        hash.update(trailer, 0, TRAILER_HASHED_BYTES);
        System.arraycopy(hash.digest(), 0, trailer, TRAILER_HASHED_BYTES, HASH_BYTES);
        Layout.putLong(trailer, TRAILER_HASHED_BYTES + HASH_BYTES, Layout.END_MAGIC);
        out.write(table, 0, tableBytes);
        out.write(trailer, 0, TRAILER_BYTES);
        return out.commit();
    }

    /// As [#commit()], for objects whose name is random and so must be new.
    ///
    /// @throws RefusedException if an object of that name is there already
    public void commitNew() {
        if (commit() == PutResult.EXISTS) {
            throw new RefusedException(
                    Problem.of(RepositoryError.OBJECT_EXISTS)
                            .what("an object of this name is there already")
                            .where("object %s", key)
                            .remedy("Run the command again; it chooses another name."));
        }
    }

    @Override
    public void close() {
        out.close();
    }
}
