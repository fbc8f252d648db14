package io.holdfast.repository.format;

import static io.holdfast.repository.format.Layout.BLOCK_BYTES_MAX;

import io.holdfast.core.ByteSink;
import io.holdfast.store.ObjectKey;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;

/// Writes one object as a run of bytes: full blocks, then the rest, then its description. Holds
/// some 2 MiB. Throws no `IOException`. Confined to one thread at a time; closing without commit
/// leaves nothing.
public final class ContainerOutput extends OutputStream implements ByteSink {
    private final ContainerWriter writer;
    private final BlockEncoder encoder = new BlockEncoder(Compression.DEFAULT);
    private final byte[] buffer = new byte[BLOCK_BYTES_MAX];
    private int filled;
    private long contentBytes;
    private boolean isClosed;

    ContainerOutput(ContainerWriter writer) {
        this.writer = writer;
    }

    @Override
    public void accept(byte[] bytes, int offset, int byteCount) {
        write(bytes, offset, byteCount);
    }

    @Override
    public void write(int singleByte) {
        write(new byte[] {(byte) singleByte}, 0, 1);
    }

    @Override
    public void write(byte[] bytes) {
        write(bytes, 0, bytes.length);
    }

    /// Adds content.
    ///
    /// @throws io.holdfast.core.UnavailableException if the store fails
    @Override
    public void write(byte[] bytes, int offset, int byteCount) {
        int at = offset;
        int left = byteCount;
        while (left > 0) {
            int count = Math.min(left, buffer.length - filled);
            System.arraycopy(bytes, at, buffer, filled, count);
            filled += count;
            at += count;
            left -= count;
            if (filled == buffer.length) {
                cut();
            }
        }
        contentBytes += byteCount;
    }

    private void cut() {
        if (filled > 0) {
            int _ = writer.append(encoder, buffer, 0, filled, BlockRole.CONTENT);
            filled = 0;
        }
    }

    /// Does nothing: blocks are cut when they are full.
    @Override
    public void flush() {}

    public ObjectKey key() {
        return writer.key();
    }

    /// Content bytes so far.
    public long contentBytes() {
        return contentBytes;
    }

    /// Adds the description, if there is one, and makes the object durable.
    ///
    /// @throws io.holdfast.core.RefusedException if an object of that name is there already
    public void commit(@Nullable Object description) {
        cut();
        if (description != null) {
            byte[] json = Json.mapper().writeValueAsBytes(description);
            if (json.length > BLOCK_BYTES_MAX) {
                throw new IllegalArgumentException(
                        "description of "
                                + key()
                                + " has "
                                + json.length
                                + " bytes, more than a block");
            }
            int _ = writer.append(encoder, json, 0, json.length, BlockRole.DOCUMENT);
        }
        writer.commitNew();
    }

    @Override
    public void close() {
        if (!isClosed) {
            isClosed = true;
            encoder.close();
            writer.close();
        }
    }
}
