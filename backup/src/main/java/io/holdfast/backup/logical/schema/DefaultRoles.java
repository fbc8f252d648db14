package io.holdfast.backup.logical.schema;

import io.holdfast.client.Rows;
import io.holdfast.client.Session;
import io.holdfast.repository.logical.ObjectKind;
import io.holdfast.repository.logical.SchemaLine;
import io.holdfast.repository.logical.SqlText;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The roles that are active when an account logs in.
final class DefaultRoles implements SchemaPart {
    @Override
    public void read(Session session, SchemaSink sink) {
        Rows rows =
                session.query(
                        "SELECT USER, HOST, DEFAULT_ROLE_USER, DEFAULT_ROLE_HOST FROM"
                                + " mysql.default_roles ORDER BY USER, HOST, DEFAULT_ROLE_USER,"
                                + " DEFAULT_ROLE_HOST");
        Map<AccountName, List<String>> roles = new LinkedHashMap<>();
        for (Rows.Row row : rows) {
            roles.computeIfAbsent(
                            new AccountName(row.string(0), row.string(1)), _ -> new ArrayList<>())
                    .add(new AccountName(row.string(2), row.string(3)).toString());
        }
        roles.forEach((account, names) ->
                sink.line(
                        SchemaLine.ofServer(
                                ObjectKind.DEFAULT_ROLES,
                                account.toString(),
                                List.of(
                                        SqlText.of(
                                                "SET DEFAULT ROLE "
                                                        + String.join(", ", names)
                                                        + " TO "
                                                        + account)))));
    }
}
