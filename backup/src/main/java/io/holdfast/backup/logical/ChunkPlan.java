package io.holdfast.backup.logical;

import java.math.BigInteger;
import org.jspecify.annotations.Nullable;

/// Cuts the range of an integer key into pieces of about equally many rows, without reading the
/// rows: the server estimates how many lie in a range by looking into the index at its two ends.
///
/// A range with too many rows is halved, again and again, so gaps and crowds in the key cost a few
/// estimates instead of empty or huge pieces; neighbours with few rows are joined. Estimates may be
/// wrong by a factor without harm: a piece is then smaller, or larger and cut again while it is
/// read.
final class ChunkPlan {
    /// Says about how many rows lie in `[from, to)`.
    @FunctionalInterface
    interface Estimate {
        long rows(BigInteger from, BigInteger to);
    }

    /// Takes a piece.
    @FunctionalInterface
    interface Pieces {
        /// Takes one more.
        ///
        /// @param rowCount an estimate; far above the wanted number only if all rows of the piece
        ///   have one number
        void piece(KeyRange range, long rowCount);
    }

    private final Estimate estimate;
    private final long rowsPerChunk;
    private final Pieces pieces;
    private @Nullable BigInteger pieceBegin;
    private long pieceRows;

    private ChunkPlan(Estimate estimate, long rowsPerChunk, Pieces pieces) {
        this.estimate = estimate;
        this.rowsPerChunk = rowsPerChunk;
        this.pieces = pieces;
    }

    /// Cuts. The pieces come in order; together they hold every number there is, also beyond the
    /// lowest and highest key.
    ///
    /// @param lowest the lowest key in the table
    /// @param highest the highest
    /// @param rowsPerChunk at least 1
    static void cut(
            BigInteger lowest,
            BigInteger highest,
            long rowsPerChunk,
            Estimate estimate,
            Pieces pieces) {
        var plan = new ChunkPlan(estimate, rowsPerChunk, pieces);
        plan.halve(lowest, highest.add(BigInteger.ONE));
        pieces.piece(new KeyRange(plan.pieceBegin, null), plan.pieceRows);
    }

    /// Depth is bounded by the bits of the key: at most 65.
    private void halve(BigInteger from, BigInteger to) {
        long rows = estimate.rows(from, to);
        BigInteger count = to.subtract(from);
        if (rows <= rowsPerChunk || count.compareTo(BigInteger.TWO) < 0) {
            take(from, rows);
            return;
        }
        BigInteger middle = from.add(count.shiftRight(1));
        halve(from, middle);
        halve(middle, to);
    }

    private void take(BigInteger from, long rows) {
        if (pieceRows > 0 && pieceRows + rows > rowsPerChunk) {
            pieces.piece(new KeyRange(pieceBegin, from), pieceRows);
            pieceBegin = from;
            pieceRows = 0;
        }
        pieceRows += rows;
    }
}
