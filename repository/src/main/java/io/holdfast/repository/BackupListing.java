package io.holdfast.repository;

import io.holdfast.core.Problem;

/// One backup in a list.
public sealed interface BackupListing {
    /// Its id, from the manifest's key.
    BackupId backup();

    /// A backup whose head is known.
    record Whole(BackupHead head) implements BackupListing {
        @Override
        public BackupId backup() {
            return head.backup();
        }
    }

    /// A backup whose manifest cannot be read: it cannot be restored.
    record Unreadable(BackupId backup, Problem problem) implements BackupListing {}
}
