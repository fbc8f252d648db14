package io.holdfast.backup.physical;

import io.holdfast.backup.BackupError;
import io.holdfast.backup.source.BackupLock;
import io.holdfast.client.ConnectOptions;
import io.holdfast.client.Session;
import io.holdfast.core.Problem;
import io.holdfast.core.SqlErrorException;
import io.holdfast.core.UnavailableException;
import java.time.Duration;

/// Takes the backup lock of a whole server, on a session of its own.
final class InstanceLock {
    /// DDL that comes while we wait for running DDL waits behind us.
    private static final Duration WAIT_MAX = Duration.ofSeconds(60);

    private static final long GRACE_SECONDS = 10;
    private static final long PAUSE_MILLIS = 1000;
    private static final int LOCK_WAIT_TIMEOUT = 1205;

    private InstanceLock() {}

    /// Takes the lock for at most `atMost`. The caller closes it.
    ///
    /// @throws UnavailableException with `DDL_IN_THE_WAY` if running DDL does not end within a
    ///   minute, or within `atMost`
    static BackupLock take(PhysicalSource source, Duration atMost) {
        Duration wait = atMost.compareTo(WAIT_MAX) < 0 ? atMost : WAIT_MAX;
        long seconds = Math.max(1, wait.toSeconds());
        Session session = source.open();
        boolean isTaken = false;
        try {
            session.execute("SET lock_wait_timeout = " + seconds);
            // Should we be stopped or frozen, the server frees itself.
            session.execute("SET wait_timeout = " + (atMost.toSeconds() + GRACE_SECONDS));
            session.execute("LOCK INSTANCE FOR BACKUP");
            isTaken = true;
            return BackupLock.of(session, atMost);
        } catch (SqlErrorException failure) {
            if (failure.number() != LOCK_WAIT_TIMEOUT) {
                throw failure;
            }
            throw new UnavailableException(
                    Problem.of(BackupError.DDL_IN_THE_WAY)
                            .what("the backup lock was not to be had within %d s", seconds)
                            .where("server %s", session.server())
                            .remedy(
                                    "Wait for the running DDL: SELECT * FROM"
                                            + " performance_schema.metadata_locks WHERE OBJECT_TYPE"
                                            + " = 'BACKUP LOCK';"),
                    failure);
        } finally {
            if (!isTaken) {
                session.close();
            }
        }
    }

    /// As [#take], for a backup that has much to lose: where DDL is in the way it is tried again,
    /// until `atMost` was spent in waiting. In between, the DDL that waited behind us gets through.
    static BackupLock takeAgain(PhysicalSource source, Duration atMost) {
        long giveUp = System.nanoTime() + atMost.toNanos();
        while (true) {
            try {
                return take(source, atMost);
            } catch (UnavailableException failure) {
                if (failure.problem().code() != BackupError.DDL_IN_THE_WAY
                        || System.nanoTime() > giveUp) {
                    throw failure;
                }
                Pause.millis(PAUSE_MILLIS);
            }
        }
    }

    static UnavailableException lost(ConnectOptions connect, Duration held) {
        return new UnavailableException(
                Problem.of(BackupError.BACKUP_LOCK_LOST)
                        .what(
                                "the backup lock was over after %d ms, before all files were"
                                        + " copied",
                                held.toMillis())
                        .where("server %s", connect.address())
                        .remedy(
                                "Allow more time with `--ddl-block-max`, or more speed with"
                                        + " `--threads` and `--rate`; or let DDL go on meanwhile"
                                        + " with `--reduced-lock`."));
    }
}
