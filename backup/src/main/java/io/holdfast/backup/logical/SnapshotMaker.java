package io.holdfast.backup.logical;

import io.holdfast.backup.BackupError;
import io.holdfast.backup.logical.schema.Databases;
import io.holdfast.backup.source.BackupLock;
import io.holdfast.client.Rows;
import io.holdfast.client.Session;
import io.holdfast.core.CoreError;
import io.holdfast.core.HoldfastException;
import io.holdfast.core.InterruptedWorkException;
import io.holdfast.core.Problem;
import io.holdfast.core.Progress;
import io.holdfast.core.SqlErrorException;
import io.holdfast.core.TableName;
import io.holdfast.core.UnavailableException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Lets several sessions begin their transactions at one moment.
///
/// The moment is a stop of all commits: `FLUSH TABLES WITH READ LOCK`, or, where the account may
/// not do that, `LOCK TABLES … READ` on every table with a proof that nothing was committed
/// meanwhile. Invariants:
///
/// - Writers are stopped for a second at most ([#WRITERS_STOPPED_MAX]), counted from the first
///   attempt to get the lock; then the session that holds or awaits it is killed.
/// - The lock is not even tried for while a statement runs that it would have to wait for.
/// - The backup lock is taken *within* the global lock. The other way round, DDL that waits for the
///   backup lock holds a part of the global lock, and the two would wait for each other until the
///   server ends the user's DDL with error 1213 (tried on 9.7.4).
/// - No XA transaction is prepared at the moment: its GTID would count as executed, and its rows
///   are in no snapshot, nor would a server made of the backup have it to commit.
/// - With `LOCK TABLES` it is taken before, because then DDL waits before it locks any table; and
///   by another session, because `UNLOCK TABLES` after it lets the backup lock go, too (9.7.4).
final class SnapshotMaker {
    /// How long writers may be stopped, in one try.
    static final Duration WRITERS_STOPPED_MAX = Duration.ofSeconds(1);

    private static final Duration PAUSE_FIRST = Duration.ofMillis(100);
    private static final Duration PAUSE_MAX = Duration.ofSeconds(5);

    private final Source source;
    private final LogicalBackupOptions options;
    private final Progress progress;

    SnapshotMaker(Source source, LogicalBackupOptions options, Progress progress) {
        this.source = source;
        this.options = options;
        this.progress = progress;
    }

    /// Makes the snapshot. The caller closes it.
    ///
    /// @throws UnavailableException with `SERVER_TOO_BUSY_TO_LOCK` if no try succeeds
    SnapshotGroup make() {
        String obstacle = "";
        Duration pause = PAUSE_FIRST;
        try (var watcher = source.open()) {
            for (int attempt = 1; attempt <= options.snapshotTries(); attempt++) {
                String busy = LongStatements.longest(watcher);
                if (busy == null) {
                    Attempt result = new Attempt(attempt);
                    SnapshotGroup made = result.run(watcher);
                    if (made != null) {
                        return made;
                    }
                    obstacle = result.obstacle;
                } else {
                    obstacle = busy;
                }
                if (attempt < options.snapshotTries()) {
                    progress.say("waiting for a quiet moment: " + obstacle);
                    sleep(pause);
                    pause =
                            pause.multipliedBy(2).compareTo(PAUSE_MAX) < 0
                                    ? pause.multipliedBy(2)
                                    : PAUSE_MAX;
                }
            }
        }
        throw new UnavailableException(
                Problem.of(BackupError.SERVER_TOO_BUSY_TO_LOCK)
                        .what(
                                "no moment to begin at in %d tries of %d ms; at last: %s",
                                options.snapshotTries(), WRITERS_STOPPED_MAX.toMillis(), obstacle)
                        .where("server %s", source.options().address())
                        .remedy("Run the backup when that has ended, or on a replica."));
    }

    private static void sleep(Duration pause) {
        try {
            Thread.sleep(pause);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new InterruptedWorkException(
                    Problem.of(CoreError.INTERRUPTED)
                            .what("stopped while waiting for a quiet moment")
                            .remedy(""));
        }
    }

    /// One try: its sessions become the group, or are closed.
    private final class Attempt {
        private final int number;
        private final List<Session> opened = new ArrayList<>();
        private final boolean isGlobal = source.privileges().mayLockGlobally();
        private final boolean takesBackupLock = source.privileges().mayLockForBackup();
        private String obstacle = "";

        Attempt(int number) {
            this.number = number;
        }

        private Session open() {
            Session session = source.open();
            opened.add(session);
            return session;
        }

        @Nullable SnapshotGroup run(Session watcher) {
            boolean isMade = false;
            try {
                Session locker = open();
                Session keeper = takesBackupLock && !isGlobal ? open() : locker;
                Session planner = open();
                Session others = source.withoutTransactions().isEmpty() ? null : open();
                List<Session> readers = new ArrayList<>();
                for (int i = 0; i < options.threads(); i++) {
                    readers.add(open());
                }
                SnapshotGroup made = lock(watcher, locker, keeper, planner, others, readers);
                isMade = made != null;
                return made;
            } finally {
                if (!isMade) {
                    SnapshotGroup.closeAll(opened);
                }
            }
        }

        private @Nullable SnapshotGroup lock(
                Session watcher,
                Session locker,
                Session keeper,
                Session planner,
                @Nullable Session others,
                List<Session> readers) {
            LockGuard guard = null;
            HoldfastException failure = null;
            Moment moment = null;
            long began = 0;
            long ended = 0;
            try {
                locker.execute("SET lock_wait_timeout = " + WRITERS_STOPPED_MAX.toSeconds());
                if (others != null) {
                    others.execute("SET lock_wait_timeout = " + WRITERS_STOPPED_MAX.toSeconds());
                }
                if (takesBackupLock && !isGlobal) {
                    keeper.execute("SET lock_wait_timeout = " + WRITERS_STOPPED_MAX.toSeconds());
                    keeper.execute("LOCK INSTANCE FOR BACKUP");
                }
                String lockStatement =
                        isGlobal
                                ? "FLUSH TABLES WITH READ LOCK"
                                : OtherEngines.lockStatement(allTables(watcher));
                guard = LockGuard.arm(watcher, locker, WRITERS_STOPPED_MAX);
                began = System.nanoTime();
                locker.execute(lockStatement);
                if (takesBackupLock && isGlobal) {
                    keeper.execute("LOCK INSTANCE FOR BACKUP");
                }
                Moment before = Moment.read(locker, false);
                if (others != null) {
                    others.execute(OtherEngines.lockStatement(source.withoutTransactions()));
                }
                planner.execute("START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY");
                for (Session reader : readers) {
                    reader.execute("START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY");
                }
                String prepared = preparedXa(locker);
                Moment after = Moment.read(locker, source.isReplica());
                locker.execute("UNLOCK TABLES");
                ended = System.nanoTime();
                if (!before.isSameAs(after)) {
                    obstacle = "a transaction was committed while the sessions began";
                } else if (!prepared.isEmpty()) {
                    obstacle =
                            "an XA transaction is prepared, and neither committed nor rolled back: "
                                    + prepared;
                } else {
                    moment = after;
                }
            } catch (UnavailableException | SqlErrorException e) {
                failure = e;
            } finally {
                if (guard != null) {
                    guard.close();
                }
            }
            if (guard != null && guard.isFired()) {
                obstacle =
                        "the lock was not to be had within "
                                + WRITERS_STOPPED_MAX.toMillis()
                                + " ms";
                return null;
            }
            if (failure != null) {
                return retryOrThrow(failure);
            }
            if (moment == null) {
                return null;
            }
            return new SnapshotGroup(
                    readers,
                    planner,
                    others,
                    keepOrClose(locker, keeper),
                    moment,
                    Duration.ofNanos(ended - began),
                    number);
        }

        /// One that is prepared, in hexadecimal digits; empty if none is, or nobody may say.
        private String preparedXa(Session session) {
            if (!source.privileges().mayListPreparedXa()) {
                return "";
            }
            Rows rows = session.query("XA RECOVER CONVERT XID");
            return rows.isEmpty() ? "" : rows.row(0).string("data");
        }

        private @Nullable BackupLock keepOrClose(Session locker, Session keeper) {
            if (!takesBackupLock || keeper != locker) {
                locker.close();
            }
            return takesBackupLock ? BackupLock.of(keeper, options.ddlBlockMax()) : null;
        }

        /// Lock waits and deadlocks (1205, 1213, 3024) pass, a table that was dropped since it was
        /// listed (1146) too; everything else does not.
        private @Nullable SnapshotGroup retryOrThrow(HoldfastException failure) {
            if (failure instanceof SqlErrorException error
                    && List.of(1205, 1213, 3024, 1146).contains(error.number())) {
                obstacle = error.serverMessage();
                return null;
            }
            throw failure;
        }
    }

    private static List<TableName> allTables(Session session) {
        Rows rows =
                session.query(
                        "SELECT TABLE_SCHEMA, TABLE_NAME FROM information_schema.TABLES WHERE"
                                + " TABLE_TYPE = 'BASE TABLE' AND ENGINE IS NOT NULL");
        List<TableName> tables = new ArrayList<>();
        for (Rows.Row row : rows) {
            if (!Databases.OF_THE_SERVER.contains(row.string(0))) {
                tables.add(new TableName(row.string(0), row.string(1)));
            }
        }
        return tables;
    }
}
