package io.holdfast.backup.logical.schema;

import io.holdfast.client.Session;

/// Whether a server has a system table at all: versions differ.
final class SystemTables {
    private SystemTables() {}

    static boolean exists(Session session, String schema, String table) {
        return !session.query(
                        "SELECT 1 FROM information_schema.TABLES WHERE TABLE_SCHEMA = "
                                + SqlLiteral.quote(schema)
                                + " AND TABLE_NAME = "
                                + SqlLiteral.quote(table))
                .isEmpty();
    }
}
