package io.holdfast.client;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// What a server is, read once from its variables.
///
/// @param version as the server prints it, such as `9.7.4` or `8.0.36-0ubuntu1`
/// @param versionComment who built it, such as `MySQL Community Server - GPL`
/// @param isMariaDb whether it is a MariaDB, whose binary log and dictionary are others
/// @param serverUuid null where there is none: a MariaDB
/// @param serverId 0 if none was set
/// @param gtidMode [GtidMode#OFF] where the server knows no such variable
/// @param writesBinaryLog `log_bin`
/// @param binlogFormat `ROW`, `MIXED` or `STATEMENT`
/// @param binlogRowImage `FULL`, `MINIMAL` or `NOBLOB`
/// @param lowerCaseTableNames 0 to 2
public record ServerFacts(
        String version,
        String versionComment,
        boolean isMariaDb,
        @Nullable UUID serverUuid,
        long serverId,
        GtidMode gtidMode,
        boolean writesBinaryLog,
        String binlogFormat,
        String binlogRowImage,
        int lowerCaseTableNames) {

    /// Asks the server. Variables that it does not know are taken as their absence says.
    public static ServerFacts read(Session session) {
        Map<String, String> variables = new HashMap<>();
        for (Rows.Row row :
                session.query(
                        "SHOW GLOBAL VARIABLES WHERE Variable_name IN ('version', 'version_comment', 'server_uuid',"
                                + " 'server_id', 'gtid_mode', 'log_bin', 'binlog_format', 'binlog_row_image',"
                                + " 'lower_case_table_names')")) {
            variables.put(row.string(0).toLowerCase(Locale.ROOT), row.string(1));
        }
        String version = variables.getOrDefault("version", session.serverVersion());
        String comment = variables.getOrDefault("version_comment", "");
        String uuid = variables.getOrDefault("server_uuid", "");
        return new ServerFacts(
                version,
                comment,
                isMariaDb(version) || isMariaDb(comment) || isMariaDb(session.serverVersion()),
                uuid.isEmpty() ? null : UUID.fromString(uuid),
                Long.parseLong(variables.getOrDefault("server_id", "0")),
                gtidMode(variables.getOrDefault("gtid_mode", "OFF")),
                variables.getOrDefault("log_bin", "OFF").equalsIgnoreCase("ON"),
                variables.getOrDefault("binlog_format", "ROW"),
                variables.getOrDefault("binlog_row_image", "FULL"),
                Integer.parseInt(variables.getOrDefault("lower_case_table_names", "0")));
    }

    private static boolean isMariaDb(String text) {
        return text.toLowerCase(Locale.ROOT).contains("mariadb");
    }

    private static GtidMode gtidMode(String text) {
        return GtidMode.valueOf(text.toUpperCase(Locale.ROOT));
    }
}
