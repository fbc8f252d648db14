package io.holdfast.backup.clone;

import io.holdfast.backup.BackupError;
import io.holdfast.backup.physical.BaseFit;
import io.holdfast.backup.source.Channels;
import io.holdfast.backup.source.CurrentHistory;
import io.holdfast.backup.source.Identities;
import io.holdfast.client.AccountGrants;
import io.holdfast.client.ConnectOptions;
import io.holdfast.client.Rows;
import io.holdfast.client.Session;
import io.holdfast.core.GtidSet;
import io.holdfast.core.Problem;
import io.holdfast.core.RefusedException;
import io.holdfast.repository.ReplicationChannel;
import io.holdfast.repository.Repository;
import io.holdfast.repository.ServerIdentity;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The server that is to be cloned, as it is before anything is locked.
///
/// @param dataFolder its data directory, on its own host
/// @param started when it did
/// @param bytes of its tablespaces, about
record CloneSource(
        ConnectOptions options,
        ServerIdentity identity,
        String dataFolder,
        int pageBytes,
        Instant started,
        long bytes,
        List<ReplicationChannel> channels,
        Map<String, String> settings) {
    /// What each is for: the clone itself; tablespaces and whether they are encrypted; channels;
    /// which schemas there are, and tables that are not InnoDB's.
    private static final List<String> PRIVILEGES =
            List.of("BACKUP_ADMIN", "PROCESS", "REPLICATION CLIENT", "SHOW VIEW");

    /// Engines without files of their own, and the server's.
    private static final String ENGINES_WITHOUT_FILES =
            "'InnoDB', 'PERFORMANCE_SCHEMA', 'MEMORY', 'BLACKHOLE', 'FEDERATED'";

    /// Looks at the server.
    ///
    /// @throws RefusedException if it cannot be backed up this way, with what to do about it
    static CloneSource examine(ConnectOptions options) {
        try (Session session = Session.open(options)) {
            session.execute("SET ROLE ALL");
            demandPrivileges(session);
            demandPlugin(session);
            demandGtids(session);
            demandPlainRedo(session);
            demandPlainTablespaces(session);
            demandOnlyInnodb(session);
            Set<String> _ = SchemaFolders.of(session);
            Rows.Row facts =
                    session.query("SELECT @@GLOBAL.datadir, @@GLOBAL.innodb_page_size").only();
            return new CloneSource(
                    options,
                    Identities.of(session),
                    facts.string(0),
                    (int) facts.integer(1),
                    Instant.now()
                            .truncatedTo(ChronoUnit.SECONDS)
                            .minusSeconds(Long.parseLong(status(session, "Uptime"))),
                    session.query(
                                    "SELECT CAST(COALESCE(SUM(FILE_SIZE), 0) AS UNSIGNED) FROM"
                                            + " information_schema.INNODB_TABLESPACES")
                            .only()
                            .integer(0),
                    Channels.read(session).stream()
                            .map(ReplicationChannel::withoutPosition)
                            .toList(),
                    Identities.settings(session));
        }
    }

    private static void demandPrivileges(Session session) {
        var grants = AccountGrants.of(session);
        List<String> missing = new ArrayList<>(grants.lacking(PRIVILEGES));
        grants.revokedOf(List.of("SHOW VIEW")).forEach(revoke -> missing.add(revoke.toString()));
        if (!missing.isEmpty()) {
            throw new RefusedException(
                    Problem.of(BackupError.PRIVILEGE_MISSING)
                            .what("the account lacks %s", String.join(", ", missing))
                            .where("account %s on server %s", grants.account(), session.server())
                            .remedy(
                                    "GRANT %s ON *.* TO %s;",
                                    String.join(", ", PRIVILEGES), grants.account()));
        }
    }

    private static void demandPlugin(Session session) {
        Rows rows =
                session.query(
                        "SELECT PLUGIN_STATUS FROM information_schema.PLUGINS WHERE PLUGIN_NAME ="
                                + " 'clone'");
        String status = rows.isEmpty() ? "not installed" : rows.row(0).string(0);
        if (!status.equals("ACTIVE")) {
            throw new RefusedException(
                    Problem.of(BackupError.CLONE_PLUGIN_MISSING)
                            .what("plugin clone is %s, must be ACTIVE", status)
                            .where("server %s", session.server())
                            .remedy("INSTALL PLUGIN clone SONAME 'mysql_clone.so';"));
        }
    }

    private static void demandGtids(Session session) {
        String mode = session.query("SELECT @@GLOBAL.gtid_mode").only().string(0);
        if (!mode.equals("ON")) {
            throw new RefusedException(
                    Problem.of(BackupError.CLONE_WITHOUT_GTIDS)
                            .what("gtid_mode is %s, must be ON", mode)
                            .where("server %s", session.server())
                            .remedy(
                                    "Switch GTIDs on; or take the backup on the server's host,"
                                            + " without `--via-clone`."));
        }
    }

    private static void demandPlainRedo(Session session) {
        String enabled = status(session, "Innodb_redo_log_enabled");
        if (!enabled.equals("ON")) {
            throw new RefusedException(
                    Problem.of(BackupError.REDO_LOGGING_OFF)
                            .what("Innodb_redo_log_enabled is %s, must be ON", enabled)
                            .where("server %s", session.server())
                            .remedy("ALTER INSTANCE ENABLE INNODB REDO_LOG;"));
        }
        for (String variable : List.of("innodb_redo_log_encrypt", "innodb_undo_log_encrypt")) {
            if (session.query("SELECT @@GLOBAL." + variable).only().integer(0) != 0) {
                throw encrypted(variable + " is ON", session.server());
            }
        }
    }

    private static void demandPlainTablespaces(Session session) {
        Rows rows =
                session.query(
                        "SELECT NAME FROM information_schema.INNODB_TABLESPACES WHERE ENCRYPTION ="
                                + " 'Y' LIMIT 1");
        if (!rows.isEmpty()) {
            throw encrypted(
                    "the tablespace is encrypted",
                    "tablespace " + rows.row(0).string(0) + " of server " + session.server());
        }
    }

    static RefusedException encrypted(String what, String where) {
        return new RefusedException(
                Problem.of(BackupError.CLONE_ENCRYPTED)
                        .what("%s", what)
                        .where("%s", where)
                        .remedy(
                                "Take the backup on the server's host, without `--via-clone`; or a logical one."));
    }

    /// The clone protocol sends InnoDB's files and nothing else. The server's own log tables are
    /// made anew, without rows.
    ///
    /// @throws RefusedException with `TABLE_WITHOUT_SNAPSHOT` if there is another table
    static void demandOnlyInnodb(Session session) {
        Rows rows =
                session.query(
                        "SELECT TABLE_SCHEMA, TABLE_NAME, ENGINE FROM information_schema.TABLES"
                                + " WHERE TABLE_TYPE = 'BASE TABLE' AND ENGINE NOT IN ("
                                + ENGINES_WITHOUT_FILES
                                + ") AND NOT (TABLE_SCHEMA = 'mysql' AND TABLE_NAME IN"
                                + " ('general_log', 'slow_log') AND ENGINE = 'CSV') LIMIT 1");
        if (!rows.isEmpty()) {
            Rows.Row table = rows.row(0);
            throw new RefusedException(
                    Problem.of(BackupError.TABLE_WITHOUT_SNAPSHOT)
                            .what(
                                    "its engine is %s, the clone protocol sends InnoDB's tables"
                                            + " only",
                                    table.string(2))
                            .where("table %s.%s", table.string(0), table.string(1))
                            .remedy(
                                    "ALTER TABLE `%s`.`%s` ENGINE=InnoDB; or take a logical backup,"
                                            + " or one on the server's host.",
                                    table.string(0).replace("`", "``"),
                                    table.string(1).replace("`", "``")));
        }
    }

    private static String status(Session session, String name) {
        Rows rows = session.query("SHOW GLOBAL STATUS LIKE '" + name + "'");
        return rows.isEmpty() ? "not known" : rows.row(0).string(1);
    }

    /// A session beside the clone. The caller closes it.
    Session open() {
        Session session = Session.open(options);
        boolean isReady = false;
        try {
            session.execute("SET ROLE ALL");
            session.execute("SET wait_timeout = 31536000");
            isReady = true;
            return session;
        } finally {
            if (!isReady) {
                session.close();
            }
        }
    }

    /// The server as a base must fit it.
    BaseFit fit(Repository repository, Session session) {
        GtidSet executed = executed(session);
        return new BaseFit(
                identity,
                pageBytes,
                currentLsn(session),
                executed,
                CurrentHistory.of(repository, identity.uuid(), executed),
                settings);
    }

    /// Where the server's redo log ends by now.
    static long currentLsn(Session session) {
        return Long.parseLong(status(session, "Innodb_redo_log_current_lsn"));
    }

    /// The server's last checkpoint.
    static long checkpointLsn(Session session) {
        return Long.parseLong(status(session, "Innodb_redo_log_checkpoint_lsn"));
    }

    /// What the server has executed by now.
    static GtidSet executed(Session session) {
        return GtidSet.parse(
                session.query("SELECT @@GLOBAL.gtid_executed").only().string(0).replace("\n", ""));
    }
}
