package io.holdfast.servertests.physical;

import io.holdfast.client.Rows;
import io.holdfast.client.Session;
import io.holdfast.core.TableName;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.TreeMap;
import java.util.TreeSet;

/// What two servers with the same files must agree on.
public final class Contents {
    /// MEMORY tables are empty in any server that was started again.
    private static final String TABLES =
            """
            SELECT TABLE_SCHEMA, TABLE_NAME FROM information_schema.TABLES
            WHERE TABLE_TYPE = 'BASE TABLE' AND ENGINE <> 'MEMORY'
              AND LOWER(TABLE_SCHEMA) NOT IN ('information_schema', 'performance_schema')\
            """;

    private static final List<String> SERVERS_OWN = List.of("mysql", "sys");

    private Contents() {}

    /// The checksum of every user's table, by its name, and each schema's definition.
    public static Map<String, String> of(Session session) {
        var contents = new TreeMap<String, String>();
        for (TableName table : tables(session)) {
            if (!SERVERS_OWN.contains(table.schema())) {
                contents.put(
                        table.quoted(),
                        hasMultiValuedIndex(session, table)
                                ? rows(session, table)
                                : session.query("CHECKSUM TABLE " + table.quoted())
                                        .only()
                                        .string(1));
            }
        }
        for (Rows.Row schema :
                session.query("SELECT SCHEMA_NAME FROM information_schema.SCHEMATA")) {
            String name = schema.string(0);
            contents.put(
                    "schema " + name,
                    session.query("SHOW CREATE SCHEMA " + TableName.quote(name)).only().string(1));
        }
        return contents;
    }

    /// The server's checksum of such a table is another one each time it is asked for.
    private static boolean hasMultiValuedIndex(Session session, TableName table) {
        return session.query(
                                "SELECT COUNT(*) FROM information_schema.STATISTICS WHERE"
                                        + " TABLE_SCHEMA = "
                                        + text(table.schema())
                                        + " AND TABLE_NAME = "
                                        + text(table.table())
                                        + " AND EXPRESSION LIKE '%array)%'")
                        .only()
                        .integer(0)
                > 0;
    }

    private static String rows(Session session, TableName table) {
        var columns = new StringJoiner(", '|', ", "CONCAT_WS('|', ", ")");
        for (Rows.Row column : session.query("SHOW COLUMNS FROM " + table.quoted())) {
            columns.add("HEX(" + TableName.quote(column.string(0)) + ")");
        }
        var rows = new TreeSet<String>();
        for (Rows.Row row : session.query("SELECT " + columns + " FROM " + table.quoted())) {
            rows.add(row.string(0));
        }
        return rows.toString();
    }

    private static String text(String value) {
        return "'" + value.replace("'", "''") + "'";
    }

    /// Demands that `CHECK TABLE … EXTENDED` finds no fault with any table, the server's own
    /// included.
    static void demandSound(Session session) {
        List<String> faults = faults(session);
        if (!faults.isEmpty()) {
            throw new AssertionError(String.join("\n", faults));
        }
    }

    /// What `CHECK TABLE … EXTENDED` finds fault with.
    public static List<String> faults(Session session) {
        var faults = new ArrayList<String>();
        for (TableName table : tables(session)) {
            for (Rows.Row said : session.query("CHECK TABLE " + table.quoted() + " EXTENDED")) {
                String kind = said.string("Msg_type");
                String text = said.string("Msg_text");
                if (kind.equals("error") || (kind.equals("status") && !text.equals("OK"))) {
                    faults.add(table + ": " + kind + ": " + text);
                }
            }
        }
        return faults;
    }

    private static List<TableName> tables(Session session) {
        var tables = new ArrayList<TableName>();
        for (Rows.Row row : session.query(TABLES)) {
            tables.add(new TableName(row.string(0), row.string(1)));
        }
        if (tables.isEmpty()) {
            throw new AssertionError("no tables");
        }
        return tables;
    }
}
