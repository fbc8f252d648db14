package io.holdfast.recovery.load;

import io.holdfast.core.ByteSink;
import io.holdfast.core.TableName;
import io.holdfast.repository.logical.ColumnCoding;
import io.holdfast.repository.logical.TableColumn;
import io.holdfast.repository.logical.TableContent;
import org.jspecify.annotations.Nullable;

/// A table that exists on the target and waits for its rows: the statements for them, and nothing
/// else, because a server may have a million tables.
///
/// @param loadSql the LOAD DATA statement
/// @param selectSql reads all rows as the backup holds them
/// @param withJson the table's content if it has JSON columns, else null
record LoadTable(
        TableName name,
        int columnCount,
        String loadSql,
        String selectSql,
        @Nullable TableContent withJson) {
    static LoadTable of(TableName name, TableContent content) {
        return new LoadTable(
                name,
                content.valueCount(),
                "LOAD DATA LOCAL INFILE 'rows' INTO TABLE "
                        + name.quoted()
                        + " CHARACTER SET binary FIELDS TERMINATED BY '\\t' ESCAPED BY '\\\\'"
                        + " LINES TERMINATED BY '\\n' "
                        + content.loadTargets(),
                content.select(name, null),
                content.columns().stream().anyMatch(LoadTable::isJson) ? content : null);
    }

    private static boolean isJson(TableColumn column) {
        return column.coding() == ColumnCoding.JSON;
    }

    /// What rows go through on their way to LOAD DATA.
    ByteSink plainRows(ByteSink plain, JsonRows.ExactRow exact) {
        return withJson == null ? plain : new JsonRows(jsonColumns(withJson), plain, exact);
    }

    /// What takes the rows that LOAD DATA cannot bring back.
    ExactInsert exactInsert(LoadSession session, String where) {
        if (withJson == null) {
            throw new AssertionError("rows with exact JSON in a table without JSON: " + where);
        }
        return new ExactInsert(session, name, withJson, where);
    }

    /// For each column of a table with JSON columns, whether it is one.
    private static boolean[] jsonColumns(TableContent content) {
        var json = new boolean[content.columns().size()];
        for (int i = 0; i < json.length; i++) {
            json[i] = isJson(content.columns().get(i));
        }
        return json;
    }
}
