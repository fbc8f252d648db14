package io.holdfast.servertests.physical;

import io.holdfast.backup.clone.CloneBackup;
import io.holdfast.backup.clone.CloneBackupOptions;
import io.holdfast.backup.clone.SnapshotProof;
import io.holdfast.backup.physical.PhysicalBackupReport;
import io.holdfast.client.ConnectOptions;
import io.holdfast.core.GtidSet;
import io.holdfast.core.Progress;
import io.holdfast.recovery.SandboxRecovery;
import io.holdfast.repository.BackupReader;
import io.holdfast.repository.Repository;
import io.holdfast.servertests.TestServer;
import java.nio.file.Path;
import java.time.Duration;

/// Backups over the clone protocol, proven as the command line has them proven.
record Cloned(Repository repository, Path folder, Duration ddlBlockMax, boolean isFull) {
    static Cloned into(Repository repository, Path folder) {
        return new Cloned(repository, folder, Duration.ofMinutes(5), false);
    }

    PhysicalBackupReport take(ConnectOptions connect, Progress progress) {
        return take(connect, progress, proof());
    }

    PhysicalBackupReport take(ConnectOptions connect, Progress progress, SnapshotProof proof) {
        return new CloneBackup(
                        connect,
                        repository,
                        new CloneBackupOptions(
                                ddlBlockMax, 0, folder.resolve("spool"), 1L << 30, isFull),
                        proof,
                        progress)
                .run();
    }

    /// Takes one of a server at rest without a proof, which costs seconds: a restore of it proves
    /// as much.
    PhysicalBackupReport takeUnproven(ConnectOptions connect, Progress progress) {
        var trust =
                new SnapshotProof() {
                    @Override
                    public void mustBePossible(String version, long bytes) {}

                    @Override
                    public GtidSet recover(BackupReader incomplete) {
                        return incomplete.manifest().state().gtidSet();
                    }
                };
        return take(connect, progress, trust);
    }

    SnapshotProof proof() {
        var recovery =
                new SandboxRecovery(folder.resolve("proof"), TestServer.home(), 2, Progress.NONE);
        return new SnapshotProof() {
            @Override
            public void mustBePossible(String version, long bytes) {
                recovery.mustBePossible(version, bytes);
            }

            @Override
            public GtidSet recover(BackupReader incomplete) {
                return recovery.run(incomplete);
            }
        };
    }
}
