package io.holdfast.backup.logical;

import io.holdfast.client.Rows;
import io.holdfast.client.Session;
import io.holdfast.core.TableName;
import io.holdfast.repository.logical.ColumnCoding;
import io.holdfast.repository.logical.TableColumn;
import java.math.BigInteger;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Decides in which pieces a table is read: by ranges of its primary key's first column if that is
/// an integer and the table is large, otherwise as a whole.
///
/// A table that is read as a whole is read by one thread and cut into chunks on the way. Other keys
/// could be walked in their own collation, but that means reading the index twice; several such
/// tables still keep several threads busy.
final class TablePlanner {
    private static final Pattern INTEGER =
            Pattern.compile("(tinyint|smallint|mediumint|int|bigint)\\b.*");

    private final Session session;
    private final long chunkBytes;

    /// @param session in the snapshot, used by nobody else
    TablePlanner(Session session, long chunkBytes) {
        this.session = session;
        this.chunkBytes = chunkBytes;
    }

    /// Finds the pieces, in order.
    ///
    /// @param pieces takes each one's condition; null for the whole table
    void plan(TableJob job, Consumer<@Nullable String> pieces) {
        String column = rangeColumn(job);
        if (column == null || job.size().dataBytes() <= chunkBytes) {
            pieces.accept(null);
            return;
        }
        TableName table = job.name();
        String quoted = TableName.quote(column);
        Rows.Row ends =
                session.query(
                                "SELECT MIN("
                                        + quoted
                                        + "), MAX("
                                        + quoted
                                        + ") FROM "
                                        + table.quoted())
                        .only();
        if (ends.isNull(0)) {
            pieces.accept(null);
            return;
        }
        ChunkPlan.cut(
                new BigInteger(ends.string(0)),
                new BigInteger(ends.string(1)),
                Math.max(1, chunkBytes / job.size().rowBytes()),
                (from, to) -> estimate(table, new KeyRange(from, to).where(column)),
                range -> pieces.accept(range.where(column)));
    }

    private static @Nullable String rangeColumn(TableJob job) {
        if (job.content().key().isEmpty()) {
            return null;
        }
        String first = job.content().key().getFirst();
        for (TableColumn column : job.content().columns()) {
            if (column.name().equals(first)
                    && column.coding() == ColumnCoding.RAW
                    && INTEGER.matcher(column.type()).matches()) {
                return first;
            }
        }
        return null;
    }

    private long estimate(TableName table, @Nullable String where) {
        Rows rows =
                session.query(
                        "EXPLAIN FORMAT=TRADITIONAL SELECT COUNT(*) FROM "
                                + table.quoted()
                                + " FORCE INDEX (PRIMARY) WHERE "
                                + where);
        String estimate = rows.isEmpty() ? null : rows.row(0).stringOrNull("rows");
        return estimate == null ? 0 : new BigInteger(estimate).longValue();
    }
}
