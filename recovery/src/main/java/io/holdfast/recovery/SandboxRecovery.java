package io.holdfast.recovery;

import io.holdfast.core.GtidSet;
import io.holdfast.core.Progress;
import io.holdfast.core.RefusedException;
import io.holdfast.core.UnavailableException;
import io.holdfast.mysqld.MysqldHome;
import io.holdfast.recovery.physical.CrashRecovery;
import io.holdfast.recovery.sandbox.Marker;
import io.holdfast.recovery.sandbox.RecoveredFolder;
import io.holdfast.recovery.sandbox.Sandbox;
import io.holdfast.repository.BackupReader;
import io.holdfast.repository.BackupState;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/// Has a server recover from a physical backup in a sandbox that is thrown away, and asks it which
/// transactions it has executed: for a backup that cannot know by itself.
///
/// Its folder carries the number of this process, so that the next one can remove what a killed one
/// left.
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
        removeLeft();
        TargetServer.mustHaveSpace(folder, bytes);
    }

    private void removeLeft() {
        if (!Files.isDirectory(folder)) {
            return;
        }
        try (var entries = Files.newDirectoryStream(folder, PREFIX + "[0-9]*")) {
            for (Path entry : entries) {
                String number = String.valueOf(entry.getFileName()).substring(PREFIX.length());
                if (number.matches("\\d{1,18}")
                        && ProcessHandle.of(Long.parseLong(number)).isEmpty()) {
                    removeIfUnfinished(RecoveredFolder.at(entry));
                }
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /// A folder of such a name without our marker is somebody else's.
    private static void removeIfUnfinished(RecoveredFolder left) {
        if (left.marker().map(Marker::stage).equals(Optional.of(Marker.Stage.UNFINISHED))) {
            left.remove();
        }
    }

    /// Recovers.
    ///
    /// @return what the server has executed
    /// @throws io.holdfast.core.CorruptDataException if it did not come to exactly the backup's
    ///   moment
    public GtidSet run(BackupReader backup) {
        BackupState state = backup.manifest().state();
        RecoveredFolder recovered =
                RecoveredFolder.make(
                        folder.resolve(PREFIX + ProcessHandle.current().pid()),
                        new Marker(
                                Marker.Stage.UNFINISHED,
                                "",
                                backup.manifest().backup().text(),
                                "",
                                GtidSet.EMPTY,
                                null,
                                null,
                                Marker.Attempt.NONE));
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
