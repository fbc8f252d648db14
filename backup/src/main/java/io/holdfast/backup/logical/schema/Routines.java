package io.holdfast.backup.logical.schema;

import io.holdfast.client.Rows;
import io.holdfast.client.Session;
import io.holdfast.core.TableName;
import io.holdfast.repository.logical.ObjectKind;
import io.holdfast.repository.logical.SchemaLine;
import java.util.List;
import java.util.Map;

/// Stored functions or procedures, in SQL and other languages.
final class Routines implements SchemaPart {
    private final Databases databases;
    private final String type;

    /// @param type `FUNCTION` or `PROCEDURE`
    Routines(Databases databases, String type) {
        this.databases = databases;
        this.type = type;
    }

    @Override
    public void read(Session session, SchemaSink sink) {
        for (String database : databases.names()) {
            Rows rows =
                    session.query(
                            "SELECT ROUTINE_NAME, ROUTINE_TYPE FROM information_schema.ROUTINES"
                                    + " WHERE ROUTINE_SCHEMA = "
                                    + SqlLiteral.quote(database)
                                    + " ORDER BY ROUTINE_NAME");
            if (!rows.isEmpty()) {
                Databases.use(session, database);
            }
            for (Rows.Row row : rows) {
                String name = row.string(0);
                String found = row.string(1);
                if (!found.equals("FUNCTION") && !found.equals("PROCEDURE")) {
                    throw UnknownKind.of("routine type \"" + found + "\"", database + "." + name);
                }
                if (found.equals(type)) {
                    sink.line(one(session, database, name));
                }
            }
        }
    }

    private SchemaLine one(Session session, String database, String name) {
        boolean isFunction = type.equals("FUNCTION");
        String title = (isFunction ? "function " : "procedure ") + database + "." + name;
        ShowText shown =
                ShowText.ask(
                        session,
                        "SHOW CREATE " + type + " " + TableName.quote(name),
                        isFunction ? "Create Function" : "Create Procedure",
                        title);
        StoredProgram program = StoredProgram.of(session, shown, name, title);
        return new SchemaLine(
                isFunction ? ObjectKind.FUNCTION : ObjectKind.PROCEDURE,
                database,
                name,
                null,
                shown.session(database, null, null),
                List.of(program.statement()),
                shown.check(),
                null,
                Map.of(),
                program.notes());
    }
}
