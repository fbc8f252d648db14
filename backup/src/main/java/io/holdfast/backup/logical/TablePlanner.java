package io.holdfast.backup.logical;

import io.holdfast.client.Rows;
import io.holdfast.client.Session;
import io.holdfast.core.TableName;
import io.holdfast.repository.logical.ColumnCoding;
import io.holdfast.repository.logical.TableColumn;
import java.math.BigInteger;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Decides in which pieces a large table is read, by its primary key. By ranges of the first column
/// if that is an integer, which costs a few estimates; where many rows share one integer, and with
/// keys of other types, by walking the key, which costs a second reading of the index.
///
/// A table without a primary key, or with one of prefixes or of ENUM or SET, is read as a whole by
/// one thread and cut into chunks on the way; several such tables still keep several threads busy.
final class TablePlanner {
    private static final Pattern INTEGER =
            Pattern.compile("(tinyint|smallint|mediumint|int|bigint)\\b.*");

    /// So many times the wanted rows, by the server's estimate, are too many for a piece.
    private static final int CROWD = 2;

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
        if (job.size().dataBytes() <= chunkBytes) {
            pieces.accept(null);
            return;
        }
        String column = rangeColumn(job);
        if (column == null) {
            walk(job, null, pieces);
        } else {
            halve(job, column, pieces);
        }
    }

    private void halve(TableJob job, String column, Consumer<@Nullable String> pieces) {
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
        boolean isWhole = job.content().key().size() == 1;
        ChunkPlan.cut(
                new BigInteger(ends.string(0)),
                new BigInteger(ends.string(1)),
                rowsPerPiece(job),
                (from, to) -> estimate(table, new KeyRange(from, to).where(column)),
                (range, rowCount) -> {
                    if (isWhole || rowCount <= CROWD * rowsPerPiece(job)) {
                        pieces.accept(range.where(column));
                    } else {
                        walk(job, range.where(column), pieces);
                    }
                });
    }

    private void walk(TableJob job, @Nullable String within, Consumer<@Nullable String> pieces) {
        List<KeyPart> key =
                job.content().key().isEmpty() ? List.of() : KeyPart.of(session, job.name());
        if (key.isEmpty()) {
            pieces.accept(within);
        } else {
            new KeyWalk(session, job.name(), key, within, rowsPerPiece(job)).cut(pieces);
            if (key.stream().anyMatch(KeyPart::isText) && !job.expectsRows()) {
                job.expectRows(count(job.name()));
            }
        }
    }

    /// Asked without any condition, so that no collation has a part in the answer.
    private long count(TableName table) {
        return session.query("SELECT COUNT(*) FROM " + table.quoted()).only().integer(0);
    }

    private long rowsPerPiece(TableJob job) {
        return Math.max(1, chunkBytes / job.size().rowBytes());
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
