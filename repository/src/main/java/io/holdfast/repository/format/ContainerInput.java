package io.holdfast.repository.format;

import io.holdfast.core.ByteSink;
import java.io.InputStream;

/// Reads the content of one object as a run of bytes, from some block on up to its description.
/// Every block is proven before its bytes are given. Throws no `IOException`. Confined to one
/// thread.
public final class ContainerInput extends InputStream {
    private final BlockInput blocks;
    private byte[] raw = new byte[0];
    private int at;
    private int end;

    ContainerInput(BlockInput blocks) {
        this.blocks = blocks;
    }

    private boolean hasMore() {
        while (at == end) {
            if (!blocks.next() || blocks.role() != BlockRole.CONTENT) {
                return false;
            }
            raw = blocks.raw();
            at = 0;
            end = blocks.rawBytes();
        }
        return true;
    }

    @Override
    public int read() {
        return hasMore() ? raw[at++] & 0xFF : -1;
    }

    @Override
    public int read(byte[] target) {
        return read(target, 0, target.length);
    }

    @Override
    public int read(byte[] target, int offset, int byteCountMax) {
        if (byteCountMax == 0) {
            return 0;
        }
        if (!hasMore()) {
            return -1;
        }
        int count = Math.min(byteCountMax, end - at);
        System.arraycopy(raw, at, target, offset, count);
        at += count;
        return count;
    }

    /// Passes over bytes within the blocks that follow.
    ///
    /// @return how many were passed over; fewer only at the end
    @Override
    public long skip(long byteCount) {
        long left = byteCount;
        while (left > 0 && hasMore()) {
            int count = (int) Math.min(left, end - at);
            at += count;
            left -= count;
        }
        return byteCount - left;
    }

    /// Gives everything that is left to the sink, block by block and without copying.
    public void transferTo(ByteSink sink) {
        while (hasMore()) {
            int offset = at;
            at = end;
            sink.accept(raw, offset, end - offset);
        }
    }

    @Override
    public void close() {
        blocks.close();
    }
}
