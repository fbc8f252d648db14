package io.holdfast.backup.logical.schema;

import io.holdfast.client.Rows;
import io.holdfast.client.Session;
import io.holdfast.core.TableName;
import io.holdfast.repository.logical.ObjectKind;
import io.holdfast.repository.logical.SchemaLine;
import io.holdfast.repository.logical.SqlText;
import java.util.List;

/// Plug-ins that were installed by statement. Those that a configuration file loads are settings.
final class Plugins implements SchemaPart {
    @Override
    public void read(Session session, SchemaSink sink) {
        Rows rows = session.query("SELECT name, dl FROM mysql.plugin ORDER BY name");
        for (Rows.Row row : rows) {
            String name = row.string(0);
            sink.line(
                    SchemaLine.ofServer(
                            ObjectKind.PLUGIN,
                            name,
                            List.of(
                                    SqlText.of(
                                            "INSTALL PLUGIN "
                                                    + TableName.quote(name)
                                                    + " SONAME "
                                                    + SqlLiteral.quote(row.string(1))))));
        }
    }
}
