package io.holdfast.backup.physical;

import io.holdfast.backup.BackupError;
import io.holdfast.backup.source.BackupLock;
import io.holdfast.client.AccountGrants;
import io.holdfast.client.Session;
import io.holdfast.core.Problem;
import io.holdfast.core.RefusedException;
import io.holdfast.core.SqlErrorException;
import io.holdfast.core.TableName;
import io.holdfast.core.UnavailableException;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Keeps writers away from a few tables, all at once, with everything of theirs written to the
/// files; other tables are not touched.
///
/// Whoever writes such a table waits for at most a second until the lock is had, and then for as
/// long as it is held. A statement that runs longer than a second is not waited for: the lock is
/// tried again later.
final class WriteLock implements AutoCloseable {
    private static final String UNLOCK = "UNLOCK TABLES";
    private static final int TRIES_MAX = 10;
    private static final long PAUSE_MILLIS = 500;
    private static final int LOCK_WAIT_TIMEOUT = 1205;
    private static final List<String> FLUSHING = List.of("RELOAD", "FLUSH_TABLES");
    private static final Set<Integer> UNKNOWN = Set.of(1049, 1146);
    private static final Set<Integer> DENIED = Set.of(1044, 1045, 1142, 1227);

    private final BackupLock lock;

    private WriteLock(BackupLock lock) {
        this.lock = lock;
    }

    /// Takes the lock.
    ///
    /// @param lock which keeps the tables what they are, and would keep every other session from
    ///   doing this
    ///
    /// @throws UnavailableException with `SERVER_TOO_BUSY_TO_LOCK` if it is not to be had
    /// @throws RefusedException with `PRIVILEGE_MISSING`, or `ROW_FILE_OF_NO_TABLE` if a table is
    ///   none
    static WriteLock take(BackupLock lock, List<RowFiles> tables, String server) {
        String names = String.join(", ", names(tables));
        lock.execute("SET lock_wait_timeout = 1");
        for (int attempt = 1; ; attempt++) {
            try {
                lock.execute("FLUSH LOCAL TABLES " + names + " WITH READ LOCK");
                return new WriteLock(lock);
            } catch (SqlErrorException failure) {
                demandPassing(failure, server);
                if (attempt == TRIES_MAX) {
                    throw busy(server, tables, failure);
                }
            }
            Pause.millis(PAUSE_MILLIS * attempt);
        }
    }

    /// Demands that the lock may be taken later, by asking for less of it. Whoever writes such a
    /// table meanwhile waits for at most a second.
    ///
    /// @param session of the same account, and not the one of the backup lock: `UNLOCK TABLES` lets
    ///   that go, too (9.7.4)
    ///
    /// @throws RefusedException as [#take]
    static void demandAllowed(Session session, List<RowFiles> tables) {
        AccountGrants grants = AccountGrants.of(session);
        if (FLUSHING.stream().noneMatch(grants::has)) {
            throw denied(session.server(), null);
        }
        session.execute("SET lock_wait_timeout = 1");
        try {
            session.execute("LOCK TABLES " + String.join(" READ, ", names(tables)) + " READ");
            session.execute(UNLOCK);
        } catch (SqlErrorException failure) {
            // Not to be had at this moment, but not denied.
            demandPassing(failure, session.server());
        }
        session.execute("SET lock_wait_timeout = DEFAULT");
    }

    private static List<String> names(List<RowFiles> tables) {
        return tables.stream()
                .flatMap(rows -> rows.tables().stream())
                .map(TableName::quoted)
                .distinct()
                .toList();
    }

    /// Demands that a lock failed for nothing but somebody else's.
    private static void demandPassing(SqlErrorException failure, String server) {
        if (DENIED.contains(failure.number())) {
            throw denied(server, failure);
        }
        if (UNKNOWN.contains(failure.number())) {
            throw RowFilePlanner.noTable(server + ": " + failure.getMessage());
        }
        if (failure.number() != LOCK_WAIT_TIMEOUT) {
            throw failure;
        }
    }

    private static RefusedException denied(String server, @Nullable SqlErrorException failure) {
        return new RefusedException(
                Problem.of(BackupError.PRIVILEGE_MISSING)
                        .what(
                                "the account may not keep writers from tables without transactions"
                                        + " while they are copied")
                        .where("server %s", server)
                        .remedy(
                                "Grant it RELOAD, LOCK TABLES and SELECT on them; or name the"
                                        + " tables with `--allow-inconsistent`."),
                failure);
    }

    private static UnavailableException busy(
            String server, List<RowFiles> tables, SqlErrorException failure) {
        return new UnavailableException(
                Problem.of(BackupError.SERVER_TOO_BUSY_TO_LOCK)
                        .what(
                                "%d tables without transactions could not be locked within a"
                                        + " second, in %d tries",
                                tables.size(), TRIES_MAX)
                        .where("server %s", server)
                        .remedy(
                                "Run the backup when no long statement uses them; or name them with"
                                        + " `--allow-inconsistent`."),
                failure);
    }

    /// Lets the writers go on, and DDL: the backup lock goes with this one (see [#demandAllowed]).
    @Override
    public void close() {
        lock.execute(UNLOCK);
    }
}
