package io.holdfast.backup.logical.schema;

import io.holdfast.client.Rows;
import io.holdfast.client.Session;
import io.holdfast.core.TableName;
import io.holdfast.repository.logical.ObjectKind;
import io.holdfast.repository.logical.SchemaLine;
import java.util.List;
import java.util.Map;

/// Scheduled events, with their status and time zone.
final class Events implements SchemaPart {
    /// When it is made again: a server does not make an event whose time has passed, and only says
    /// so in a note. Source: MySQL 9.7 `sql/event_parse_data.cc`, `check_if_in_the_past`.
    private static final long LONG_AGO = 1;

    private final Databases databases;

    Events(Databases databases) {
        this.databases = databases;
    }

    @Override
    public void read(Session session, SchemaSink sink) {
        for (String database : databases.names()) {
            Rows rows =
                    session.query(
                            "SELECT EVENT_NAME, STATUS FROM information_schema.EVENTS WHERE"
                                    + " EVENT_SCHEMA = "
                                    + SqlLiteral.quote(database)
                                    + " ORDER BY EVENT_NAME");
            if (!rows.isEmpty()) {
                Databases.use(session, database);
            }
            for (Rows.Row row : rows) {
                String name = row.string(0);
                String title = "event " + database + "." + name;
                ShowText shown =
                        ShowText.ask(
                                session,
                                "SHOW CREATE EVENT " + TableName.quote(name),
                                "Create Event",
                                title);
                StoredProgram program = StoredProgram.of(session, shown, name, title);
                sink.line(
                        new SchemaLine(
                                ObjectKind.EVENT,
                                database,
                                name,
                                null,
                                shown.session(database, shown.row().string("time_zone"), LONG_AGO),
                                List.of(program.statement()),
                                shown.check(),
                                null,
                                Map.of("status", row.string(1)),
                                program.notes()));
            }
        }
    }
}
