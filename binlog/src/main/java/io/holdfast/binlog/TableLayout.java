package io.holdfast.binlog;

import io.holdfast.binlog.BinlogEvent.TableMap;
import io.holdfast.core.TableName;

/// How the rows of one table lie in row events: each column's width, from a table map's types and
/// metadata.
///
/// | type                                   | metadata            | value                          |
/// |----------------------------------------|---------------------|--------------------------------|
/// | 1 TINY, 13 YEAR                        |                     | 1                              |
/// | 2 SHORT                                |                     | 2                              |
/// | 9 INT24, 10 DATE, 11 TIME, 14 NEWDATE  |                     | 3                              |
/// | 3 LONG, 7 TIMESTAMP                    |                     | 4                              |
/// | 8 LONGLONG, 12 DATETIME                |                     | 8                              |
/// | 4 FLOAT, 5 DOUBLE                      | 1: bytes            | that many                      |
/// | 15 VARCHAR, 253 VAR_STRING             | 2: bytes at most    | 1 or 2 bytes of length, value  |
/// | 16 BIT                                 | bits, bytes         | bytes, one more if bits > 0    |
/// | 17 TIMESTAMP2, 18 DATETIME2, 19 TIME2  | 1: fraction digits  | 4, 5, 3, and (digits + 1) / 2  |
/// | 246 NEWDECIMAL                         | precision, scale    | 4 bytes per 9 digits, less for the rest |
/// | 247 ENUM, 248 SET (as 254)             | type, bytes         | bytes                          |
/// | 254 STRING                             | type, bytes; length bits 8, 9 inverted in the type | 1 or 2 bytes of length, value |
/// | 242 VECTOR, 245 JSON, 249-252 blobs, 255 GEOMETRY | 1: width of length | length, value        |
///
/// Source: MySQL 9.7 `libs/mysql/binlog/event/binary_log_funcs.cpp`, `max_display_length_for_field`
/// and `calc_field_size`; `sql/rpl_utility.cc`, `table_def::table_def`.
///
/// @param widths per column: bytes if not negative, else minus the bytes of the length in front
/// @param isKnown false if a type is not in the table above, so rows cannot be walked
@SuppressWarnings("ArrayRecordComponent") // package-private and never changed after it was made
record TableLayout(TableName table, int[] widths, int jsonColumns, boolean isKnown) {
    private static final int JSON = 245;
    private static final int LENGTH_BYTES_MAX = 4;
    private static final int[] DECIMAL_BYTES = {0, 1, 1, 2, 2, 3, 3, 4, 4, 4};

    static TableLayout of(TableMap map) {
        int columns = map.columnTypes().byteCount();
        int[] widths = new int[columns];
        int jsonColumns = 0;
        int at = 0;
        ByteString metadata = map.columnMetadata();
        for (int i = 0; i < columns; i++) {
            int type = map.columnTypes().at(i);
            int metadataBytes = metadataBytes(type);
            if (metadataBytes < 0 || at + metadataBytes > metadata.byteCount()) {
                return new TableLayout(map.table(), widths, 0, false);
            }
            int first = metadataBytes > 0 ? metadata.at(at) : 0;
            int second = metadataBytes > 1 ? metadata.at(at + 1) : 0;
            at += metadataBytes;
            widths[i] = width(type, first, second);
            if (widths[i] < -LENGTH_BYTES_MAX) {
                return new TableLayout(map.table(), widths, 0, false);
            }
            jsonColumns += type == JSON ? 1 : 0;
        }
        return new TableLayout(map.table(), widths, jsonColumns, true);
    }

    /// @return -1 for an unknown type
    private static int metadataBytes(int type) {
        return switch (type) {
            case 1, 2, 3, 6, 7, 8, 9, 10, 11, 12, 13, 14 -> 0;
            case 4, 5, 17, 18, 19, 242, JSON, 249, 250, 251, 252, 255 -> 1;
            case 15, 16, 246, 247, 248, 253, 254 -> 2;
            default -> -1;
        };
    }

    private static int width(int type, int first, int second) {
        return switch (type) {
            case 1, 13 -> 1;
            case 2 -> 2;
            case 9, 10, 11, 14 -> 3;
            case 3, 7 -> 4;
            case 8, 12 -> 8;
            case 4, 5 -> first;
            case 15, 253 -> (second << 8 | first) < 256 ? -1 : -2;
            case 16 -> second + (first > 0 ? 1 : 0);
            case 17 -> 4 + (first + 1) / 2;
            case 18 -> 5 + (first + 1) / 2;
            case 19 -> 3 + (first + 1) / 2;
            case 246 -> decimalBytes(first, second);
            case 247, 248 -> second;
            case 254 -> string(first, second);
            case 242, JSON, 249, 250, 251, 252, 255 -> -first;
            default -> 0; // 6, NULL
        };
    }

    private static int string(int first, int second) {
        if ((first & 0x30) != 0x30) {
            int bytesMax = second | ((first & 0x30) ^ 0x30) << 4;
            return bytesMax < 256 ? -1 : -2;
        }
        return first == 247 || first == 248 ? second : -1;
    }

    private static int decimalBytes(int precision, int scale) {
        int whole = Math.max(0, precision - scale);
        return whole / 9 * 4 + DECIMAL_BYTES[whole % 9] + scale / 9 * 4 + DECIMAL_BYTES[scale % 9];
    }
}
