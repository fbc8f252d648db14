package io.holdfast.backup.logical;

import io.holdfast.backup.BackupError;
import io.holdfast.backup.logical.schema.TableSize;
import io.holdfast.core.DifferentException;
import io.holdfast.core.Problem;
import io.holdfast.core.TableName;
import io.holdfast.repository.logical.RowHash;
import io.holdfast.repository.logical.SqlText;
import io.holdfast.repository.logical.TableContent;
import io.holdfast.repository.logical.TableLine;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// A table whose rows are being read: the sums over its chunks, and how many pieces are still to
/// come.
///
/// Thread-safe. The pieces of a table are announced before they are read, and the announcing itself
/// counts as one, so that the count reaches zero once.
final class TableJob implements Comparable<TableJob> {
    private static final long UNKNOWN = -1;

    private final TableName name;
    private final TableContent content;
    private final TableSize size;
    private final int definitionHash;
    private final RowHash hash = new RowHash();
    private int pending = 1;
    private int chunks;
    private long rows;
    private long bytes;
    private long expectedRows = UNKNOWN;

    TableJob(TableName name, TableContent content, TableSize size, SqlText definition) {
        this.name = name;
        this.content = content;
        this.size = size;
        this.definitionHash = Arrays.hashCode(TableDefinition.withoutCounter(definition));
    }

    TableName name() {
        return name;
    }

    TableContent content() {
        return content;
    }

    TableSize size() {
        return size;
    }

    /// A hash of the definition, to see that it has not changed.
    int definitionHash() {
        return definitionHash;
    }

    /// Announces one more piece.
    synchronized void addPiece() {
        pending++;
    }

    /// Counts a chunk that was written.
    ///
    /// @return the chunk's number in the table
    synchronized int addChunk(long chunkRows, long chunkBytes, String chunkHash) {
        rows += chunkRows;
        bytes += chunkBytes;
        hash.add(chunkHash);
        return chunks++;
    }

    /// Ends a piece, or the announcing.
    ///
    /// @return whether it was the last: nobody else gets this answer
    synchronized boolean endPiece() {
        pending--;
        return pending == 0;
    }

    /// Says how many rows the pieces must have together: those of texts rely on the server's
    /// collation being an order.
    synchronized void expectRows(long count) {
        expectedRows = count;
    }

    synchronized boolean expectsRows() {
        return expectedRows != UNKNOWN;
    }

    /// What the table came to, when all its pieces were read.
    ///
    /// @throws DifferentException if rows were missed, or read twice
    synchronized TableLine.TableEnd end() {
        if (expectsRows() && rows != expectedRows) {
            throw new DifferentException(
                    Problem.of(BackupError.ROWS_NOT_READ_ONCE)
                            .what(
                                    "%d rows were read piece by piece, the table has %d",
                                    rows, expectedRows)
                            .where("table %s", name)
                            .remedy(
                                    "Report it with the table's definition, and take a physical"
                                            + " backup meanwhile: `holdfast backup --physical`."));
        }
        return new TableLine.TableEnd(content.number(), chunks, rows, bytes, hash.text());
    }

    /// Larger tables first.
    @Override
    public int compareTo(TableJob other) {
        int bySize = Long.compare(other.size.dataBytes(), size.dataBytes());
        return bySize != 0 ? bySize : Integer.compare(content.number(), other.content.number());
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return this == other;
    }

    @Override
    public int hashCode() {
        return content.number();
    }
}
