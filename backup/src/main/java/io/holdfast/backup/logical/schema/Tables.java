package io.holdfast.backup.logical.schema;

import io.holdfast.client.Rows;
import io.holdfast.client.Session;
import io.holdfast.core.TableName;
import io.holdfast.repository.logical.ObjectKind;
import io.holdfast.repository.logical.SchemaLine;
import io.holdfast.repository.logical.SqlSession;
import io.holdfast.repository.logical.TableColumn;
import io.holdfast.repository.logical.TableContent;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Base tables with their columns, keys and counters.
final class Tables implements SchemaPart {
    /// Tables whose names are held at once.
    private static final int PAGE_ROWS = 5000;

    private static final String FACTS =
            "SELECT TABLE_NAME, TABLE_TYPE, ENGINE, TABLE_ROWS, DATA_LENGTH, AUTO_INCREMENT FROM"
                    + " information_schema.TABLES WHERE ";

    private static final Set<String> MEMBERS = Set.of("enum", "set");

    private final Databases databases;
    private final Engines engines;
    private int number;
    private long otherBytes;
    private @Nullable TableName largestOther;
    private long largestOtherBytes = -1;

    Tables(Databases databases, Engines engines) {
        this.databases = databases;
        this.engines = engines;
    }

    @Override
    public void read(Session session, SchemaSink sink) {
        for (String database : databases.names()) {
            Databases.use(session, database);
            String after = "";
            Rows page;
            do {
                page = page(session, database, after);
                for (Rows.Row row : page) {
                    after = row.string("TABLE_NAME");
                    one(session, new TableName(database, after), row, sink);
                }
            } while (page.count() == PAGE_ROWS);
        }
        if (largestOther != null) {
            engines.demandSmall(otherBytes, largestOther);
        }
    }

    /// Reads one table; nothing if there is none of that name.
    ///
    /// @param session whose database is the table's
    void readOne(Session session, TableName table, SchemaSink sink) {
        for (Rows.Row row : session.query(FACTS + of(table))) {
            one(session, table, row, sink);
        }
    }

    private static Rows page(Session session, String database, String after) {
        return session.query(
                FACTS
                        + "TABLE_SCHEMA = "
                        + SqlLiteral.quote(database)
                        + (after.isEmpty() ? "" : " AND TABLE_NAME > " + SqlLiteral.quote(after))
                        + " ORDER BY TABLE_NAME LIMIT "
                        + PAGE_ROWS);
    }

    private void one(Session session, TableName table, Rows.Row row, SchemaSink sink) {
        String type = row.string("TABLE_TYPE");
        if (type.equals("VIEW") || type.equals("SYSTEM VIEW")) {
            return;
        }
        if (!type.equals("BASE TABLE")) {
            throw UnknownKind.of("table type \"" + type + "\"", table.toString());
        }
        String engine = row.stringOrNull("ENGINE");
        TableContent.Rows kept = engines.rowsOf(table, engine);
        var size = new TableSize(number(row, "TABLE_ROWS"), number(row, "DATA_LENGTH"));
        if (engine != null && Engines.lacksTransactions(engine) && kept == TableContent.Rows.KEPT) {
            otherBytes += size.dataBytes();
            if (size.dataBytes() > largestOtherBytes) {
                largestOther = table;
                largestOtherBytes = size.dataBytes();
            }
        }
        ShowText shown =
                ShowText.ask(
                        session,
                        "SHOW CREATE TABLE " + TableName.quote(table.table()),
                        "Create Table",
                        "table " + table);
        if (!shown.text().readable().startsWith("CREATE TABLE `")) {
            throw UnknownKind.of("this form of CREATE TABLE", "table " + table);
        }
        var content =
                new TableContent(
                        number++,
                        engine == null ? "" : engine,
                        kept,
                        columns(session, table),
                        key(session, table),
                        row.stringOrNull("AUTO_INCREMENT"));
        sink.table(
                new SchemaLine(
                        ObjectKind.TABLE,
                        table.schema(),
                        table.table(),
                        null,
                        SqlSession.in(table.schema()),
                        List.of(shown.text()),
                        shown.check(),
                        content,
                        Map.of(),
                        List.of()),
                size);
    }

    private static long number(Rows.Row row, String column) {
        String text = row.stringOrNull(column);
        return text == null ? 0 : Long.parseUnsignedLong(text);
    }

    private static List<TableColumn> columns(Session session, TableName table) {
        Rows rows =
                session.query(
                        "SELECT COLUMN_NAME, DATA_TYPE, COLUMN_TYPE, GENERATION_EXPRESSION,"
                                + " CHARACTER_SET_NAME FROM"
                                + " information_schema.COLUMNS WHERE "
                                + of(table)
                                + " ORDER BY ORDINAL_POSITION");
        List<TableColumn> columns = new ArrayList<>();
        for (Rows.Row row : rows) {
            String expression = row.stringOrNull(3);
            if (expression == null || expression.isEmpty()) {
                String name = row.string(0);
                if (row.string(2).contains("?") && MEMBERS.contains(row.string(1))) {
                    demandShownMembers(session, table, name, row.string(4));
                }
                columns.add(
                        new TableColumn(
                                name, row.string(2), ColumnCodings.of(row.string(1), table, name)));
            }
        }
        return columns;
    }

    /// SHOW CREATE TABLE and the dictionary's views print the members of an ENUM or SET in utf8mb3,
    /// and a `?` for a character beyond it: made again from that text, the rows would mean other
    /// members. A member that really is a question mark passes.
    private static void demandShownMembers(
            Session session, TableName table, String column, String charset) {
        String quoted = TableName.quote(column);
        Rows rows =
                session.query(
                        "SELECT 1 FROM "
                                + table.quoted()
                                + " WHERE CAST("
                                + quoted
                                + " AS BINARY) <> CAST(CONVERT(CONVERT("
                                + quoted
                                + " USING utf8mb3) USING "
                                + charset
                                + ") AS BINARY) LIMIT 1");
        if (!rows.isEmpty()) {
            throw UnknownKind.of(
                    "ENUM or SET member that SHOW CREATE TABLE prints as \"?\"",
                    "column " + column + " of table " + table);
        }
    }

    private static List<String> key(Session session, TableName table) {
        Rows rows =
                session.query(
                        "SELECT COLUMN_NAME FROM information_schema.STATISTICS WHERE "
                                + of(table)
                                + " AND INDEX_NAME = 'PRIMARY' ORDER BY SEQ_IN_INDEX");
        return rows.list().stream().map(row -> row.string(0)).toList();
    }

    private static String of(TableName table) {
        return "TABLE_SCHEMA = "
                + SqlLiteral.quote(table.schema())
                + " AND TABLE_NAME = "
                + SqlLiteral.quote(table.table());
    }
}
