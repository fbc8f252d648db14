package io.holdfast.recovery;

import io.holdfast.client.Rows;
import io.holdfast.client.Session;
import io.holdfast.core.CorruptDataException;
import io.holdfast.core.Problem;
import io.holdfast.core.RefusedException;
import io.holdfast.core.TableName;
import io.holdfast.recovery.error.RecoveryError;
import io.holdfast.recovery.load.SqlLiteral;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/// Proves that a table which a sandbox recovered is sound, and of the backup's moment.
final class TableCheck {
    private static final Duration ROLLED_BACK_WITHIN = Duration.ofHours(1);
    private static final long POLL_NANOS = 50_000_000;

    private TableCheck() {}

    /// Waits for what was not committed when the backup ended: it goes on being rolled back behind
    /// a start, and until then its rows are in the files.
    ///
    /// @throws RefusedException if a prepared transaction is left
    static void awaitRollback(Session session, TableName table) {
        if (!session.query("XA RECOVER").isEmpty()) {
            throw refused(
                    table, "transactions were prepared (XA) and neither committed nor rolled back");
        }
        long deadline = System.nanoTime() + ROLLED_BACK_WITHIN.toNanos();
        while (session.query("SELECT COUNT(*) FROM information_schema.innodb_trx").only().integer(0)
                > 0) {
            if (System.nanoTime() > deadline) {
                throw refused(table, "what was not committed was not rolled back within an hour");
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
    }

    /// @throws RefusedException if there is no such table
    static void mustExist(Session session, TableName table) {
        Rows tables =
                session.query(
                        "SELECT 1 FROM information_schema.TABLES WHERE TABLE_TYPE = 'BASE TABLE'"
                                + " AND TABLE_SCHEMA = "
                                + SqlLiteral.text(table.schema())
                                + " AND TABLE_NAME = "
                                + SqlLiteral.text(table.table()));
        if (tables.isEmpty()) {
            throw refused(table, "the backup has no such table");
        }
    }

    /// @throws CorruptDataException if the server finds damage in it
    static void demandSound(Session session, TableName table) {
        for (Rows.Row row : session.query("CHECK TABLE " + table.quoted() + " EXTENDED")) {
            boolean isSound =
                    row.string("Msg_type").equals("status") && row.string("Msg_text").equals("OK");
            if (!isSound) {
                throw new CorruptDataException(
                        Problem.of(RecoveryError.TABLE_DAMAGED)
                                .what("CHECK TABLE says: %s", row.string("Msg_text"))
                                .where("table %s", table)
                                .remedy("Take it from another backup: 'holdfast list'."));
            }
        }
    }

    static RefusedException refused(TableName table, String why) {
        return new RefusedException(
                Problem.of(RecoveryError.BACKUP_NOT_USABLE)
                        .what("the table cannot be brought back alone: %s", why)
                        .where("table %s", table)
                        .remedy(
                                "Restore the backup whole, `holdfast restore BACKUP --into DIR --start`, and take the"
                                        + " rows from that server."));
    }
}
