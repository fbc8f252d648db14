package io.holdfast.repository.logical;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonValue;
import io.holdfast.core.TableName;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// What is kept of a table besides its definition.
///
/// @param number names the table in the stream of chunks; from 0
/// @param columns the columns of a row, in order; generated columns are not among them
/// @param key the primary key's columns, empty without one
/// @param autoIncrement the next value at the snapshot; null if the table has no such column
public record TableContent(
        int number,
        String engine,
        Rows rows,
        List<TableColumn> columns,
        List<String> key,
        @Nullable String autoIncrement) {

    /// Whether a table's rows are in the backup.
    public enum Rows {
        /// Kept, of the backup's moment.
        KEPT,
        /// Not kept: the engine's rows are elsewhere, or do not last.
        NONE,
        /// Kept, but of another moment, because the user allowed it.
        INCONSISTENT;

        @JsonValue
        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /// How many values a stored row has: at least one, because a table all of whose columns are
    /// generated is read as a row of one number each.
    @JsonIgnore
    public int valueCount() {
        return Math.max(1, columns.size());
    }

    /// The statement that reads the rows as they are stored in a backup.
    ///
    /// @param where a condition without the word WHERE, or null for all rows
    public String select(TableName table, @Nullable String where) {
        String list =
                columns.isEmpty()
                        ? "1"
                        : columns.stream()
                                .map(TableColumn::selectExpression)
                                .collect(Collectors.joining(", "));
        return "SELECT "
                + list
                + " FROM "
                + table.quoted()
                + (where == null ? "" : " WHERE " + where);
    }

    /// The part of LOAD DATA that follows the options for fields and lines: targets, and
    /// assignments if there are any.
    @JsonIgnore
    public String loadTargets() {
        if (columns.isEmpty()) {
            return "(@v0)";
        }
        List<String> targets = new ArrayList<>();
        List<String> assignments = new ArrayList<>();
        for (int index = 0; index < columns.size(); index++) {
            TableColumn column = columns.get(index);
            targets.add(column.coding().loadTarget(column.name(), index));
            String assignment = column.coding().loadAssignment(column.name(), index);
            if (!assignment.isEmpty()) {
                assignments.add(assignment);
            }
        }
        return "("
                + String.join(", ", targets)
                + ")"
                + (assignments.isEmpty() ? "" : " SET " + String.join(", ", assignments));
    }
}
