package io.holdfast.mysqld;

/// How long a mysqld may run.
public enum Lifetime {
    /// It ends with the process that started it, at the latest: sandboxes and tests.
    WITH_HOLDFAST,

    /// It runs on until somebody stops it: lab servers, and a recovered server the user wants.
    UNTIL_STOPPED
}
