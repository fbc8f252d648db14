package io.holdfast.recovery.load;

import io.holdfast.client.RowSink;
import io.holdfast.core.ByteSink;
import io.holdfast.core.CoreError;
import io.holdfast.core.InterruptedWorkException;
import io.holdfast.core.Problem;
import io.holdfast.repository.logical.RowHash;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.jspecify.annotations.Nullable;

/// Carries rows from the thread that reads them from one server to the thread that loads them into
/// another, cut into chunks between rows, and hashes them. The one waits for the other; what is
/// between them is bounded, and no row is held whole.
///
/// A chunk becomes one transaction of the other server, and must not be larger than its replicas
/// and its binary log like.
final class RowPipe implements RowSink {
    private static final int PIECE_BYTES = 256 << 10;
    private static final int PIECES_MAX = 16;

    /// Bytes on the way; a piece without any ends the rows.
    private static final class Piece {
        final byte[] bytes;
        final int byteCount;
        final boolean endsChunk;

        Piece(byte[] bytes, int byteCount, boolean endsChunk) {
            this.bytes = bytes;
            this.byteCount = byteCount;
            this.endsChunk = endsChunk;
        }
    }

    private final BlockingQueue<Piece> pieces = new ArrayBlockingQueue<>(PIECES_MAX);
    private final long chunkBytesMax;
    private final RowHash hash = new RowHash();

    // The reader's.
    private byte[] filling = new byte[PIECE_BYTES];
    private int filled;
    private long chunkBytes;

    // The loader's.
    private @Nullable Piece next;

    /// @param chunkBytesMax a chunk is cut behind the row that reaches it
    RowPipe(long chunkBytesMax) {
        this.chunkBytesMax = chunkBytesMax;
    }

    @Override
    public void piece(byte[] bytes, int offset, int byteCount, boolean endsRow) {
        hash.piece(bytes, offset, byteCount);
        int from = offset;
        int left = byteCount;
        while (left > 0) {
            int part = Math.min(left, PIECE_BYTES - filled);
            System.arraycopy(bytes, from, filling, filled, part);
            filled += part;
            from += part;
            left -= part;
            if (filled == PIECE_BYTES && left > 0) {
                handOver(false);
            }
        }
        chunkBytes += byteCount;
        if (endsRow) {
            hash.endRow();
            if (chunkBytes >= chunkBytesMax) {
                handOver(true);
                chunkBytes = 0;
            }
        }
    }

    /// Says that all rows were read.
    void end() {
        if (filled > 0) {
            handOver(true);
        }
        handOver(true);
    }

    private void handOver(boolean endsChunk) {
        try {
            pieces.put(new Piece(filling, filled, endsChunk));
        } catch (InterruptedException _) {
            throw interrupted();
        }
        filling = new byte[PIECE_BYTES];
        filled = 0;
    }

    /// Waits for the next chunk.
    ///
    /// @return whether there is one
    boolean hasChunk() {
        next = take();
        return next.byteCount > 0;
    }

    /// Gives the chunk that [#hasChunk()] waited for to the sink, in pieces cut anywhere.
    void writeChunk(ByteSink sink) {
        Piece piece = next;
        if (piece == null) {
            throw new IllegalStateException("ask for the chunk first");
        }
        sink.accept(piece.bytes, 0, piece.byteCount);
        while (!piece.endsChunk) {
            piece = take();
            sink.accept(piece.bytes, 0, piece.byteCount);
        }
        next = null;
    }

    private Piece take() {
        try {
            return pieces.take();
        } catch (InterruptedException _) {
            throw interrupted();
        }
    }

    private static InterruptedWorkException interrupted() {
        Thread.currentThread().interrupt();
        return new InterruptedWorkException(
                Problem.of(CoreError.INTERRUPTED).what("stopped while copying rows").remedy(""));
    }

    /// What was read: complete once the reader is done.
    RowProof read() {
        return new RowProof(hash.rows(), hash.text());
    }
}
