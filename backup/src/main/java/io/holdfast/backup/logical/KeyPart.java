package io.holdfast.backup.logical;

import io.holdfast.backup.logical.schema.SqlLiteral;
import io.holdfast.client.Rows;
import io.holdfast.client.Session;
import io.holdfast.core.TableName;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// One column of a primary key: how its values are read and written as SQL so that the server
/// compares with them just as its index is ordered.
///
/// @param isDescending whether the index holds it backwards
/// @param charset of a text, null for anything else
record KeyPart(String column, boolean isDescending, Kind kind, @Nullable String charset) {
    private static final String UNORDERED = "gb18030";

    /// How a value becomes a literal.
    enum Kind {
        /// Exact decimal text.
        NUMBER,
        /// The number behind BIT.
        BITS,
        /// The shortest text that reads back to the same 64 bits, which also holds for FLOAT.
        DOUBLE,
        DATE,
        TIME,
        TIMESTAMP,
        /// Bytes in the column's own character set, so that its own collation compares.
        TEXT,
        BYTES
    }

    /// The parts of a table's primary key, in order; empty if it has none, or one that cannot be
    /// walked: prefixes of columns are not ordered as the columns are, ENUM and SET are ordered by
    /// number but compared as text, and the server's comparison of gb18030 texts is no order: with
    /// MySQL 9.7.4 and `gb18030_chinese_ci`, the key x'81308935' is found neither by `a >= x AND a
    /// < y` nor by `a >= y AND a < z` for bounds x, y = x'8130893581308A395A' and z around it.
    static List<KeyPart> of(Session session, TableName table) {
        Rows rows =
                session.query(
                        "SELECT s.COLUMN_NAME, s.SUB_PART, s.COLLATION, c.DATA_TYPE,"
                                + " c.CHARACTER_SET_NAME FROM information_schema.STATISTICS s JOIN"
                                + " information_schema.COLUMNS c USING (TABLE_SCHEMA, TABLE_NAME,"
                                + " COLUMN_NAME) WHERE s.TABLE_SCHEMA = "
                                + SqlLiteral.quote(table.schema())
                                + " AND s.TABLE_NAME = "
                                + SqlLiteral.quote(table.table())
                                + " AND s.INDEX_NAME = 'PRIMARY' ORDER BY s.SEQ_IN_INDEX");
        List<KeyPart> parts = new ArrayList<>();
        for (Rows.Row row : rows) {
            Kind kind = kind(row.string(3));
            if (kind == null || !row.isNull(1) || UNORDERED.equals(row.stringOrNull(4))) {
                return List.of();
            }
            parts.add(
                    new KeyPart(
                            row.string(0),
                            "D".equals(row.stringOrNull(2)),
                            kind,
                            row.stringOrNull(4)));
        }
        return parts;
    }

    /// @param dataType as `information_schema.COLUMNS.DATA_TYPE` says
    private static @Nullable Kind kind(String dataType) {
        return switch (dataType.toLowerCase(Locale.ROOT)) {
            case "tinyint", "smallint", "mediumint", "int", "bigint", "decimal", "year" ->
                    Kind.NUMBER;
            case "bit" -> Kind.BITS;
            case "float", "double" -> Kind.DOUBLE;
            case "date" -> Kind.DATE;
            case "time" -> Kind.TIME;
            case "datetime", "timestamp" -> Kind.TIMESTAMP;
            case "char", "varchar" -> Kind.TEXT;
            case "binary", "varbinary" -> Kind.BYTES;
            default -> null;
        };
    }

    /// Whether a collation orders it.
    boolean isText() {
        return kind == Kind.TEXT;
    }

    String quoted() {
        return TableName.quote(column);
    }

    String selectExpression() {
        return switch (kind) {
            case BITS -> "CAST(" + quoted() + " AS UNSIGNED)";
            case DOUBLE -> "CAST(" + quoted() + " AS DOUBLE)";
            case NUMBER, DATE, TIME, TIMESTAMP, TEXT, BYTES -> quoted();
        };
    }

    /// How the index is sorted by this part.
    String order() {
        return isDescending ? quoted() + " DESC" : quoted();
    }

    /// A value that [#selectExpression()] gave, as SQL.
    String literal(byte[] value) {
        return switch (kind) {
            case NUMBER, BITS -> text(value);
            case DOUBLE -> text(value).contains("e") ? text(value) : text(value) + "e0";
            case DATE, TIME, TIMESTAMP -> kind.name() + "'" + text(value) + "'";
            case TEXT -> SqlLiteral.hex(charset == null ? "binary" : charset, value);
            case BYTES -> "x'" + HexFormat.of().withUpperCase().formatHex(value) + "'";
        };
    }

    private static String text(byte[] value) {
        return new String(value, StandardCharsets.US_ASCII);
    }
}
