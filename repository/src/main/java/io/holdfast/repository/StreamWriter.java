package io.holdfast.repository;

import io.holdfast.core.ByteSink;
import io.holdfast.core.Text;
import io.holdfast.repository.format.BlockEncoder;
import io.holdfast.repository.format.BlockRun;
import io.holdfast.repository.format.StreamRef;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/// Takes the bytes of one stream, cuts them into blocks, and compresses them on the caller's
/// thread. Memory: a block's buffers from the first byte to [#finish()]. Confined to one thread at
/// a time; many streams of one backup may be written at once.
public final class StreamWriter extends OutputStream implements ByteSink {
    private final PackPool packs;
    private final BlockBuffers pool;
    private final LongAdder backupBytes;
    private final CRC32C crc = new CRC32C();
    private final List<BlockRun> runs = new ArrayList<>();
    private PackPool.@Nullable OpenPack lastPack;
    private BlockBuffers.@Nullable Buffer buffer;
    private int filled;
    private long bytes;
    private boolean ended;

    StreamWriter(PackPool packs, BlockBuffers pool, LongAdder backupBytes) {
        this.packs = packs;
        this.pool = pool;
        this.backupBytes = backupBytes;
    }

    @Override
    public void accept(byte[] source, int offset, int byteCount) {
        write(source, offset, byteCount);
    }

    @Override
    public void write(int singleByte) {
        write(new byte[] {(byte) singleByte}, 0, 1);
    }

    @Override
    public void write(byte[] source) {
        write(source, 0, source.length);
    }

    /// Adds bytes to the stream; the array is the caller's again when this returns.
    ///
    /// @throws io.holdfast.core.UnavailableException if the store fails; the backup cannot be
    ///   committed any more then
    @Override
    public void write(byte[] source, int offset, int byteCount) {
        if (ended) {
            throw new IllegalStateException("stream is finished");
        }
        crc.update(source, offset, byteCount);
        bytes += byteCount;
        int at = offset;
        int left = byteCount;
        while (left > 0) {
            if (buffer == null) {
                buffer = pool.take();
            }
            byte[] raw = buffer.raw();
            int count = Math.min(left, raw.length - filled);
            if (count == raw.length) {
                // A whole block, as segments of large files are read: encoded from where it lies.
                cut(buffer.encoder(), source, at, count);
            } else {
                System.arraycopy(source, at, raw, filled, count);
                filled += count;
                if (filled == raw.length) {
                    cut(buffer);
                }
            }
            at += count;
            left -= count;
        }
    }

    private void cut(BlockBuffers.Buffer filledBuffer) {
        cut(filledBuffer.encoder(), filledBuffer.raw(), 0, filled);
        filled = 0;
    }

    private void cut(BlockEncoder encoder, byte[] raw, int offset, int byteCount) {
        PackPool.Placed placed = packs.append(encoder, raw, offset, byteCount, lastPack);
        lastPack = placed.pack();
        backupBytes.add(byteCount);
        if (!runs.isEmpty()) {
            BlockRun last = runs.getLast();
            if (last.pack().equals(placed.pack().id)
                    && last.first() + last.count() == placed.ordinal()) {
                runs.set(
                        runs.size() - 1, new BlockRun(last.pack(), last.first(), last.count() + 1));
                return;
            }
        }
        runs.add(new BlockRun(placed.pack().id, placed.ordinal(), 1));
    }

    /// Does nothing: blocks are cut when they are full.
    @Override
    public void flush() {}

    /// Bytes written so far.
    public long bytes() {
        return bytes;
    }

    /// Ends the stream. Its last pack may not be durable before the backup is committed.
    public StreamRef finish() {
        if (ended) {
            throw new IllegalStateException("stream is finished");
        }
        if (buffer != null && filled > 0) {
            cut(buffer);
        }
        close();
        return new StreamRef(runs, bytes, Text.format("%08x", crc.getValue()));
    }

    /// Ends a stream that is not wanted; its blocks become garbage. Nothing after [#finish()].
    @Override
    public void close() {
        ended = true;
        if (buffer != null) {
            pool.giveBack(buffer);
            buffer = null;
        }
    }
}
