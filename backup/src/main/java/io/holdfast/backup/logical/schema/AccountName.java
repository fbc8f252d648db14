package io.holdfast.backup.logical.schema;

import io.holdfast.client.Rows;
import io.holdfast.client.Session;
import java.util.List;

/// An account: a user, or a role, which the server does not tell apart.
record AccountName(String user, String host) {

    /// All accounts but those that a server makes for itself.
    static List<AccountName> all(Session session) {
        Rows rows =
                session.query(
                        "SELECT User, Host FROM mysql.user WHERE User NOT IN ('mysql.infoschema',"
                                + " 'mysql.session', 'mysql.sys') ORDER BY User, Host");
        return rows.list().stream()
                .map(row -> new AccountName(row.string(0), row.string(1)))
                .toList();
    }

    /// The account as SQL writes it.
    @Override
    public String toString() {
        return SqlLiteral.quote(user) + "@" + SqlLiteral.quote(host);
    }
}
