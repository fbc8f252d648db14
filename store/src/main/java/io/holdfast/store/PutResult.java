package io.holdfast.store;

/// What became of a put-if-absent.
public enum PutResult {
    /// The object is there now, whole and durable.
    CREATED,
    /// An object of that name was there already and is unchanged; ours is dropped.
    EXISTS
}
