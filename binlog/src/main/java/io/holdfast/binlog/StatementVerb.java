package io.holdfast.binlog;

/// What a statement does.
public enum StatementVerb {
    CREATE,
    ALTER,
    DROP,
    TRUNCATE,
    RENAME,
    GRANT,
    REVOKE,
    INSERT,
    REPLACE,
    UPDATE,
    DELETE,
    LOAD,
    /// Anything else that is logged as a statement.
    OTHER;

    /// Whether it changes rows.
    boolean isRowChange() {
        return switch (this) {
            case INSERT, REPLACE, UPDATE, DELETE, LOAD -> true;
            case CREATE, ALTER, DROP, TRUNCATE, RENAME, GRANT, REVOKE, OTHER -> false;
        };
    }
}
