package io.holdfast.backup.logical.schema;

import io.holdfast.client.Rows;
import io.holdfast.client.Session;
import io.holdfast.repository.logical.ObjectKind;
import io.holdfast.repository.logical.SchemaLine;
import io.holdfast.repository.logical.ShowCheck;
import io.holdfast.repository.logical.SqlText;
import java.util.List;

/// Users and roles, without what they may do: that comes last, see [Grants].
final class Accounts implements SchemaPart {
    @Override
    public void read(Session session, SchemaSink sink) {
        for (AccountName account : AccountName.all(session)) {
            String statement = "SHOW CREATE USER " + account;
            Rows shown = session.query(statement);
            Rows.Row details =
                    session.query(
                                    "SELECT plugin, HEX(JSON_UNQUOTE(JSON_EXTRACT(User_attributes,"
                                            + " '$.additional_password'))) FROM mysql.user WHERE"
                                            + " User = "
                                            + SqlLiteral.quote(account.user())
                                            + " AND Host = "
                                            + SqlLiteral.quote(account.host()))
                            .only();
            List<String> statements =
                    CreateUser.statements(
                            account,
                            shown.only().string(0),
                            details.string(0),
                            details.stringOrNull(1));
            sink.line(
                    SchemaLine.ofServer(
                                    ObjectKind.ACCOUNT,
                                    account.toString(),
                                    statements.stream().map(SqlText::of).toList())
                            .withCheck(
                                    new ShowCheck(
                                            statement, 0, SqlText.of(shown.only().bytes(0)))));
        }
    }
}
