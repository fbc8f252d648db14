package io.holdfast.backup.logical.schema;

import io.holdfast.client.Rows;
import io.holdfast.client.Session;
import io.holdfast.core.TableName;
import io.holdfast.repository.logical.ObjectKind;
import io.holdfast.repository.logical.SchemaLine;
import java.util.List;
import java.util.Map;

/// Triggers, per table in the order in which they fire. The server leaves FOLLOWS and PRECEDES out
/// of what it shows, so creating them in this order keeps it.
final class Triggers implements SchemaPart {
    private final Databases databases;

    Triggers(Databases databases) {
        this.databases = databases;
    }

    @Override
    public void read(Session session, SchemaSink sink) {
        for (String database : databases.names()) {
            read(session, database, "", sink);
        }
    }

    /// Reads those of one table.
    static void readOf(Session session, TableName table, SchemaSink sink) {
        read(
                session,
                table.schema(),
                " AND EVENT_OBJECT_TABLE = " + SqlLiteral.quote(table.table()),
                sink);
    }

    private static void read(Session session, String database, String only, SchemaSink sink) {
        Rows rows =
                session.query(
                        "SELECT TRIGGER_NAME, EVENT_OBJECT_TABLE FROM"
                                + " information_schema.TRIGGERS WHERE TRIGGER_SCHEMA = "
                                + SqlLiteral.quote(database)
                                + only
                                + " ORDER BY EVENT_OBJECT_TABLE, ACTION_TIMING,"
                                + " EVENT_MANIPULATION, ACTION_ORDER");
        if (!rows.isEmpty()) {
            Databases.use(session, database);
        }
        for (Rows.Row row : rows) {
            String name = row.string(0);
            String title = "trigger " + database + "." + name;
            ShowText shown =
                    ShowText.ask(
                            session,
                            "SHOW CREATE TRIGGER " + TableName.quote(name),
                            "SQL Original Statement",
                            title);
            StoredProgram program = StoredProgram.of(session, shown, name, title);
            sink.line(
                    new SchemaLine(
                            ObjectKind.TRIGGER,
                            database,
                            name,
                            row.string(1),
                            shown.session(database, null, null),
                            List.of(program.statement()),
                            shown.check(),
                            null,
                            Map.of(),
                            program.notes()));
        }
    }
}
