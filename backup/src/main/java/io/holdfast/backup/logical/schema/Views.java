package io.holdfast.backup.logical.schema;

import io.holdfast.backup.BackupError;
import io.holdfast.client.Rows;
import io.holdfast.client.Session;
import io.holdfast.core.Problem;
import io.holdfast.core.RefusedException;
import io.holdfast.core.SqlErrorException;
import io.holdfast.core.TableName;
import io.holdfast.repository.logical.ObjectKind;
import io.holdfast.repository.logical.SchemaLine;
import io.holdfast.repository.logical.SqlSession;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/// Views of all kinds, each after those it reads.
final class Views implements SchemaPart {
    private static final Pattern FORM =
            Pattern.compile(
                    "CREATE ALGORITHM=(UNDEFINED|MERGE|TEMPTABLE) "
                            + "(MATERIALIZED (/\\*\\(BY ENGINE=\\w+\\)\\*/ )?)?"
                            + "DEFINER=Q@Q SQL SECURITY (DEFINER|INVOKER) "
                            + "(JSON RELATIONAL DUALITY )?VIEW Q ");

    /// What the server says of a view that reads a database that is gone.
    private static final int UNKNOWN_DATABASE = 1049;

    private final Databases databases;

    Views(Databases databases) {
        this.databases = databases;
    }

    @Override
    public void read(Session session, SchemaSink sink) {
        Set<String> wanted = new HashSet<>(databases.names());
        List<TableName> views = new ArrayList<>();
        for (Rows.Row row :
                session.query(
                        "SELECT TABLE_SCHEMA, TABLE_NAME FROM information_schema.VIEWS ORDER BY"
                                + " TABLE_SCHEMA, TABLE_NAME")) {
            if (wanted.contains(row.string(0))) {
                views.add(new TableName(row.string(0), row.string(1)));
            }
        }
        if (views.isEmpty()) {
            return;
        }
        Map<TableName, List<TableName>> reads = new HashMap<>();
        for (Rows.Row row :
                session.query(
                        "SELECT VIEW_SCHEMA, VIEW_NAME, TABLE_SCHEMA, TABLE_NAME FROM"
                                + " information_schema.VIEW_TABLE_USAGE WHERE VIEW_SCHEMA <>"
                                + " 'sys'")) {
            reads.computeIfAbsent(
                            new TableName(row.string(0), row.string(1)), _ -> new ArrayList<>())
                    .add(new TableName(row.string(2), row.string(3)));
        }
        for (TableName view : ViewOrder.of(views, reads)) {
            sink.line(one(session, view));
        }
    }

    private static SchemaLine one(Session session, TableName view) {
        Databases.use(session, view.schema());
        ShowText shown = show(session, view);
        String text = shown.text().readable();
        if (!FORM.matcher(QuotedSql.shape(text)).lookingAt()) {
            throw UnknownKind.of("this form of CREATE VIEW", "view " + view);
        }
        return new SchemaLine(
                ObjectKind.VIEW,
                view.schema(),
                view.table(),
                null,
                new SqlSession(
                        view.schema(),
                        null,
                        shown.row().string("character_set_client"),
                        shown.row().string("collation_connection"),
                        null,
                        null,
                        null),
                List.of(shown.text()),
                shown.check(),
                null,
                shown.warned() ? Map.of("invalid", "true") : Map.of(),
                shown.warned()
                        ? List.of("it reads something that does not exist on the source either")
                        : List.of());
    }

    private static ShowText show(Session session, TableName view) {
        try {
            return ShowText.ask(
                    session,
                    "SHOW CREATE VIEW " + TableName.quote(view.table()),
                    "Create View",
                    "view " + view);
        } catch (SqlErrorException error) {
            if (error.number() != UNKNOWN_DATABASE) {
                throw error;
            }
            throw new RefusedException(
                    Problem.of(BackupError.TABLE_UNREADABLE)
                            .what("the server does not show the view: %s", error.serverMessage())
                            .where("view %s", view)
                            .remedy(
                                    "DROP VIEW %s; or create the database that it reads.",
                                    view.quoted()));
        }
    }
}
