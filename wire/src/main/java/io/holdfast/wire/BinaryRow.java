package io.holdfast.wire;

import io.holdfast.core.ByteCursor;
import java.util.ArrayList;
import java.util.List;

/// A row of a prepared statement's result.
///
/// | bytes         | field   | meaning                                                     |
/// |--------------:|---------|-------------------------------------------------------------|
/// |             1 | mark    | 0                                                           |
/// | (n + 9) / 8   | nulls   | bit `i + 2` says that column `i` is NULL; bits 0 and 1 are 0 |
/// |             … | values  | those that are not NULL, by type                            |
///
/// | type                        | bytes            | value                                         |
/// |-----------------------------|------------------|-----------------------------------------------|
/// | TINY                        | 1                | integer, signed unless the column says not    |
/// | SHORT, YEAR                 | 2                |                                               |
/// | LONG, INT24                 | 4                |                                               |
/// | LONGLONG                    | 8                |                                               |
/// | FLOAT, DOUBLE               | 4, 8             | IEEE 754, little-endian                       |
/// | DATE, DATETIME, TIMESTAMP   | 1 + 0, 4, 7, 11  | count; year 2, month, day; hour, minute, second; microseconds 4 |
/// | TIME                        | 1 + 0, 8, 12     | count; negative 1, days 4, hour, minute, second; microseconds 4 |
/// | all others                  | length-encoded   | bytes                                         |
///
/// Source: MySQL 9.7 protocol manual, "Binary Protocol Resultset Row", "Binary Protocol Value".
public final class BinaryRow {
    private BinaryRow() {}

    /// Reads a whole row that is held in memory.
    public static List<SqlValue> read(ByteCursor in, List<ColumnDefinition> columns) {
        int mark = in.u8("row mark");
        if (mark != 0) {
            throw in.impossible("a binary row begins with " + mark + ", expected 0");
        }
        byte[] nulls = in.bytes((columns.size() + 9) / 8, "null bits");
        var values = new ArrayList<SqlValue>(columns.size());
        for (int i = 0; i < columns.size(); i++) {
            boolean isNull = (nulls[(i + 2) / 8] >> ((i + 2) % 8) & 1) != 0;
            values.add(isNull ? SqlValue.NULL : value(in, columns.get(i)));
        }
        if (in.hasRemaining()) {
            throw in.impossible("a row has " + in.remaining() + " bytes behind its last value");
        }
        return values;
    }

    private static SqlValue value(ByteCursor in, ColumnDefinition column) {
        boolean unsigned = column.isUnsigned();
        return switch (column.type()) {
            case ColumnType.NULL -> SqlValue.NULL;
            case ColumnType.TINY -> whole(in.u8("TINY"), 8, unsigned);
            case ColumnType.SHORT, ColumnType.YEAR -> whole(in.u16("SHORT"), 16, unsigned);
            case ColumnType.LONG, ColumnType.INT24 -> whole(in.u32("LONG"), 32, unsigned);
            case ColumnType.LONGLONG -> whole(in.u64("LONGLONG"), 64, unsigned);
            case ColumnType.FLOAT ->
                    new SqlValue.Float32(Float.intBitsToFloat((int) in.u32("FLOAT")));
            case ColumnType.DOUBLE ->
                    new SqlValue.Float64(Double.longBitsToDouble(in.u64("DOUBLE")));
            case ColumnType.DATE -> dateTime(in).date();
            case ColumnType.DATETIME, ColumnType.TIMESTAMP -> dateTime(in);
            case ColumnType.TIME -> time(in);
            default -> new SqlValue.Bytes(in.bytes(in.lengthEncoded("value"), "value"));
        };
    }

    private static SqlValue whole(long bits, int width, boolean unsigned) {
        int unused = 64 - width;
        return new SqlValue.Whole(unsigned ? bits : bits << unused >> unused, unsigned);
    }

    private static SqlValue.DateTime dateTime(ByteCursor in) {
        int byteCount = in.u8("DATETIME length");
        if (byteCount != 0 && byteCount != 4 && byteCount != 7 && byteCount != 11) {
            throw in.impossible("a DATETIME has " + byteCount + " bytes, expected 0, 4, 7 or 11");
        }
        var date =
                byteCount == 0
                        ? new SqlValue.Date(0, 0, 0)
                        : new SqlValue.Date(in.u16("year"), in.u8("month"), in.u8("day"));
        if (byteCount < 7) {
            return new SqlValue.DateTime(date, 0, 0, 0, 0);
        }
        return new SqlValue.DateTime(
                date,
                in.u8("hour"),
                in.u8("minute"),
                in.u8("second"),
                byteCount == 11 ? (int) in.u32("micros") : 0);
    }

    private static SqlValue.Time time(ByteCursor in) {
        int byteCount = in.u8("TIME length");
        if (byteCount == 0) {
            return new SqlValue.Time(false, 0, 0, 0, 0, 0);
        }
        if (byteCount != 8 && byteCount != 12) {
            throw in.impossible("a TIME has " + byteCount + " bytes, expected 0, 8 or 12");
        }
        return new SqlValue.Time(
                in.u8("negative") != 0,
                in.u32("days"),
                in.u8("hours"),
                in.u8("minutes"),
                in.u8("seconds"),
                byteCount == 12 ? (int) in.u32("micros") : 0);
    }
}
