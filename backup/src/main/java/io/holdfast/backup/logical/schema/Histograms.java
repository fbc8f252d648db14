package io.holdfast.backup.logical.schema;

import io.holdfast.client.Rows;
import io.holdfast.client.Session;
import io.holdfast.core.TableName;
import io.holdfast.repository.logical.ObjectKind;
import io.holdfast.repository.logical.SchemaLine;
import io.holdfast.repository.logical.SqlText;
import java.util.List;
import java.util.Map;

/// Histograms that users made. They are large, so each is read on its own.
final class Histograms implements SchemaPart {
    private final Databases databases;

    Histograms(Databases databases) {
        this.databases = databases;
    }

    @Override
    public void read(Session session, SchemaSink sink) {
        for (String database : databases.names()) {
            Rows rows =
                    session.query(
                            "SELECT TABLE_NAME, COLUMN_NAME FROM"
                                    + " information_schema.COLUMN_STATISTICS WHERE SCHEMA_NAME = "
                                    + SqlLiteral.quote(database)
                                    + " ORDER BY TABLE_NAME, COLUMN_NAME");
            for (Rows.Row row : rows) {
                one(session, database, row.string(0), row.string(1), sink);
            }
        }
    }

    private static void one(
            Session session, String database, String table, String column, SchemaSink sink) {
        Rows rows =
                session.query(
                        "SELECT HISTOGRAM FROM information_schema.COLUMN_STATISTICS WHERE"
                                + " SCHEMA_NAME = "
                                + SqlLiteral.quote(database)
                                + " AND TABLE_NAME = "
                                + SqlLiteral.quote(table)
                                + " AND COLUMN_NAME = "
                                + SqlLiteral.quote(column));
        if (rows.isEmpty()) {
            return; // gone since: the server may drop a histogram by itself
        }
        SqlText statement =
                SqlText.of(
                        "ANALYZE NO_WRITE_TO_BINLOG TABLE "
                                + new TableName(database, table).quoted()
                                + " UPDATE HISTOGRAM ON "
                                + TableName.quote(column)
                                + " USING DATA "
                                + SqlLiteral.quote(rows.row(0).string(0)));
        sink.line(
                new SchemaLine(
                        ObjectKind.HISTOGRAM,
                        database,
                        column,
                        table,
                        null,
                        List.of(statement),
                        null,
                        null,
                        Map.of(),
                        List.of()));
    }
}
