package io.holdfast.backup.logical;

import io.holdfast.client.Rows;
import io.holdfast.client.Session;
import io.holdfast.core.Text;
import org.jspecify.annotations.Nullable;

/// Looks for statements that a global lock would have to wait for, while every writer waits behind
/// it.
final class LongStatements {
    private LongStatements() {}

    /// The statement that has run longest, if it has run for a second or more, in words; else null.
    static @Nullable String longest(Session session) {
        Rows rows =
                session.query(
                        "SELECT ID, USER, TIME, LEFT(INFO, 60) FROM"
                                + " performance_schema.processlist WHERE TIME >= 1 AND INFO IS NOT"
                                + " NULL AND COMMAND IN ('Query', 'Execute') AND ID <>"
                                + " CONNECTION_ID() AND USER NOT IN ('system user',"
                                + " 'event_scheduler') ORDER BY TIME DESC LIMIT 1");
        if (rows.isEmpty()) {
            return null;
        }
        Rows.Row row = rows.row(0);
        return Text.format(
                "connection %d of %s has been running for %d s: %s",
                row.integer(0), row.string(1), row.integer(2), row.string(3));
    }
}
