package io.holdfast.backup.logical.schema;

import io.holdfast.core.TableName;
import io.holdfast.repository.logical.ColumnCoding;
import java.util.Locale;

/// Decides how a column's values travel, by its type. A type that is not in this list would perhaps
/// be read wrongly, so it ends the backup.
final class ColumnCodings {
    private ColumnCodings() {}

    /// @param dataType as `information_schema.COLUMNS.DATA_TYPE` says
    static ColumnCoding of(String dataType, TableName table, String column) {
        return switch (dataType.toLowerCase(Locale.ROOT)) {
            case "tinyint",
                    "smallint",
                    "mediumint",
                    "int",
                    "bigint",
                    "decimal",
                    "date",
                    "time",
                    "datetime",
                    "timestamp",
                    "year",
                    "char",
                    "varchar",
                    "tinytext",
                    "text",
                    "mediumtext",
                    "longtext",
                    "binary",
                    "varbinary",
                    "tinyblob",
                    "blob",
                    "mediumblob",
                    "longblob",
                    "geometry",
                    "point",
                    "linestring",
                    "polygon",
                    "multipoint",
                    "multilinestring",
                    "multipolygon",
                    "geomcollection",
                    "geometrycollection",
                    "vector" ->
                    ColumnCoding.RAW;
            case "float", "double" -> ColumnCoding.DOUBLE;
            case "bit", "enum", "set" -> ColumnCoding.UNSIGNED;
            case "json" -> ColumnCoding.JSON;
            default ->
                    throw UnknownKind.of(
                            "column type \"" + dataType + "\"", "column " + table + "." + column);
        };
    }
}
