package io.holdfast.backup.logical.schema;

import io.holdfast.client.Session;
import io.holdfast.core.SqlErrorException;
import java.util.List;

/// The settings of every session that reads for a backup, so that the server's answers do not
/// depend on how it is configured. They are part of the format: see `docs/formats/logical.md`.
public final class CaptureSettings {
    private static final int UNKNOWN_VARIABLE = 1193;

    private static final List<String> ALWAYS =
            List.of(
                    // Keys may hold such dates, and pieces of tables are asked for by them.
                    "sql_mode = 'ALLOW_INVALID_DATES'",
                    "time_zone = '+00:00'",
                    "character_set_client = utf8mb4",
                    "collation_connection = utf8mb4_0900_ai_ci",
                    "character_set_results = NULL",
                    "wait_timeout = 31536000",
                    "net_write_timeout = 3600",
                    "sql_quote_show_create = ON",
                    "autocommit = ON",
                    "information_schema_stats_expiry = 0",
                    "print_identified_with_as_hex = ON",
                    "SESSION TRANSACTION_ISOLATION = 'REPEATABLE-READ'");

    /// Since later versions than the oldest that is supported, or not in every build.
    private static final List<String> WHERE_KNOWN =
            List.of(
                    "show_gipk_in_create_table_and_information_schema = ON",
                    "show_create_table_verbosity = OFF",
                    "show_create_table_skip_secondary_engine = OFF",
                    "SESSION MAX_EXECUTION_TIME = 0",
                    "optimizer_switch = 'prefer_ordering_index=on'");

    private CaptureSettings() {}

    /// Makes a fresh session ready to read for a backup, with all its roles active.
    public static void apply(Session session) {
        session.execute("SET ROLE ALL");
        for (String setting : ALWAYS) {
            session.execute("SET " + setting);
        }
        for (String setting : WHERE_KNOWN) {
            try {
                session.execute("SET " + setting);
            } catch (SqlErrorException failure) {
                if (failure.number() != UNKNOWN_VARIABLE) {
                    throw failure;
                }
            }
        }
    }
}
