package io.holdfast.recovery;

/// What becomes of a recovered server once it is proven.
public enum Afterwards {
    /// It is stopped, for its owner to start.
    STOP,
    /// It is left running, and nobody can write on it: what was recovered stays what it is.
    KEEP_READ_ONLY,
    /// It is left running for whoever may write.
    KEEP_WRITABLE
}
