package io.holdfast.backup.source;

import io.holdfast.client.Rows;
import io.holdfast.client.Session;
import io.holdfast.repository.ServerIdentity;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

/// Asks a server who it is and how it is set up, as manifests keep it.
public final class Identities {
    private Identities() {}

    /// Who the server is.
    public static ServerIdentity of(Session session) {
        Rows.Row row =
                session.query(
                                "SELECT @@server_uuid, @@version, @@version_comment, @@hostname,"
                                        + " @@port, @@server_id")
                        .only();
        return new ServerIdentity(
                UUID.fromString(row.string(0)),
                row.string(1),
                row.string(2),
                row.string(3),
                (int) row.integer(4),
                row.integer(5));
    }

    /// Variables that somebody set: what a person wants to know who sets up the server anew. And
    /// where its data and its logs lie, set or not.
    public static Map<String, String> settings(Session session) {
        Rows rows =
                session.query(
                        "SELECT i.VARIABLE_NAME, g.VARIABLE_VALUE FROM"
                                + " performance_schema.variables_info i JOIN"
                                + " performance_schema.global_variables g ON g.VARIABLE_NAME ="
                                + " i.VARIABLE_NAME WHERE i.VARIABLE_SOURCE <> 'COMPILED' OR"
                                + " (i.VARIABLE_NAME IN ('datadir', 'log_bin_index',"
                                + " 'relay_log_index') AND g.VARIABLE_VALUE <> '')");
        Map<String, String> settings = new TreeMap<>();
        for (Rows.Row row : rows) {
            String value = row.stringOrNull(1);
            settings.put(row.string(0), value == null ? "" : value);
        }
        return settings;
    }
}
