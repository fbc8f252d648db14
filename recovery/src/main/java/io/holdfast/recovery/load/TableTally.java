package io.holdfast.recovery.load;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.holdfast.core.CorruptDataException;
import io.holdfast.core.Problem;
import io.holdfast.core.TableName;
import io.holdfast.core.Text;
import io.holdfast.repository.logical.RowHash;
import io.holdfast.repository.logical.TableLine;
import org.jspecify.annotations.Nullable;

/// How much of one table has been loaded. Chunks come in any order, also after the line that ends
/// the table. Thread-safe.
final class TableTally {
    @GuardedBy("this")
    private final RowHash hash = new RowHash();

    @GuardedBy("this")
    private int chunkCount;

    @GuardedBy("this")
    private long rowCount;

    @GuardedBy("this")
    private boolean isHashedByChunk = true;

    @GuardedBy("this")
    private boolean isProven;

    @GuardedBy("this")
    private TableLine.@Nullable TableEnd end;

    /// Counts a chunk that was loaded.
    ///
    /// @return whether it was the last one, so that the table can now be proven
    synchronized boolean add(TableLine.Chunk chunk) {
        chunkCount++;
        rowCount += chunk.rows();
        hash.add(chunk.hash());
        isHashedByChunk &= chunk.where() != null;
        return isComplete();
    }

    /// Learns how much there is to be.
    ///
    /// @return whether all of it is there already
    synchronized boolean end(TableLine.TableEnd line) {
        end = line;
        return isComplete();
    }

    private synchronized boolean isComplete() {
        return end != null && end.chunks() == chunkCount;
    }

    /// Whether every chunk was read again by its own condition.
    synchronized boolean isHashedByChunk() {
        return isHashedByChunk;
    }

    /// The table's end, after its sums have been compared with those of its chunks.
    ///
    /// @throws CorruptDataException if they differ
    synchronized TableLine.TableEnd checkedEnd(TableName table) {
        TableLine.TableEnd checked = end;
        if (checked == null || checked.rows() != rowCount || !checked.hash().equals(hash.text())) {
            throw new CorruptDataException(
                    Problem.of(LoadError.BACKUP_INCOMPLETE)
                            .what("%s", describe())
                            .where("table %s", table)
                            .remedy("Run 'holdfast verify', and restore another backup."));
        }
        return checked;
    }

    synchronized void prove() {
        isProven = true;
    }

    synchronized boolean isProven() {
        return isProven;
    }

    synchronized String describe() {
        return end == null
                ? Text.format("the backup has %d chunks but no end of the table", chunkCount)
                : Text.format(
                        "the backup has %d chunks with %d rows and hash %s, the table's end says %d with %d and %s",
                        chunkCount, rowCount, hash.text(), end.chunks(), end.rows(), end.hash());
    }
}
