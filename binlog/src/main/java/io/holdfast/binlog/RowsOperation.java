package io.holdfast.binlog;

/// What an event does to rows.
public enum RowsOperation {
    INSERT,
    UPDATE,
    /// An update whose JSON columns may hold only the differences
    /// (`binlog_row_value_options=PARTIAL_JSON`).
    PARTIAL_UPDATE,
    DELETE
}
