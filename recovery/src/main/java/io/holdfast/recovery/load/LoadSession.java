package io.holdfast.recovery.load;

import io.holdfast.client.ConnectOptions;
import io.holdfast.client.Session;
import io.holdfast.core.SqlErrorException;
import io.holdfast.core.TableName;
import io.holdfast.repository.logical.SqlSession;
import io.holdfast.repository.logical.SqlText;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A session of the loader: it writes no binary log unless asked to, checks no foreign keys, and
/// takes on the settings that each statement of a backup needs. Remembers what is set, so that a
/// thousand objects with the same settings set them once.
///
/// Confined to one thread at a time.
final class LoadSession implements AutoCloseable {
    private static final int UNKNOWN_VARIABLE = 1193;
    private static final int VARIABLE_READ_ONLY = 1238;

    /// Each is passed over by a server that does not have it.
    private static final List<String> SETTINGS =
            List.of(
                    "autocommit = 1",
                    "foreign_key_checks = 0",
                    "unique_checks = 0",
                    "sql_quote_show_create = 1",
                    "sql_generate_invisible_primary_key = OFF",
                    "show_gipk_in_create_table_and_information_schema = ON",
                    "show_create_table_verbosity = OFF",
                    "print_identified_with_as_hex = ON",
                    "explicit_defaults_for_timestamp = ON",
                    "innodb_strict_mode = OFF",
                    "sql_require_primary_key = OFF",
                    "default_table_encryption = OFF",
                    "restrict_fk_on_non_standard_key = OFF",
                    "information_schema_stats_expiry = 0",
                    "sql_safe_updates = 0",
                    "max_execution_time = 0",
                    "net_read_timeout = 3600",
                    "net_write_timeout = 3600",
                    "wait_timeout = 28800",
                    "transaction_isolation = 'REPEATABLE-READ'");

    private static final SqlSession DEFAULTS =
            new SqlSession(null, null, null, null, null, null, null);

    private final Session session;
    private final Map<String, String> collations = new HashMap<>();
    private @Nullable SqlSession present;
    private @Nullable String database;

    private LoadSession(Session session) {
        this.session = session;
    }

    /// @throws SqlErrorException if the account may not set what the load needs
    static LoadSession open(ConnectOptions options) {
        return open(options, "SET SESSION sql_log_bin = 0");
    }

    /// One whose changes are in the server's binary log, for its replicas.
    ///
    /// @throws SqlErrorException if the account may not set what the load needs
    static LoadSession openLogged(ConnectOptions options) {
        return open(options, "SET ROLE ALL");
    }

    private static LoadSession open(ConnectOptions options, String first) {
        var opened = new LoadSession(Session.open(options));
        boolean isReady = false;
        try {
            opened.session.execute(first);
            SETTINGS.forEach(opened::set);
            opened.apply(null);
            opened.session.execute("SET character_set_results = NULL");
            isReady = true;
            return opened;
        } finally {
            if (!isReady) {
                opened.close();
            }
        }
    }

    private void set(String setting) {
        try {
            session.execute("SET SESSION " + setting);
        } catch (SqlErrorException refusal) {
            if (refusal.number() != UNKNOWN_VARIABLE && refusal.number() != VARIABLE_READ_ONLY) {
                throw refusal;
            }
        }
    }

    /// The bare session, for statements under the settings that were applied last.
    Session session() {
        return session;
    }

    /// Takes on an object's settings; null means the format's defaults.
    void apply(@Nullable SqlSession wanted) {
        SqlSession settings = wanted == null ? DEFAULTS : wanted;
        String wantedDatabase = settings.database();
        if (wantedDatabase != null && !wantedDatabase.equals(database)) {
            // A name is read in the client's character set, which the last object may have changed.
            setVariables(DEFAULTS);
            session.execute("USE " + TableName.quote(wantedDatabase));
            database = wantedDatabase;
        }
        setVariables(settings);
    }

    private void setVariables(SqlSession settings) {
        if (present != null && sameVariables(present, settings)) {
            return;
        }
        Long timestamp = settings.timestampSeconds();
        session.execute(
                "SET sql_mode = '"
                        + Objects.requireNonNullElse(settings.sqlMode(), SqlSession.SQL_MODE)
                        + "', character_set_client = "
                        + Objects.requireNonNullElse(
                                settings.charsetClient(), SqlSession.CHARSET_CLIENT)
                        + ", collation_connection = "
                        + Objects.requireNonNullElse(
                                settings.collationConnection(), SqlSession.COLLATION_CONNECTION)
                        + ", time_zone = '"
                        + Objects.requireNonNullElse(settings.timeZone(), SqlSession.TIME_ZONE)
                        + "', timestamp = "
                        + (timestamp == null ? "DEFAULT" : timestamp));
        present = settings;
    }

    private static boolean sameVariables(SqlSession one, SqlSession other) {
        return Objects.equals(one.sqlMode(), other.sqlMode())
                && Objects.equals(one.charsetClient(), other.charsetClient())
                && Objects.equals(one.collationConnection(), other.collationConnection())
                && Objects.equals(one.timeZone(), other.timeZone())
                && Objects.equals(one.timestampSeconds(), other.timestampSeconds());
    }

    /// Runs an object's statement under its settings. Where the database had another collation when
    /// the object was created, it has it again while the statement runs.
    void execute(@Nullable SqlSession settings, SqlText statement) {
        String wanted = settings == null ? null : settings.databaseCollation();
        String of = settings == null ? null : settings.database();
        if (wanted == null || of == null || wanted.equals(collation(of))) {
            apply(settings);
            session.execute(statement.bytes());
            return;
        }
        String own = collation(of);
        alterCollation(of, wanted);
        try {
            apply(settings);
            session.execute(statement.bytes());
        } finally {
            alterCollation(of, own);
        }
    }

    private String collation(String of) {
        return collations.computeIfAbsent(
                of,
                name -> {
                    apply(null);
                    return session.query(
                                    "SELECT DEFAULT_COLLATION_NAME FROM information_schema.SCHEMATA"
                                            + " WHERE SCHEMA_NAME = "
                                            + SqlLiteral.text(name))
                            .only()
                            .string(0);
                });
    }

    private void alterCollation(String of, String collation) {
        apply(null);
        session.execute("ALTER DATABASE " + TableName.quote(of) + " COLLATE " + collation);
        // The session keeps a copy of its database's collation, which ALTER renews only for the
        // session that runs it; here it is the same one.
    }

    @Override
    public void close() {
        session.close();
    }
}
