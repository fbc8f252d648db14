package io.holdfast.backup.logical;

import io.holdfast.backup.BackupError;
import io.holdfast.backup.logical.schema.CaptureSettings;
import io.holdfast.backup.logical.schema.Engines;
import io.holdfast.backup.source.Channels;
import io.holdfast.backup.source.Identities;
import io.holdfast.client.AccountGrants;
import io.holdfast.client.ConnectOptions;
import io.holdfast.client.Rows;
import io.holdfast.client.Session;
import io.holdfast.core.Problem;
import io.holdfast.core.RefusedException;
import io.holdfast.core.TableName;
import io.holdfast.repository.ServerIdentity;
import java.util.List;
import java.util.Map;

/// The server that a backup is taken from: how to reach it, who it is, what its account may do, and
/// what of it must be known before any lock is taken.
///
/// @param gtidsOn whether transactions have GTIDs
/// @param isReplica whether it follows another server
/// @param withoutTransactions tables whose rows no snapshot covers, and that fit under a lock
record Source(
        ConnectOptions options,
        ServerIdentity identity,
        Privileges privileges,
        boolean writesBinaryLog,
        boolean gtidsOn,
        boolean isReplica,
        List<TableName> withoutTransactions,
        Map<String, String> settings) {
    private static final int LOCK_WAIT_SECONDS_MAX = 60;

    /// Looks at the server.
    ///
    /// @throws RefusedException with `PRIVILEGE_MISSING` that names every privilege that lacks
    static Source examine(ConnectOptions options, Engines engines) {
        try (var session = Session.open(options)) {
            CaptureSettings.apply(session);
            Rows.Row row = session.query("SELECT @@log_bin, @@GLOBAL.gtid_mode").only();
            boolean writesBinaryLog = row.integer(0) == 1;
            var privileges = new Privileges(AccountGrants.of(session));
            List<TableName> others = List.of();
            List<String> missing = privileges.missing(writesBinaryLog, false);
            if (missing.isEmpty()) {
                others = OtherEngines.tables(session, engines);
                missing = privileges.missing(writesBinaryLog, !others.isEmpty());
            }
            if (!missing.isEmpty()) {
                throw lacking(missing, privileges.grants().account(), session);
            }
            return new Source(
                    options,
                    Identities.of(session),
                    privileges,
                    writesBinaryLog,
                    row.string(1).equals("ON"),
                    Channels.exist(session),
                    others,
                    Identities.settings(session));
        }
    }

    private static RefusedException lacking(List<String> missing, String account, Session session) {
        return new RefusedException(
                Problem.of(BackupError.PRIVILEGE_MISSING)
                        .what("the account lacks %s", String.join(", ", missing))
                        .where("account %s on server %s", account, session.server())
                        .remedy(
                                "GRANT SELECT, SHOW VIEW, TRIGGER, EVENT, PROCESS, RELOAD, LOCK"
                                        + " TABLES, REPLICATION CLIENT, REPLICATION SLAVE,"
                                        + " BACKUP_ADMIN, XA_RECOVER_ADMIN ON *.* TO %s;",
                                account));
    }

    /// A session ready to read for the backup. It waits for metadata locks for a minute, not for
    /// the server's year: whoever waits so long behind DDL will find another schema, or is part of
    /// a circle of our own making. The caller closes it.
    Session open() {
        Session session = Session.open(options);
        boolean isReady = false;
        try {
            CaptureSettings.apply(session);
            session.execute("SET lock_wait_timeout = " + LOCK_WAIT_SECONDS_MAX);
            isReady = true;
            return session;
        } finally {
            if (!isReady) {
                session.close();
            }
        }
    }
}
