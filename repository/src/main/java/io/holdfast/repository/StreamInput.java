package io.holdfast.repository;

import io.holdfast.core.ByteSink;
import io.holdfast.core.CorruptDataException;
import io.holdfast.core.Problem;
import io.holdfast.core.Text;
import io.holdfast.repository.format.BlockInput;
import io.holdfast.repository.format.BlockRun;
import io.holdfast.repository.format.RepositoryError;
import io.holdfast.repository.format.StreamRef;
import java.io.InputStream;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/// Reads a stream from its beginning. Every block is proven before its bytes are given, and the
/// stream as a whole when its end is reached: whoever has read to the end has read what was
/// written. Throws no `IOException`; failures are `HoldfastException`s. Confined to one thread.
public final class StreamInput extends InputStream {
    private final BackupReader reader;
    private final BackupId backup;
    private final StreamRef stream;
    private final List<BlockRun> places;
    private final CRC32C crc = new CRC32C();
    private @Nullable BlockInput blocks;
    private int nextPlace;
    private long bytes;
    private byte[] raw = new byte[0];
    private int at;
    private int end;
    private boolean isProven;

    StreamInput(BackupReader reader, BackupId backup, StreamRef stream, List<BlockRun> places) {
        this.reader = reader;
        this.backup = backup;
        this.stream = stream;
        this.places = places;
    }

    @Override
    public int read() {
        return at < end || nextBlock() ? raw[at++] & 0xFF : -1;
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
        if (at == end && !nextBlock()) {
            return -1;
        }
        int count = Math.min(byteCountMax, end - at);
        System.arraycopy(raw, at, target, offset, count);
        at += count;
        return count;
    }

    /// Gives everything that is left to the sink, block by block and without copying.
    public void transferTo(ByteSink sink) {
        while (at < end || nextBlock()) {
            int offset = at;
            at = end;
            sink.accept(raw, offset, end - offset);
        }
    }

    private boolean nextBlock() {
        while (blocks == null || !blocks.next()) {
            closeBlocks();
            if (nextPlace == places.size()) {
                proveWhole();
                return false;
            }
            BlockRun place = places.get(nextPlace++);
            blocks = reader.pack(place.pack()).blocks(place.first(), place.count());
        }
        raw = blocks.raw();
        at = 0;
        end = blocks.rawBytes();
        bytes += end;
        crc.update(raw, 0, end);
        return true;
    }

    private void proveWhole() {
        String actual = Text.format("%08x", crc.getValue());
        if (!isProven && (bytes != stream.bytes() || !actual.equals(stream.crc32c()))) {
            throw new CorruptDataException(
                    Problem.of(RepositoryError.STREAM_DAMAGED)
                            .what(
                                    "stream has %d bytes and CRC-32C %s, expected %d and %s",
                                    bytes, actual, stream.bytes(), stream.crc32c())
                            .where("backup %s, stream beginning at %s", backup, places)
                            .remedy(
                                    "Run 'holdfast verify %s', and restore another backup.",
                                    backup));
        }
        isProven = true;
    }

    private void closeBlocks() {
        if (blocks != null) {
            blocks.close();
            blocks = null;
        }
    }

    @Override
    public void close() {
        closeBlocks();
        at = 0;
        end = 0;
        nextPlace = places.size();
        isProven = true; // who closes early did not ask for the proof
    }
}
