package io.holdfast.backup.logical.schema;

import io.holdfast.client.Rows;
import io.holdfast.client.Session;
import io.holdfast.repository.logical.ObjectKind;
import io.holdfast.repository.logical.SchemaLine;
import io.holdfast.repository.logical.SqlText;
import java.util.List;

/// Spatial reference systems that users made. The server's own lie in the ranges of numbers that it
/// reserves; a user who changed one of those made something that another server version would
/// change back, and it is not kept.
///
/// Source: manual, "CREATE SPATIAL REFERENCE SYSTEM Statement", reserved SRIDs.
final class SpatialReferenceSystems implements SchemaPart {
    @Override
    public void read(Session session, SchemaSink sink) {
        Rows rows =
                session.query(
                        "SELECT * FROM information_schema.ST_SPATIAL_REFERENCE_SYSTEMS WHERE NOT"
                                + " (SRS_ID BETWEEN 0 AND 32767 OR SRS_ID BETWEEN 60000000 AND 69999999"
                                + " OR SRS_ID BETWEEN 2000000000 AND 2147483647) ORDER BY SRS_ID");
        for (Rows.Row row : rows) {
            String id = row.string("SRS_ID");
            var sql =
                    new StringBuilder("CREATE OR REPLACE SPATIAL REFERENCE SYSTEM ")
                            .append(id)
                            .append(" NAME ")
                            .append(SqlLiteral.quote(row.string("SRS_NAME")));
            if (!row.isNull("ORGANIZATION")) {
                sql.append(" ORGANIZATION ")
                        .append(SqlLiteral.quote(row.string("ORGANIZATION")))
                        .append(" IDENTIFIED BY ")
                        .append(row.string("ORGANIZATION_COORDSYS_ID"));
            }
            sql.append(" DEFINITION ").append(SqlLiteral.quote(row.string("DEFINITION")));
            if (!row.isNull("DESCRIPTION")) {
                sql.append(" DESCRIPTION ").append(SqlLiteral.quote(row.string("DESCRIPTION")));
            }
            sink.line(
                    SchemaLine.ofServer(
                            ObjectKind.SPATIAL_REFERENCE_SYSTEM,
                            id,
                            List.of(SqlText.of(sql.toString()))));
        }
    }
}
