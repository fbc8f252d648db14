package io.holdfast.backup.logical.schema;

import io.holdfast.client.Rows;
import io.holdfast.client.Session;
import io.holdfast.core.TableName;
import io.holdfast.repository.logical.ObjectKind;
import io.holdfast.repository.logical.SchemaLine;
import io.holdfast.repository.logical.SqlText;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// Resource groups, without the two that every server has.
final class ResourceGroups implements SchemaPart {
    @Override
    public void read(Session session, SchemaSink sink) {
        Rows rows =
                session.query(
                        "SELECT RESOURCE_GROUP_NAME, RESOURCE_GROUP_TYPE, RESOURCE_GROUP_ENABLED,"
                                + " VCPU_IDS, THREAD_PRIORITY FROM"
                                + " information_schema.RESOURCE_GROUPS WHERE RESOURCE_GROUP_NAME"
                                + " NOT IN ('USR_default', 'SYS_default') ORDER BY"
                                + " RESOURCE_GROUP_NAME");
        for (Rows.Row row : rows) {
            String name = row.string(0);
            byte[] cpus = row.bytesOrNull(3);
            String vcpu =
                    cpus == null || cpus.length == 0
                            ? ""
                            : " VCPU = " + new String(cpus, StandardCharsets.UTF_8);
            sink.line(
                    SchemaLine.ofServer(
                            ObjectKind.RESOURCE_GROUP,
                            name,
                            List.of(
                                    SqlText.of(
                                            "CREATE RESOURCE GROUP "
                                                    + TableName.quote(name)
                                                    + " TYPE = "
                                                    + row.string(1)
                                                    + vcpu
                                                    + " THREAD_PRIORITY = "
                                                    + row.string(4)
                                                    + (row.integer(2) == 1
                                                            ? " ENABLE"
                                                            : " DISABLE")))));
        }
    }
}
