package io.holdfast.recovery.load;

import io.holdfast.core.TableName;
import io.holdfast.repository.logical.SchemaLine;
import io.holdfast.repository.logical.ShowCheck;
import io.holdfast.repository.logical.SqlSession;
import io.holdfast.repository.logical.SqlText;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/// What makes a table again, as a logical backup describes it.
///
/// @param table with its content
/// @param triggers in the order in which they fire
public record TableDescription(SchemaLine table, List<SchemaLine> triggers) {
    private static final String CREATE = "CREATE TABLE ";

    public TableDescription {
        triggers = List.copyOf(triggers);
    }

    /// The table's line under another name, and nothing else about it changed.
    SchemaLine tableNamed(TableName name) {
        SqlText statement = renamed(table.statements().getFirst(), name);
        ShowCheck check = new ShowCheck("SHOW CREATE TABLE " + quoted(name), 1, statement);
        return new SchemaLine(
                table.kind(),
                name.schema(),
                name.table(),
                null,
                SqlSession.in(name.schema()),
                List.of(statement),
                check,
                table.table(),
                table.facts(),
                table.notes());
    }

    private SqlText renamed(SqlText statement, TableName name) {
        byte[] before = (CREATE + TableName.quote(table.name())).getBytes(StandardCharsets.UTF_8);
        byte[] whole = statement.bytes();
        if (whole.length < before.length
                || !Arrays.equals(before, Arrays.copyOf(whole, before.length))) {
            throw new IllegalArgumentException("not how " + table.title() + " is created");
        }
        byte[] after = (CREATE + quoted(name)).getBytes(StandardCharsets.UTF_8);
        byte[] renamed = Arrays.copyOf(after, after.length + whole.length - before.length);
        System.arraycopy(whole, before.length, renamed, after.length, whole.length - before.length);
        return SqlText.of(renamed);
    }

    private static String quoted(TableName name) {
        return TableName.quote(name.table());
    }
}
