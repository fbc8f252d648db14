package io.holdfast.recovery;

import io.holdfast.core.Problem;
import io.holdfast.core.RefusedException;
import io.holdfast.core.Text;
import io.holdfast.core.UnavailableException;
import io.holdfast.mysqld.MysqldHome;
import io.holdfast.mysqld.MysqldVersion;
import io.holdfast.recovery.error.RecoveryError;
import io.holdfast.recovery.physical.PageLaying;
import io.holdfast.recovery.sandbox.RecoveredFolder;
import io.holdfast.repository.BackupReader;
import io.holdfast.repository.PhysicalSection;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Whether a mysqld and a disk are fit for a recovery, asked before anything is touched.
final class TargetServer {
    private static final Pattern VERSION =
            Pattern.compile("(\\d{1,4})\\.(\\d{1,4})\\.(\\d{1,4}).*");

    /// A new server's system tables, redo and undo logs.
    private static final long EMPTY_SERVER_BYTES = 1500L << 20;

    /// Relay logs are bounded by the sandbox's options.
    private static final long RELAY_BYTES_MAX = 2L << 30;

    private TargetServer() {}

    /// Refuses a mysqld that is older than one of the servers whose data or log it is to take.
    static void mustNotBeOlder(MysqldHome home, Collection<String> versions) {
        for (String version : versions) {
            Optional<MysqldVersion> known = parsed(version);
            if (known.isEmpty()) {
                continue;
            }
            MysqldVersion archived = known.get();
            if (home.version().compareTo(archived) < 0) {
                throw new RefusedException(
                        Problem.of(RecoveryError.MYSQLD_TOO_OLD)
                                .what(
                                        "mysqld is %s, the archived server was %s",
                                        home.version(), archived)
                                .where("%s", home.folder())
                                .remedy(
                                        "Name a MySQL %s or later with --mysql-home, or 'fetch' one.",
                                        archived));
            }
        }
    }

    private static Optional<MysqldVersion> parsed(String version) {
        Matcher parts = VERSION.matcher(version);
        return parts.matches()
                ? Optional.of(
                        new MysqldVersion(
                                Integer.parseInt(parts.group(1)),
                                Integer.parseInt(parts.group(2)),
                                Integer.parseInt(parts.group(3))))
                : Optional.empty();
    }

    /// Whether a mysqld can take over the files of a server of this version.
    static boolean isOfVersion(MysqldHome home, String version) {
        return parsed(version).filter(home.version()::equals).isPresent();
    }

    /// Refuses a mysqld that is not exactly of the version whose files it is to take over.
    static void mustBeOfVersion(MysqldHome home, String version) {
        if (!isOfVersion(home, version)) {
            throw new RefusedException(
                    Problem.of(RecoveryError.MYSQLD_NOT_SAME_VERSION)
                            .what(
                                    "mysqld is %s, the backup is of the files of a MySQL %s",
                                    home.version(), version)
                            .where("%s", home.folder())
                            .remedy(
                                    "Name a MySQL %s with --mysql-home, or restore a logical backup.",
                                    version));
        }
    }

    /// Refuses a disk that the restored server would fill.
    ///
    /// @param logBytes to replay
    static void mustHaveSpace(Path folder, BackupReader backup, long logBytes) {
        PhysicalSection physical = backup.manifest().state().physical();
        // Rows take more space in tables than in a backup; pages take what they took.
        long backupBytes =
                physical == null
                        ? backup.manifest().rawBytes() * 2
                        : PageLaying.fileBytes(backup) + physical.redo().bytes();
        mustHaveSpace(folder, backupBytes + logBytes / 2 + Math.min(logBytes, RELAY_BYTES_MAX));
    }

    /// Refuses a disk that a server's files would fill.
    ///
    /// @param bytes of the files
    static void mustHaveSpace(Path folder, long bytes) {
        long need = EMPTY_SERVER_BYTES + bytes;
        long free = RecoveredFolder.freeBytes(folder);
        if (free < need) {
            throw new UnavailableException(
                    Problem.of(RecoveryError.TARGET_SPACE_SHORT)
                            .what(
                                    "%s are free, about %s are needed",
                                    Text.bytes(free), Text.bytes(need))
                            .where("%s", folder)
                            .remedy("Choose a folder on a larger disk."));
        }
    }
}
