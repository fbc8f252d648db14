package io.holdfast.client;

/// What `gtid_mode` says: which transactions have GTIDs.
public enum GtidMode {
    /// None have.
    OFF,
    /// New ones have none, replicated ones may.
    OFF_PERMISSIVE,
    /// New ones have, replicated ones may lack them.
    ON_PERMISSIVE,
    /// All have.
    ON
}
