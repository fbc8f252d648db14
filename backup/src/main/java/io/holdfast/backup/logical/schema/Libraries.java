package io.holdfast.backup.logical.schema;

import io.holdfast.client.Rows;
import io.holdfast.client.Session;
import io.holdfast.core.TableName;
import io.holdfast.repository.logical.ObjectKind;
import io.holdfast.repository.logical.SchemaLine;
import io.holdfast.repository.logical.SqlSession;
import java.util.List;
import java.util.Map;

/// Libraries of code for stored programs in other languages than SQL, since 9.2.
final class Libraries implements SchemaPart {
    private final Databases databases;

    Libraries(Databases databases) {
        this.databases = databases;
    }

    @Override
    public void read(Session session, SchemaSink sink) {
        if (!SystemTables.exists(session, "information_schema", "LIBRARIES")) {
            return;
        }
        for (String database : databases.names()) {
            Rows rows =
                    session.query(
                            "SELECT LIBRARY_NAME FROM information_schema.LIBRARIES WHERE"
                                    + " LIBRARY_SCHEMA = "
                                    + SqlLiteral.quote(database)
                                    + " ORDER BY LIBRARY_NAME");
            if (rows.isEmpty()) {
                continue;
            }
            Databases.use(session, database);
            for (Rows.Row row : rows) {
                String name = row.string(0);
                String title = "library " + database + "." + name;
                ShowText shown =
                        ShowText.ask(
                                session,
                                "SHOW CREATE LIBRARY " + TableName.quote(name),
                                "Create Library",
                                title);
                sink.line(
                        new SchemaLine(
                                ObjectKind.LIBRARY,
                                database,
                                name,
                                null,
                                new SqlSession(
                                        database,
                                        shown.row().string("sql_mode"),
                                        null,
                                        null,
                                        null,
                                        null,
                                        null),
                                List.of(shown.text()),
                                shown.check(),
                                null,
                                Map.of(),
                                List.of()));
            }
        }
    }
}
