package io.holdfast.repository;

/// What a backup is made of.
public enum BackupKind {
    /// Schema and rows.
    LOGICAL,
    /// Pages and redo.
    PHYSICAL
}
