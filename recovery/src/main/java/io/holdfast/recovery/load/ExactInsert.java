package io.holdfast.recovery.load;

import io.holdfast.core.ByteCursor;
import io.holdfast.core.TableName;
import io.holdfast.repository.logical.ColumnCoding;
import io.holdfast.repository.logical.TableColumn;
import io.holdfast.repository.logical.TableContent;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/// Inserts rows by statements whose literals are exact, some hundred rows at a time: for the rows
/// that LOAD DATA cannot bring back. Confined to one thread.
final class ExactInsert implements JsonRows.ExactRow {
    /// Far below `max_allowed_packet`, whose default is 64 MiB, unless one row alone is more.
    private static final int STATEMENT_CHARACTERS = 1 << 20;

    /// Types whose text must not be written as a hexadecimal literal, which is a number there.
    private static final List<String> NUMBERS =
            List.of(
                    "tinyint",
                    "smallint",
                    "mediumint",
                    "int",
                    "bigint",
                    "decimal",
                    "float",
                    "double",
                    "year");

    private final LoadSession session;
    private final List<TableColumn> columns;
    private final String where;
    private final String begin;
    private final StringBuilder statement = new StringBuilder();
    private long rowCount;

    /// @param where names the rows in messages
    ExactInsert(LoadSession session, TableName table, TableContent content, String where) {
        this.session = session;
        this.columns = content.columns();
        this.where = where;
        this.begin =
                columns.stream()
                        .map(column -> TableName.quote(column.name()))
                        .collect(
                                Collectors.joining(
                                        ", ", "INSERT INTO " + table.quoted() + " (", ") VALUES "));
    }

    @Override
    public void take(byte[] row, int byteCount) {
        statement.append(statement.isEmpty() ? begin : ", ");
        var in = new ByteCursor(row, 0, byteCount, where, 0);
        String separator = "(";
        for (TableColumn column : columns) {
            statement.append(separator);
            separator = ", ";
            if (in.array()[in.index()] == (byte) 0xFB) {
                in.u8("NULL");
                statement.append("NULL");
            } else {
                long length = in.lengthEncoded("length");
                statement.append(literal(column, in.bytes(length, column.name())));
            }
        }
        statement.append(')');
        rowCount++;
        if (statement.length() >= STATEMENT_CHARACTERS) {
            flush();
        }
    }

    private static String literal(TableColumn column, byte[] value) {
        return switch (column.coding()) {
            case ColumnCoding.JSON -> ExactJson.expression(value, 0, value.length);
            case ColumnCoding.UNSIGNED -> new String(value, StandardCharsets.US_ASCII);
            case ColumnCoding.DOUBLE -> quoted(value);
            case ColumnCoding.RAW ->
                    isNumber(column.type()) ? quoted(value) : SqlLiteral.bytes(value);
        };
    }

    private static boolean isNumber(String type) {
        String lower = type.toLowerCase(Locale.ROOT);
        return NUMBERS.stream().anyMatch(lower::startsWith);
    }

    /// The text of a number, which holds nothing that would need an escape.
    private static String quoted(byte[] value) {
        return "'" + new String(value, StandardCharsets.US_ASCII) + "'";
    }

    /// Sends what is left.
    void flush() {
        if (!statement.isEmpty()) {
            session.session().execute(statement.toString());
            statement.setLength(0);
        }
    }

    long rowCount() {
        return rowCount;
    }
}
