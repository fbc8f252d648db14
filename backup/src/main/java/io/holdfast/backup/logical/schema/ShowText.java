package io.holdfast.backup.logical.schema;

import io.holdfast.backup.BackupError;
import io.holdfast.client.Rows;
import io.holdfast.client.Session;
import io.holdfast.core.Problem;
import io.holdfast.core.RefusedException;
import io.holdfast.repository.logical.ShowCheck;
import io.holdfast.repository.logical.SqlSession;
import io.holdfast.repository.logical.SqlText;
import org.jspecify.annotations.Nullable;

/// The answer to a SHOW CREATE statement.
///
/// @param column index of the text in the answer
record ShowText(String statement, int column, Rows.Row row, boolean warned) {

    /// Asks.
    ///
    /// @param title the object, for messages
    /// @param textColumn the name of the column that holds the text
    /// @throws RefusedException if the server keeps the text back because a privilege is missing
    static ShowText ask(Session session, String statement, String textColumn, String title) {
        Rows rows = session.query(statement);
        boolean warned = session.warningCount() > 0;
        Rows.Row row = rows.only();
        int column = -1;
        for (int i = 0; i < rows.columns().size(); i++) {
            if (rows.columns().get(i).name().equalsIgnoreCase(textColumn)) {
                column = i;
            }
        }
        if (column < 0) {
            throw UnknownKind.of("an answer without column \"" + textColumn + "\"", title);
        }
        if (row.isNull(column)) {
            throw new RefusedException(
                    Problem.of(BackupError.PRIVILEGE_MISSING)
                            .what("the server keeps the definition back: privilege missing")
                            .where("%s", title)
                            .remedy("GRANT SELECT, SHOW_ROUTINE ON *.* TO the backup's account."));
        }
        return new ShowText(statement, column, row, warned);
    }

    SqlText text() {
        return SqlText.of(row.bytes(column));
    }

    ShowCheck check() {
        return new ShowCheck(statement, column, text());
    }

    /// The session in which a stored program was created, as its SHOW statement tells.
    SqlSession session(
            String database, @Nullable String timeZone, @Nullable Long timestampSeconds) {
        return new SqlSession(
                database,
                row.string("sql_mode"),
                row.string("character_set_client"),
                row.string("collation_connection"),
                row.string("Database Collation"),
                timeZone,
                timestampSeconds);
    }
}
