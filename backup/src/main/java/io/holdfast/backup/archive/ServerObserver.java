package io.holdfast.backup.archive;

import io.holdfast.backup.BackupError;
import io.holdfast.client.Rows;
import io.holdfast.client.Session;
import io.holdfast.core.GtidSet;
import io.holdfast.core.Problem;
import io.holdfast.core.RefusedException;
import io.holdfast.core.SqlErrorException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/// Asks a server about its binary logs. Needs `REPLICATION CLIENT` and `REPLICATION SLAVE`.
final class ServerObserver {
    private static final int ACCESS_DENIED = 1227;

    /// What the size of an encrypted file counts and positions in it do not. Source: MySQL 9.7
    /// `sql/rpl_log_encryption.h`, `Rpl_encryption_header_v1::HEADER_SIZE`.
    private static final int ENCRYPTION_HEADER_BYTES = 512;

    private ServerObserver() {}

    /// @throws RefusedException if the server writes no binary log, or does not let us see it
    static ServerView observe(Session session) {
        Rows.Row said =
                session.query(
                                "SELECT @@global.server_uuid, @@global.version, @@global.log_bin,"
                                        + " @@global.gtid_mode, @@global.binlog_expire_logs_auto_purge,"
                                        + " @@global.binlog_expire_logs_seconds")
                        .only();
        if (said.integer(2) == 0) {
            throw new RefusedException(
                    Problem.of(BackupError.ARCHIVE_LOG_OFF)
                            .what("log_bin is OFF, ON is needed to archive anything")
                            .where("server %s", session.server())
                            .remedy("Set log_bin in the server's option file and restart it."));
        }
        List<ServerView.LogFile> logs = logs(session);
        // Read after the list of files: what is in the files before is in the set then, but for
        // transactions that are between their write and their commit.
        GtidSet executed =
                GtidSet.parse(session.query("SELECT @@global.gtid_executed").only().string(0));
        return new ServerView(
                UUID.fromString(said.string(0)),
                said.string(1),
                logs,
                said.string(3).startsWith("ON"),
                executed,
                said.integer(4) == 0 ? 0 : said.integer(5));
    }

    private static List<ServerView.LogFile> logs(Session session) {
        try {
            var logs = new ArrayList<ServerView.LogFile>();
            for (Rows.Row row : session.query("SHOW BINARY LOGS")) {
                boolean isEncrypted = row.string("Encrypted").equalsIgnoreCase("Yes");
                logs.add(
                        new ServerView.LogFile(
                                row.string(0),
                                row.integer(1) - (isEncrypted ? ENCRYPTION_HEADER_BYTES : 0)));
            }
            return logs;
        } catch (SqlErrorException e) {
            throw refusedPrivilege(session, e, "REPLICATION CLIENT");
        }
    }

    /// All transactions before a file: its Previous_gtids event.
    static GtidSet previousGtids(Session session, String file) {
        try {
            Rows events =
                    session.query(
                            "SHOW BINLOG EVENTS IN '" + file.replace("'", "''") + "' LIMIT 3");
            for (Rows.Row row : events) {
                if (row.string("Event_type").equals("Previous_gtids")) {
                    return GtidSet.parse(row.string("Info"));
                }
            }
            return GtidSet.EMPTY;
        } catch (SqlErrorException e) {
            throw refusedPrivilege(session, e, "REPLICATION SLAVE");
        }
    }

    /// The `server_id`s that are taken: the server's own and those of its replicas.
    static List<Long> serverIds(Session session) {
        var ids = new ArrayList<Long>();
        ids.add(session.query("SELECT @@global.server_id").only().integer(0));
        try {
            for (Rows.Row row : session.query("SHOW REPLICAS")) {
                ids.add(row.integer(0));
            }
        } catch (SqlErrorException e) {
            throw refusedPrivilege(session, e, "REPLICATION SLAVE");
        }
        return ids;
    }

    static RuntimeException refusedPrivilege(
            Session session, SqlErrorException e, String privilege) {
        if (e.number() != ACCESS_DENIED && e.number() != 1045 && e.number() != 1142) {
            return e;
        }
        return new RefusedException(
                Problem.of(BackupError.ARCHIVE_PRIVILEGE_MISSING)
                        .what("the user may not read the binary log: %s", e.serverMessage())
                        .where("server %s", session.server())
                        .remedy(
                                "Run GRANT %s ON *.* TO the user that archives.",
                                privilege.equals("REPLICATION CLIENT")
                                        ? "REPLICATION CLIENT, REPLICATION SLAVE"
                                        : privilege),
                e);
    }
}
