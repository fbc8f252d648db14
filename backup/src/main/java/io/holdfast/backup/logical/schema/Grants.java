package io.holdfast.backup.logical.schema;

import io.holdfast.client.Rows;
import io.holdfast.client.Session;
import io.holdfast.core.TableName;
import io.holdfast.repository.logical.ObjectKind;
import io.holdfast.repository.logical.SchemaLine;
import io.holdfast.repository.logical.SqlText;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What accounts may do: privileges, partial revokes, roles, proxies.
///
/// A server keeps grants on tables and routines that were dropped since. They are kept here too,
/// and marked, because nothing but luck makes them possible to grant again.
final class Grants implements SchemaPart {
    @Override
    public void read(Session session, SchemaSink sink) {
        Set<String> dangling = danglingTargets(session);
        for (AccountName account : AccountName.all(session)) {
            Rows rows = session.query("SHOW GRANTS FOR " + account);
            List<SqlText> statements = new ArrayList<>();
            List<String> marked = new ArrayList<>();
            for (Rows.Row row : rows) {
                String statement = row.string(0);
                if (dangling.stream().anyMatch(target -> statement.contains(target))) {
                    marked.add(Integer.toString(statements.size()));
                }
                statements.add(SqlText.of(row.bytes(0)));
            }
            sink.line(
                    SchemaLine.ofServer(ObjectKind.GRANTS, account.toString(), statements)
                            .withFacts(
                                    marked.isEmpty()
                                            ? Map.of()
                                            : Map.of("dangling", String.join(",", marked))));
        }
    }

    /// How grants on things that are no longer there name them.
    private static Set<String> danglingTargets(Session session) {
        Set<String> targets = new HashSet<>();
        Rows tables =
                session.query(
                        "SELECT DISTINCT p.Db, p.Table_name FROM mysql.tables_priv p LEFT JOIN"
                                + " information_schema.TABLES t ON t.TABLE_SCHEMA = p.Db AND"
                                + " t.TABLE_NAME = p.Table_name WHERE t.TABLE_NAME IS NULL");
        for (Rows.Row row : tables) {
            targets.add(" ON " + new TableName(row.string(0), row.string(1)).quoted() + " TO ");
        }
        Rows routines =
                session.query(
                        "SELECT DISTINCT p.Routine_type, p.Db, p.Routine_name FROM"
                                + " mysql.procs_priv p LEFT JOIN information_schema.ROUTINES r ON"
                                + " r.ROUTINE_SCHEMA = p.Db AND r.ROUTINE_NAME = p.Routine_name AND"
                                + " r.ROUTINE_TYPE = p.Routine_type WHERE r.ROUTINE_NAME IS NULL AND"
                                + " p.Routine_type IN ('FUNCTION', 'PROCEDURE')");
        for (Rows.Row row : routines) {
            targets.add(
                    " ON "
                            + row.string(0)
                            + " "
                            + new TableName(row.string(1), row.string(2)).quoted()
                            + " TO ");
        }
        return targets;
    }
}
