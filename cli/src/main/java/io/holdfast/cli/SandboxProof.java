package io.holdfast.cli;

import io.holdfast.backup.clone.SnapshotProof;
import io.holdfast.core.GtidSet;
import io.holdfast.recovery.SandboxRecovery;
import io.holdfast.repository.BackupReader;

/// Lets backups prove themselves by a recovery, of which they know nothing.
record SandboxProof(SandboxRecovery recovery) implements SnapshotProof {
    @Override
    public void mustBePossible(String version, long bytes) {
        recovery.mustBePossible(version, bytes);
    }

    @Override
    public GtidSet recover(BackupReader incomplete) {
        return recovery.run(incomplete);
    }
}
