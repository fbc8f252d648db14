package io.holdfast.backup.physical;

import io.holdfast.backup.BackupError;
import io.holdfast.backup.source.Channels;
import io.holdfast.backup.source.Identities;
import io.holdfast.client.AccountGrants;
import io.holdfast.client.ConnectOptions;
import io.holdfast.client.Keyring;
import io.holdfast.client.Rows;
import io.holdfast.client.Session;
import io.holdfast.core.ErrorCode;
import io.holdfast.core.Problem;
import io.holdfast.core.RefusedException;
import io.holdfast.core.SqlErrorException;
import io.holdfast.innodb.RedoFileName;
import io.holdfast.repository.ServerIdentity;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The server that a physical backup is taken from, as it is before anything is locked: who it is,
/// and where its files lie.
///
/// @param dataFolder this machine's data directory of that server, proven to be its own
/// @param variables those of its settings that say where files lie
/// @param started when it did
/// @param keyring its keyring in words; empty if none is active
record PhysicalSource(
        ConnectOptions options,
        ServerIdentity identity,
        Path dataFolder,
        Map<String, String> variables,
        Instant started,
        String keyring,
        boolean isReplica,
        Map<String, String> settings) {
    private static final List<String> PRIVILEGES =
            List.of("BACKUP_ADMIN", "PROCESS", "REPLICATION CLIENT");

    /// The first says the moment, the second which keyring opens encrypted files; whoever may not
    /// read the second would take it for absent. MySQL before 8.0.24 does not have it.
    private static final List<String> TABLES = List.of("log_status", "keyring_component_status");

    private static final int NO_SUCH_TABLE = 1146;
    private static final int TABLE_ACCESS_DENIED = 1142;
    private static final int COLUMN_ACCESS_DENIED = 1143;
    private static final int SPECIFIC_ACCESS_DENIED = 1227;

    /// Looks at the server and its data directory.
    ///
    /// @throws RefusedException if a privilege is missing, the data directory cannot be read or is
    ///   another server's, or redo is not logged
    static PhysicalSource examine(ConnectOptions options) {
        try (Session session = Session.open(options)) {
            session.execute("SET ROLE ALL");
            demandPrivileges(session);
            demandRedo(session);
            ServerIdentity identity = Identities.of(session);
            Map<String, String> variables = variables(session);
            Path dataFolder = DataFolder.of(identity, variables.getOrDefault("datadir", ""));
            return new PhysicalSource(
                    options,
                    identity,
                    dataFolder,
                    variables,
                    started(session),
                    Keyring.identity(session),
                    Channels.exist(session),
                    Identities.settings(session));
        }
    }

    /// Why the data directory cannot be reached from here; empty if it can.
    static Optional<String> obstacle(ConnectOptions options) {
        try (Session session = Session.open(options)) {
            ServerIdentity identity = Identities.of(session);
            var _ = DataFolder.of(identity, variables(session).getOrDefault("datadir", ""));
            return Optional.empty();
        } catch (RefusedException refusal) {
            ErrorCode code = refusal.problem().code();
            if (code == BackupError.DATA_DIRECTORY_UNREADABLE
                    || code == BackupError.DATA_DIRECTORY_OF_ANOTHER_SERVER) {
                return Optional.of(refusal.problem().what());
            }
            throw refusal;
        }
    }

    /// When the server started: the same second each time it is asked, because both numbers are of
    /// the moment at which this statement began.
    private static Instant started(Session session) {
        return Instant.ofEpochSecond(
                session.query(
                                "SELECT UNIX_TIMESTAMP() - CAST(VARIABLE_VALUE AS SIGNED) FROM"
                                        + " performance_schema.global_status WHERE VARIABLE_NAME ="
                                        + " 'Uptime'")
                        .only()
                        .integer(0));
    }

    private static void demandPrivileges(Session session) {
        var grants = AccountGrants.of(session);
        List<String> missing = new ArrayList<>(grants.lacking(PRIVILEGES));
        for (String table : TABLES) {
            if (isDenied(session, table)) {
                missing.add("SELECT ON performance_schema." + table);
            }
        }
        if (!missing.isEmpty()) {
            throw new RefusedException(
                    Problem.of(BackupError.PRIVILEGE_MISSING)
                            .what("the account lacks %s", String.join(", ", missing))
                            .where("account %s on server %s", grants.account(), session.server())
                            .remedy(
                                    "GRANT BACKUP_ADMIN, PROCESS, REPLICATION CLIENT ON *.* TO"
                                            + " %1$s; GRANT SELECT ON performance_schema.log_status"
                                            + " TO %1$s; GRANT SELECT ON"
                                            + " performance_schema.keyring_component_status TO"
                                            + " %1$s;",
                                    grants.account()));
        }
    }

    private static boolean isDenied(Session session, String table) {
        try {
            var _ = session.query("SELECT 1 FROM performance_schema." + table + " WHERE FALSE");
            return false;
        } catch (SqlErrorException failure) {
            return switch (failure.number()) {
                case TABLE_ACCESS_DENIED, COLUMN_ACCESS_DENIED -> true;
                case SPECIFIC_ACCESS_DENIED, NO_SUCH_TABLE -> false;
                default -> throw failure;
            };
        }
    }

    /// Refuses if pages change without redo, or the redo is encrypted.
    static void demandRedo(Session session) {
        String enabled = status(session, "Innodb_redo_log_enabled");
        if (!"ON".equals(enabled)) {
            throw new RefusedException(
                    Problem.of(BackupError.REDO_LOGGING_OFF)
                            .what(
                                    "Innodb_redo_log_enabled is %s, must be ON",
                                    enabled == null ? "not known" : enabled)
                            .where("server %s", session.server())
                            .remedy("ALTER INSTANCE ENABLE INNODB REDO_LOG;"));
        }
        // The server's files tell only some of the time, and their blocks not before they are read.
        if (session.query("SELECT @@GLOBAL.innodb_redo_log_encrypt").only().integer(0) != 0) {
            throw EncryptedFile.redo(Path.of(RedoFileName.FOLDER));
        }
    }

    private static @Nullable String status(Session session, String name) {
        Rows rows = session.query("SHOW GLOBAL STATUS LIKE '" + name + "'");
        return rows.isEmpty() ? null : rows.row(0).string(1);
    }

    /// A status variable's number; 0 if the server has none of that name.
    static long number(Session session, String name) {
        String value = status(session, name);
        return value == null ? 0 : Long.parseLong(value);
    }

    private static Map<String, String> variables(Session session) {
        Map<String, String> variables = new TreeMap<>();
        Rows rows =
                session.query(
                        "SHOW GLOBAL VARIABLES WHERE Variable_name IN ('datadir',"
                                + " 'innodb_page_size', 'innodb_data_file_path',"
                                + " 'innodb_data_home_dir', 'innodb_temp_data_file_path',"
                                + " 'innodb_log_group_home_dir',"
                                + " 'innodb_redo_log_capacity', 'log_bin_basename',"
                                + " 'relay_log_basename')");
        for (Rows.Row row : rows) {
            String value = row.stringOrNull(1);
            variables.put(row.string(0), value == null ? "" : value);
        }
        return variables;
    }

    /// A variable's value; empty if it has none.
    String variable(String name) {
        return variables.getOrDefault(name, "");
    }

    int pageBytes() {
        return Integer.parseInt(variable("innodb_page_size"));
    }

    long redoCapacityBytes() {
        return Long.parseLong(variable("innodb_redo_log_capacity"));
    }

    /// A path as the server means it.
    Path resolve(String path) {
        return dataFolder.resolve(path).normalize();
    }

    /// As [#resolve(String)] for a file of the system tablespace, which has a home of its own.
    /// Source: MySQL 9.7 manual, `innodb_data_home_dir`.
    Path resolveSystem(String path) {
        return dataFolder.resolve(variable("innodb_data_home_dir")).resolve(path).normalize();
    }

    /// A session of the backup's account. The caller closes it.
    Session open() {
        Session session = Session.open(options);
        boolean isReady = false;
        try {
            session.execute("SET ROLE ALL");
            // It may have nothing to say for as long as the copying takes.
            session.execute("SET wait_timeout = 31536000");
            isReady = true;
            return session;
        } finally {
            if (!isReady) {
                session.close();
            }
        }
    }
}
