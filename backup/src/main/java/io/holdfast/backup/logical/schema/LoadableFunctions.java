package io.holdfast.backup.logical.schema;

import io.holdfast.client.Rows;
import io.holdfast.client.Session;
import io.holdfast.core.TableName;
import io.holdfast.repository.logical.ObjectKind;
import io.holdfast.repository.logical.SchemaLine;
import io.holdfast.repository.logical.SqlText;
import java.util.List;

/// Functions from shared libraries, made by `CREATE FUNCTION … SONAME`. Those that a component
/// registers come with the component.
final class LoadableFunctions implements SchemaPart {
    @Override
    public void read(Session session, SchemaSink sink) {
        Rows rows = session.query("SELECT name, ret, dl, type FROM mysql.func ORDER BY name");
        for (Rows.Row row : rows) {
            String name = row.string("name");
            String aggregate =
                    switch (row.string("type")) {
                        case "function" -> "";
                        case "aggregate" -> "AGGREGATE ";
                        default ->
                                throw UnknownKind.of(
                                        "function type \"" + row.string("type") + "\"",
                                        "loadable function " + name);
                    };
            sink.line(
                    SchemaLine.ofServer(
                            ObjectKind.LOADABLE_FUNCTION,
                            name,
                            List.of(
                                    SqlText.of(
                                            "CREATE "
                                                    + aggregate
                                                    + "FUNCTION "
                                                    + TableName.quote(name)
                                                    + " RETURNS "
                                                    + returned(row.integer("ret"), name)
                                                    + " SONAME "
                                                    + SqlLiteral.quote(row.string("dl"))))));
        }
    }

    /// Source: MySQL 9.7 `include/mysql/udf_registration_types.h`, `Item_result`.
    private static String returned(long result, String name) {
        if (result == 0) {
            return "STRING";
        } else if (result == 1) {
            return "REAL";
        } else if (result == 2) {
            return "INTEGER";
        } else if (result == 4) {
            return "DECIMAL";
        }
        throw UnknownKind.of("result type " + result, "loadable function " + name);
    }
}
