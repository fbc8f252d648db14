package io.holdfast.recovery;

import io.holdfast.core.GtidSet;
import io.holdfast.core.Progress;
import io.holdfast.core.RefusedException;
import io.holdfast.core.UnavailableException;
import io.holdfast.mysqld.MysqldHome;
import io.holdfast.recovery.physical.CrashRecovery;
import io.holdfast.recovery.sandbox.RecoveredFolder;
import io.holdfast.recovery.sandbox.Sandbox;
import io.holdfast.repository.BackupReader;
import io.holdfast.repository.BackupState;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/// Has a server recover from a physical backup in a sandbox that is thrown away, and asks it which
/// transactions it has executed: for a backup that cannot know by itself.
public final class SandboxRecovery {
    private static final String PREFIX = "proof-";

    private final Path folder;
    private final MysqldHome home;
    private final int threads;
    private final Progress progress;

    /// @param folder that the sandbox's folder is made in
    public SandboxRecovery(Path folder, MysqldHome home, int threads, Progress progress) {
        this.folder = folder;
        this.home = home;
        this.threads = threads;
        this.progress = progress;
    }

    /// Refuses what will not be possible, and removes what earlier processes left.
    ///
    /// @param version of the original server
    /// @param bytes of its files, about
    /// @throws RefusedException if the mysqld is of another version
    /// @throws UnavailableException if the disk is too small
    public void mustBePossible(String version, long bytes) {
        TargetServer.mustBeOfVersion(home, version);
        ProcessFolder.removeLeft(folder, PREFIX);
        TargetServer.mustHaveSpace(folder, bytes);
    }

    /// Recovers.
    ///
    /// @return what the server has executed
    /// @throws io.holdfast.core.CorruptDataException if it did not come to exactly the backup's
    ///   moment
    public GtidSet run(BackupReader backup) {
        BackupState state = backup.manifest().state();
        RecoveredFolder recovered = ProcessFolder.make(folder, PREFIX, backup.manifest().backup());
        try {
            Groundwork ground =
                    Groundwork.of(
                            backup,
                            new Groundwork.Tools(home, new Phases(progress), progress, threads));
            ground.makeDataDirectory(recovered);
            try (Sandbox sandbox =
                    Sandbox.start(
                            home,
                            recovered,
                            Groundwork.shape(state),
                            new Sandbox.Role(
                                    true,
                                    ThreadLocalRandom.current()
                                            .nextLong(0x8000_0000L, 0xFFFF_FFF0L)),
                            ground.pace(0),
                            List.of())) {
                return new CrashRecovery(backup).discover(sandbox);
            }
        } finally {
            recovered.remove();
        }
    }
}
