package io.holdfast.repository.logical;

import com.fasterxml.jackson.annotation.JsonValue;
import io.holdfast.core.TableName;
import java.util.Locale;

/// How a column's value travels: what is selected, and how that is loaded again, so that the stored
/// bits come back. The facts behind it are in `docs/formats/logical.md`.
public enum ColumnCoding {
    /// The value's own bytes or its exact decimal text.
    RAW,
    /// The shortest text that reads back to the same 64 bits; also exact for FLOAT.
    DOUBLE,
    /// The number behind BIT, ENUM and SET.
    UNSIGNED,
    /// JSON's text in utf8mb4, which the server takes from no binary string.
    JSON;

    @JsonValue
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /// The expression that reads the column.
    public String selectExpression(String column) {
        String quoted = TableName.quote(column);
        return switch (this) {
            case RAW, JSON -> quoted;
            case DOUBLE -> "CAST(" + quoted + " AS DOUBLE)";
            case UNSIGNED -> "CAST(" + quoted + " AS UNSIGNED)";
        };
    }

    /// What LOAD DATA puts the field into: the column, or a variable.
    ///
    /// @param index the column's index (from 0) among the table's columns
    public String loadTarget(String column, int index) {
        return switch (this) {
            case RAW, DOUBLE -> TableName.quote(column);
            case UNSIGNED, JSON -> "@v" + index;
        };
    }

    /// LOAD DATA's assignment for the column; empty if the field goes straight into it.
    ///
    /// @param index the column's index (from 0) among the table's columns
    public String loadAssignment(String column, int index) {
        return switch (this) {
            case RAW, DOUBLE -> "";
            case UNSIGNED -> TableName.quote(column) + " = CAST(@v" + index + " AS UNSIGNED)";
            case JSON -> TableName.quote(column) + " = CONVERT(@v" + index + " USING utf8mb4)";
        };
    }
}
