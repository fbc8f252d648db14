package io.holdfast.servertests.roundtrip;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/// What a server holds, told by MySQL Connector/J through server-side prepared statements: another
/// client, another protocol (the binary one), another hash than ours.
final class Witness implements AutoCloseable {
    /// How much of a row's beginnings of values is shown when it differs.
    private static final int SHOWN_MAX = 400;

    private static final String USER_SCHEMA =
            " NOT IN ('mysql', 'sys', 'information_schema', 'performance_schema')";

    /// Facts of the dictionary, without times, sizes and numbers that differ between equal servers.
    private static final Map<String, String> DICTIONARY =
            Map.ofEntries(
                    Map.entry(
                            "SCHEMATA",
                            "SCHEMA_NAME, DEFAULT_CHARACTER_SET_NAME, DEFAULT_COLLATION_NAME, DEFAULT_ENCRYPTION"),
                    Map.entry(
                            "TABLES",
                            "TABLE_SCHEMA, TABLE_NAME, TABLE_TYPE, ENGINE, ROW_FORMAT, TABLE_COLLATION, CREATE_OPTIONS, TABLE_COMMENT"),
                    Map.entry("COLUMNS", "*"),
                    Map.entry(
                            "STATISTICS",
                            "TABLE_SCHEMA, TABLE_NAME, NON_UNIQUE, INDEX_NAME, SEQ_IN_INDEX, COLUMN_NAME, COLLATION, SUB_PART, NULLABLE, INDEX_TYPE, INDEX_COMMENT, IS_VISIBLE, EXPRESSION"),
                    Map.entry("KEY_COLUMN_USAGE", "*"),
                    Map.entry("REFERENTIAL_CONSTRAINTS", "*"),
                    Map.entry("CHECK_CONSTRAINTS", "*"),
                    Map.entry("TABLE_CONSTRAINTS", "*"),
                    Map.entry(
                            "PARTITIONS",
                            "TABLE_SCHEMA, TABLE_NAME, PARTITION_NAME, SUBPARTITION_NAME, PARTITION_ORDINAL_POSITION, PARTITION_METHOD, PARTITION_EXPRESSION, PARTITION_DESCRIPTION, PARTITION_COMMENT"),
                    Map.entry(
                            "TRIGGERS",
                            "TRIGGER_SCHEMA, TRIGGER_NAME, EVENT_MANIPULATION, EVENT_OBJECT_TABLE, ACTION_ORDER, ACTION_STATEMENT, ACTION_TIMING, SQL_MODE, DEFINER, CHARACTER_SET_CLIENT, COLLATION_CONNECTION, DATABASE_COLLATION"),
                    Map.entry(
                            "ROUTINES",
                            "ROUTINE_SCHEMA, ROUTINE_NAME, ROUTINE_TYPE, DTD_IDENTIFIER, ROUTINE_DEFINITION, IS_DETERMINISTIC, SQL_DATA_ACCESS, SECURITY_TYPE, SQL_MODE, ROUTINE_COMMENT, DEFINER, CHARACTER_SET_CLIENT, COLLATION_CONNECTION, DATABASE_COLLATION"),
                    Map.entry("PARAMETERS", "*"),
                    Map.entry(
                            "EVENTS",
                            "EVENT_SCHEMA, EVENT_NAME, DEFINER, TIME_ZONE, EVENT_DEFINITION, EVENT_TYPE, EXECUTE_AT, INTERVAL_VALUE, INTERVAL_FIELD, SQL_MODE, STARTS, ENDS, STATUS, ON_COMPLETION, EVENT_COMMENT, CHARACTER_SET_CLIENT, COLLATION_CONNECTION, DATABASE_COLLATION"),
                    Map.entry("USER_ATTRIBUTES", "*"),
                    Map.entry("SCHEMA_PRIVILEGES", "*"),
                    Map.entry("COLUMN_PRIVILEGES", "*"));

    private final Connection connection;

    Witness(String jdbcUrl) throws SQLException {
        connection = DriverManager.getConnection(jdbcUrl + "&useServerPrepStmts=true");
        connection
                .createStatement()
                .execute("SET time_zone = '+00:00', print_identified_with_as_hex = ON");
        connection
                .createStatement()
                .execute("SET SESSION show_gipk_in_create_table_and_information_schema = ON");
    }

    /// Everything, by name: of each table the sorted hashes of its rows, of the dictionary its
    /// rows, of each account what it is and may do.
    Map<String, List<String>> testimony() throws SQLException {
        Map<String, List<String>> all = rows();
        for (Map.Entry<String, String> entry : DICTIONARY.entrySet()) {
            String schema = schemaColumn(entry.getKey());
            String where = schema.isEmpty() ? "" : " WHERE " + schema + USER_SCHEMA;
            if (entry.getKey().equals("COLUMNS")) {
                // Whether a view's column may be NULL is computed when the view is made, and comes
                // out otherwise when it is made from the text that the server itself gives.
                where +=
                        " AND (TABLE_SCHEMA, TABLE_NAME) NOT IN (SELECT TABLE_SCHEMA, TABLE_NAME FROM information_schema.VIEWS)";
            }
            all.put(
                    entry.getKey(),
                    texts(
                            "SELECT "
                                    + entry.getValue()
                                    + " FROM information_schema."
                                    + entry.getKey()
                                    + where));
        }
        for (String account :
                texts(
                        "SELECT CONCAT(QUOTE(User), '@', QUOTE(Host)) FROM mysql.user WHERE User NOT LIKE"
                                + " 'mysql.%' AND User NOT LIKE 'holdfast_%'")) {
            String name = account.substring(0, account.length() - 1);
            all.put("user " + name, texts("SHOW CREATE USER " + name));
            all.put("grants " + name, texts("SHOW GRANTS FOR " + name));
        }
        for (String table :
                List.of("servers", "func", "role_edges", "default_roles", "global_grants")) {
            all.put("mysql." + table, texts("SELECT * FROM mysql." + table));
        }
        all.put(
                "reference systems",
                texts(
                        "SELECT * FROM information_schema.ST_SPATIAL_REFERENCE_SYSTEMS WHERE SRS_ID IN (1000001, 4120000000)"));
        return all;
    }

    /// Of each table whose rows last, the sorted hashes of its rows.
    Map<String, List<String>> rows() throws SQLException {
        Map<String, List<String>> all = new TreeMap<>();
        for (Map.Entry<String, String> table : tables().entrySet()) {
            all.put("rows of " + table.getKey(), rows(table.getValue()));
        }
        return all;
    }

    private static String schemaColumn(String view) {
        return switch (view) {
            case "SCHEMATA" -> "SCHEMA_NAME";
            case "TRIGGERS" -> "TRIGGER_SCHEMA";
            case "ROUTINES" -> "ROUTINE_SCHEMA";
            case "PARAMETERS" -> "SPECIFIC_SCHEMA";
            case "EVENTS" -> "EVENT_SCHEMA";
            case "CHECK_CONSTRAINTS",
                    "REFERENTIAL_CONSTRAINTS",
                    "KEY_COLUMN_USAGE",
                    "TABLE_CONSTRAINTS" ->
                    "CONSTRAINT_SCHEMA";
            case "USER_ATTRIBUTES" -> "";
            default -> "TABLE_SCHEMA";
        };
    }

    /// Quoted names of all tables whose rows last, with the statement that reads them.
    private Map<String, String> tables() throws SQLException {
        Map<String, String> selects = new LinkedHashMap<>();
        try (PreparedStatement statement =
                        connection.prepareStatement(
                                "SELECT c.TABLE_SCHEMA, c.TABLE_NAME, c.COLUMN_NAME, c.DATA_TYPE FROM"
                                        + " information_schema.COLUMNS c JOIN information_schema.TABLES t USING"
                                        + " (TABLE_SCHEMA, TABLE_NAME) WHERE t.TABLE_TYPE = 'BASE TABLE' AND t.ENGINE NOT IN"
                                        + " ('MEMORY', 'BLACKHOLE', 'MRG_MyISAM') AND TABLE_SCHEMA"
                                        + USER_SCHEMA
                                        + " ORDER BY 1, 2, c.ORDINAL_POSITION");
                ResultSet columns = statement.executeQuery()) {
            while (columns.next()) {
                String table = quote(columns.getString(1)) + "." + quote(columns.getString(2));
                String expression = expression(columns.getString(3), columns.getString(4));
                selects.merge(table, expression, (before, more) -> before + ", " + more);
            }
        }
        selects.replaceAll((table, list) -> "SELECT " + list + " FROM " + table);
        return selects;
    }

    /// Character data as its stored bytes; members of sets as numbers besides; the rest as the
    /// binary protocol gives it.
    private static String expression(String column, String type) {
        String quoted = quote(column);
        return switch (type.toLowerCase(Locale.ROOT)) {
            case "char", "varchar", "tinytext", "text", "mediumtext", "longtext", "json" ->
                    "CAST(" + quoted + " AS BINARY)";
            case "enum", "set" ->
                    "CAST(" + quoted + " AS BINARY), CAST(" + quoted + " AS UNSIGNED)";
            case "date", "time", "datetime", "timestamp", "year" -> "CONCAT(" + quoted + ")";
            // Connector/J cannot read it in the binary protocol.
            case "vector" -> "HEX(" + quoted + ")";
            default -> quoted;
        };
    }

    private List<String> rows(String select) throws SQLException {
        List<String> hashes = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(select);
                ResultSet rows = statement.executeQuery()) {
            int columnCount = rows.getMetaData().getColumnCount();
            while (rows.next()) {
                MessageDigest digest = sha256();
                var shown = new StringBuilder();
                for (int column = 1; column <= columnCount; column++) {
                    byte[] value = rows.getBytes(column);
                    digest.update(
                            (value == null ? "null," : value.length + ":")
                                    .getBytes(StandardCharsets.US_ASCII));
                    shown.append(
                                    value == null
                                            ? "null"
                                            : HexFormat.of()
                                                    .formatHex(value, 0, Math.min(value.length, 8)))
                            .append(' ');
                    if (value != null) {
                        digest.update(value);
                    }
                }
                String beginnings = shown.substring(0, Math.min(shown.length(), SHOWN_MAX));
                hashes.add(HexFormat.of().formatHex(digest.digest()) + " " + beginnings);
            }
        }
        hashes.sort(null);
        return hashes;
    }

    /// By the text protocol: in the binary one Connector/J does not know the dictionary's ENUMs.
    private List<String> texts(String query) throws SQLException {
        List<String> lines = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            int columnCount = rows.getMetaData().getColumnCount();
            while (rows.next()) {
                var line = new StringBuilder();
                for (int column = 1; column <= columnCount; column++) {
                    line.append(rows.getString(column)).append('|');
                }
                lines.add(line.toString());
            }
        }
        lines.sort(null);
        return lines;
    }

    private static String quote(String name) {
        return "`" + name.replace("`", "``") + "`";
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new AssertionError(impossible);
        }
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
