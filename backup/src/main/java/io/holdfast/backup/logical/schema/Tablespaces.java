package io.holdfast.backup.logical.schema;

import io.holdfast.client.Rows;
import io.holdfast.client.Session;
import io.holdfast.core.TableName;
import io.holdfast.repository.logical.ObjectKind;
import io.holdfast.repository.logical.SchemaLine;
import io.holdfast.repository.logical.SqlText;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// General tablespaces. The file goes into the data directory of whoever loads the backup; where it
/// lay is a fact.
final class Tablespaces implements SchemaPart {
    @Override
    public void read(Session session, SchemaSink sink) {
        boolean hasAttributes =
                SystemTables.exists(session, "information_schema", "TABLESPACES_EXTENSIONS");
        Rows rows =
                session.query(
                        "SELECT s.NAME, s.ZIP_PAGE_SIZE, s.AUTOEXTEND_SIZE, s.ENCRYPTION, d.PATH"
                                + " FROM information_schema.INNODB_TABLESPACES s LEFT JOIN"
                                + " information_schema.INNODB_DATAFILES d ON d.SPACE = s.SPACE WHERE"
                                + " s.SPACE_TYPE = 'General' AND s.NAME <> 'mysql' ORDER BY s.NAME");
        for (Rows.Row row : rows) {
            String name = row.string(0);
            String path = row.stringOrNull(4);
            String file = path == null ? name + ".ibd" : path.substring(path.lastIndexOf('/') + 1);
            var sql =
                    new StringBuilder("CREATE TABLESPACE ")
                            .append(TableName.quote(name))
                            .append(" ADD DATAFILE ")
                            .append(SqlLiteral.quote(file));
            if (row.integer(1) > 0) {
                sql.append(" FILE_BLOCK_SIZE = ").append(row.integer(1));
            }
            if (row.integer(2) > 0) {
                sql.append(" AUTOEXTEND_SIZE = ").append(row.integer(2));
            }
            if ("Y".equals(row.stringOrNull(3))) {
                sql.append(" ENCRYPTION = 'Y'");
            }
            String attribute = hasAttributes ? engineAttribute(session, name) : null;
            if (attribute != null) {
                sql.append(" ENGINE_ATTRIBUTE = ").append(SqlLiteral.quote(attribute));
            }
            sql.append(" ENGINE = InnoDB");
            sink.line(
                    SchemaLine.ofServer(
                                    ObjectKind.TABLESPACE,
                                    name,
                                    List.of(SqlText.of(sql.toString())))
                            .withFacts(path == null ? Map.of() : Map.of("path", path)));
        }
    }

    private static @Nullable String engineAttribute(Session session, String name) {
        Rows rows =
                session.query(
                        "SELECT ENGINE_ATTRIBUTE FROM information_schema.TABLESPACES_EXTENSIONS"
                                + " WHERE TABLESPACE_NAME = "
                                + SqlLiteral.quote(name));
        return rows.isEmpty() ? null : rows.row(0).stringOrNull(0);
    }
}
