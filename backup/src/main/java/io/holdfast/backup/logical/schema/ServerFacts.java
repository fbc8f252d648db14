package io.holdfast.backup.logical.schema;

import io.holdfast.client.Rows;
import io.holdfast.client.Session;
import io.holdfast.repository.logical.ObjectKind;
import io.holdfast.repository.logical.SchemaLine;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Settings that shape data, and counts of system tables that a backup leaves out. Nothing is made
/// from them; who loads the backup compares.
final class ServerFacts implements SchemaPart {
    private static final List<String> VARIABLES =
            List.of(
                    "version",
                    "version_comment",
                    "lower_case_table_names",
                    "innodb_page_size",
                    "innodb_default_row_format",
                    "innodb_ft_min_token_size",
                    "innodb_ft_max_token_size",
                    "ft_min_word_len",
                    "ft_max_word_len",
                    "ngram_token_size",
                    "character_set_server",
                    "collation_server",
                    "default_collation_for_utf8mb4",
                    "partial_revokes",
                    "system_time_zone",
                    "activate_all_roles_on_login",
                    "mandatory_roles",
                    "default_authentication_plugin",
                    "authentication_policy",
                    "event_scheduler",
                    "max_allowed_packet",
                    "auto_increment_increment");

    @Override
    public void read(Session session, SchemaSink sink) {
        Map<String, String> facts = new TreeMap<>();
        Rows variables =
                session.query(
                        "SHOW GLOBAL VARIABLES WHERE Variable_name IN ('"
                                + String.join("','", VARIABLES)
                                + "')");
        for (Rows.Row row : variables) {
            facts.put(row.string(0), row.string(1));
        }
        facts.put("global_time_zone", session.query("SELECT @@GLOBAL.time_zone").only().string(0));
        facts.put(
                "time_zone_names",
                session.query("SELECT COUNT(*) FROM mysql.time_zone_name").only().string(0));
        sink.line(SchemaLine.ofServer(ObjectKind.FACTS, "server", List.of()).withFacts(facts));
    }
}
