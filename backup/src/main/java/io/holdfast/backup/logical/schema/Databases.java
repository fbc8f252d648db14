package io.holdfast.backup.logical.schema;

import io.holdfast.client.Rows;
import io.holdfast.client.Session;
import io.holdfast.core.TableName;
import io.holdfast.repository.logical.ObjectKind;
import io.holdfast.repository.logical.SchemaLine;
import io.holdfast.repository.logical.SqlText;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The databases of the users, without those of the server itself.
public final class Databases implements SchemaPart {
    /// Databases that a server makes for itself and a backup leaves out.
    public static final Set<String> OF_THE_SERVER =
            Set.of("mysql", "information_schema", "performance_schema", "sys", "ndbinfo");

    private final List<String> names;

    private Databases(List<String> names) {
        this.names = names;
    }

    static Databases read(Session session) {
        Rows rows =
                session.query(
                        "SELECT SCHEMA_NAME FROM information_schema.SCHEMATA ORDER BY SCHEMA_NAME");
        return new Databases(
                rows.list().stream()
                        .map(row -> row.string(0))
                        .filter(name -> !OF_THE_SERVER.contains(name))
                        .toList());
    }

    List<String> names() {
        return names;
    }

    /// Makes a database the session's current one, so that SHOW leaves its name out.
    static void use(Session session, String name) {
        session.execute("USE " + TableName.quote(name));
    }

    @Override
    public void read(Session session, SchemaSink sink) {
        for (String name : names) {
            ShowText shown =
                    ShowText.ask(
                            session,
                            "SHOW CREATE DATABASE " + TableName.quote(name),
                            "Create Database",
                            "database " + name);
            sink.line(
                    new SchemaLine(
                            ObjectKind.DATABASE,
                            name,
                            name,
                            null,
                            null,
                            List.of(shown.text()),
                            shown.check(),
                            null,
                            Map.of(),
                            List.of()));
        }
    }

    /// The part that makes databases read-only again, after everything in them exists.
    SchemaPart readOnly() {
        return (session, sink) -> {
            if (!SystemTables.exists(session, "information_schema", "SCHEMATA_EXTENSIONS")) {
                return;
            }
            Rows rows =
                    session.query(
                            "SELECT SCHEMA_NAME FROM information_schema.SCHEMATA_EXTENSIONS"
                                    + " WHERE OPTIONS LIKE '%READ ONLY=1%' ORDER BY SCHEMA_NAME");
            for (Rows.Row row : rows) {
                String name = row.string(0);
                if (names.contains(name)) {
                    SqlText statement =
                            SqlText.of(
                                    "ALTER DATABASE " + TableName.quote(name) + " READ ONLY = 1");
                    sink.line(
                            new SchemaLine(
                                    ObjectKind.READ_ONLY,
                                    name,
                                    name,
                                    null,
                                    null,
                                    List.of(statement),
                                    null,
                                    null,
                                    Map.of(),
                                    List.of()));
                }
            }
        };
    }
}
