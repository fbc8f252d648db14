package io.holdfast.recovery.replay;

import io.holdfast.binlog.BinlogFileReader;
import io.holdfast.binlog.ByteSource;
import io.holdfast.binlog.EventFrame;
import io.holdfast.binlog.EventReader;
import io.holdfast.core.BinlogPosition;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/// Reads the events of one piece of a binary-log file. If the piece begins further in, the file's
/// format description comes first all the same: without it no event can be read.
final class PieceReader implements EventReader {
    private static final byte[] MAGIC = {(byte) 0xFE, 'b', 'i', 'n'};

    private final ArchivedLog.Piece piece;
    private final ArchivedLog.Opened bytes;
    private final BinlogFileReader reader;

    /// How far the reader's own offsets lie before the true ones, behind the format description.
    private final long shift;

    private final long firstBehindFormat;

    /// @param onRead is told how many bytes were read, while a long event is still on its way
    PieceReader(ArchivedLog.Piece piece, LongConsumer onRead) {
        this.piece = piece;
        this.bytes = piece.open();
        boolean isFromStart = piece.begin() <= BinlogPosition.FIRST_EVENT_OFFSET;
        byte[] format = isFromStart ? new byte[0] : piece.formatDescription();
        byte[] front = new byte[MAGIC.length + format.length];
        System.arraycopy(MAGIC, 0, front, 0, MAGIC.length);
        System.arraycopy(format, 0, front, MAGIC.length, format.length);
        this.firstBehindFormat = front.length;
        this.shift = isFromStart ? 0 : piece.begin() - front.length;
        this.reader = new BinlogFileReader(inFront(front, bytes, onRead), piece.file());
    }

    private static ByteSource inFront(byte[] front, ByteSource rest, LongConsumer onRead) {
        int[] at = {0};
        return (target, offset, byteCountMax) -> {
            if (at[0] == front.length) {
                int read = rest.read(target, offset, byteCountMax);
                onRead.accept(Math.max(0, read));
                return read;
            }
            int byteCount = Math.min(byteCountMax, front.length - at[0]);
            System.arraycopy(front, at[0], target, offset, byteCount);
            at[0] += byteCount;
            return byteCount;
        };
    }

    @Override
    public @Nullable EventFrame next() {
        return reader.next();
    }

    /// Where the event that was returned last begins in its file.
    BinlogPosition position() {
        long offset = reader.position().offset();
        return new BinlogPosition(
                piece.file(), offset < firstBehindFormat ? offset : offset + shift);
    }

    @Override
    public void close() {
        reader.close();
        bytes.close();
    }
}
