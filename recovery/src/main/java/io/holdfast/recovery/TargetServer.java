package io.holdfast.recovery;

import io.holdfast.core.Problem;
import io.holdfast.core.RefusedException;
import io.holdfast.core.Text;
import io.holdfast.core.UnavailableException;
import io.holdfast.mysqld.MysqldHome;
import io.holdfast.mysqld.MysqldVersion;
import io.holdfast.recovery.error.RecoveryError;
import io.holdfast.recovery.sandbox.RecoveredFolder;
import java.nio.file.Path;
import java.util.Collection;
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
            Matcher parts = VERSION.matcher(version);
            if (!parts.matches()) {
                continue;
            }
            var archived =
                    new MysqldVersion(
                            Integer.parseInt(parts.group(1)),
                            Integer.parseInt(parts.group(2)),
                            Integer.parseInt(parts.group(3)));
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

    /// Refuses a disk that the restored server would fill.
    static void mustHaveSpace(Path folder, long backupBytes, long logBytes) {
        long need =
                EMPTY_SERVER_BYTES
                        + backupBytes * 2
                        + logBytes / 2
                        + Math.min(logBytes, RELAY_BYTES_MAX);
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
