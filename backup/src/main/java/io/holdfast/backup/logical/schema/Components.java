package io.holdfast.backup.logical.schema;

import io.holdfast.client.Rows;
import io.holdfast.client.Session;
import io.holdfast.repository.logical.ObjectKind;
import io.holdfast.repository.logical.SchemaLine;
import io.holdfast.repository.logical.SqlText;
import java.util.List;

/// Installed components. Those that came in by one statement depend on each other and go in by one
/// again.
final class Components implements SchemaPart {
    @Override
    public void read(Session session, SchemaSink sink) {
        Rows rows =
                session.query(
                        "SELECT component_group_id, GROUP_CONCAT(QUOTE(component_urn) ORDER BY"
                                + " component_id SEPARATOR ', ') FROM mysql.component GROUP BY"
                                + " component_group_id ORDER BY component_group_id");
        for (Rows.Row row : rows) {
            String urns = row.string(1);
            sink.line(
                    SchemaLine.ofServer(
                            ObjectKind.COMPONENT,
                            urns,
                            List.of(SqlText.of("INSTALL COMPONENT " + urns))));
        }
    }
}
