package io.holdfast.binlog;

/// What a transaction did, as a whole.
public enum TransactionKind {
    /// Takes a GTID and changes nothing.
    EMPTY,
    /// Changes rows, in row or statement format.
    DML,
    /// Creates, changes or drops objects.
    DDL,
    /// Manages accounts and privileges.
    DCL,
    /// Changes rows and objects, as `CREATE TABLE … SELECT` does.
    MIXED,
    /// The changes of an XA transaction, prepared and not yet committed.
    XA_PREPARE,
    XA_COMMIT,
    XA_ROLLBACK,
    /// An incident, a group replication view change, or a statement of no kind above.
    OTHER
}
