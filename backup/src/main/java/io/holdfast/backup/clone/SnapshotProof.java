package io.holdfast.backup.clone;

import io.holdfast.core.GtidSet;
import io.holdfast.repository.BackupReader;

/// Brings a cloned server's files up once, because only a server that has recovered from them can
/// tell which transactions they hold.
public interface SnapshotProof {
    /// Refuses before anything is copied.
    ///
    /// @param version of the server that is to be cloned
    /// @param bytes of its tablespaces, about
    /// @throws io.holdfast.core.RefusedException if there is no mysqld of that version here
    /// @throws io.holdfast.core.UnavailableException if its files would not fit on the disk
    void mustBePossible(String version, long bytes);

    /// Has a server recover from the backup's files in a sandbox, to exactly its `endLsn` and
    /// without errors.
    ///
    /// @return what that server has executed
    GtidSet recover(BackupReader incomplete);
}
