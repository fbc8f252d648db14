package io.holdfast.repository.format;

import io.holdfast.store.ObjectInput;

/// Reads blocks of one object one after another, each proven before it is given. Confined to one
/// thread.
public final class BlockInput implements AutoCloseable {
    private final ObjectInput in;
    private final BlockTable table;
    private final int end;
    private final BlockDecoder decoder = new BlockDecoder();
    private int next;

    BlockInput(ObjectInput in, BlockTable table, int first, int end) {
        this.in = in;
        this.table = table;
        this.next = first;
        this.end = end;
    }

    /// Reads the next block; false when the run is at its end.
    ///
    /// @throws io.holdfast.core.CorruptDataException if the block is not as it was written
    public boolean next() {
        if (next == end) {
            return false;
        }
        decoder.decode(in, table, next);
        next++;
        return true;
    }

    /// The present block's bytes, in `[0, rawBytes())`; overwritten by [#next()].
    @SuppressWarnings("EI_EXPOSE_REP") // a copy of each MiB would halve the speed
    public byte[] raw() {
        return decoder.raw();
    }

    public int rawBytes() {
        return decoder.rawBytes();
    }

    public BlockRole role() {
        return decoder.role();
    }

    /// A copy of the present block's bytes.
    public byte[] copy() {
        return decoder.copy();
    }

    @Override
    public void close() {
        decoder.close();
        in.close();
    }
}
