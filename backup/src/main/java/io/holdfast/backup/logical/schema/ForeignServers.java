package io.holdfast.backup.logical.schema;

import io.holdfast.client.Rows;
import io.holdfast.client.Session;
import io.holdfast.core.TableName;
import io.holdfast.repository.logical.ObjectKind;
import io.holdfast.repository.logical.SchemaLine;
import io.holdfast.repository.logical.SqlText;
import java.util.ArrayList;
import java.util.List;

/// Server definitions for FEDERATED tables. The server keeps their passwords in the clear, and so
/// does the backup.
final class ForeignServers implements SchemaPart {
    @Override
    public void read(Session session, SchemaSink sink) {
        Rows rows = session.query("SELECT * FROM mysql.servers ORDER BY Server_name");
        for (Rows.Row row : rows) {
            String name = row.string("Server_name");
            List<String> options = new ArrayList<>();
            option(options, "HOST", row.string("Host"));
            option(options, "DATABASE", row.string("Db"));
            option(options, "USER", row.string("Username"));
            option(options, "PASSWORD", row.string("Password"));
            option(options, "SOCKET", row.string("Socket"));
            option(options, "OWNER", row.string("Owner"));
            options.add("PORT " + row.integer("Port"));
            sink.line(
                    SchemaLine.ofServer(
                            ObjectKind.SERVER,
                            name,
                            List.of(
                                    SqlText.of(
                                            "CREATE SERVER "
                                                    + TableName.quote(name)
                                                    + " FOREIGN DATA WRAPPER "
                                                    + TableName.quote(row.string("Wrapper"))
                                                    + " OPTIONS ("
                                                    + String.join(", ", options)
                                                    + ")"))));
        }
    }

    private static void option(List<String> options, String name, String value) {
        if (!value.isEmpty()) {
            options.add(name + " " + SqlLiteral.quote(value));
        }
    }
}
