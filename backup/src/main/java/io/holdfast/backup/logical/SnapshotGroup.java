package io.holdfast.backup.logical;

import io.holdfast.backup.source.BackupLock;
import io.holdfast.client.Session;
import io.holdfast.core.HoldfastException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Sessions that all see the database as it was at one moment, and what vouches for its schema.
///
/// Each reading session is in a transaction of its own; their snapshots are equal because nothing
/// was committed between the first and the last. [SnapshotMaker] sees to that.
final class SnapshotGroup implements AutoCloseable {
    private final List<Session> readers;
    private final Session planner;
    private final @Nullable Session otherEngines;
    private final @Nullable BackupLock backupLock;
    private final Moment moment;
    private final Duration lockTime;
    private final int tries;

    SnapshotGroup(
            List<Session> readers,
            Session planner,
            @Nullable Session otherEngines,
            @Nullable BackupLock backupLock,
            Moment moment,
            Duration lockTime,
            int tries) {
        this.readers = List.copyOf(readers);
        this.planner = planner;
        this.otherEngines = otherEngines;
        this.backupLock = backupLock;
        this.moment = moment;
        this.lockTime = lockTime;
        this.tries = tries;
    }

    /// One session for each reading thread.
    List<Session> readers() {
        return readers;
    }

    /// A session in the same snapshot, for finding where to cut tables.
    Session planner() {
        return planner;
    }

    /// The session that holds tables without transactions locked; null if there are none. Closing
    /// it lets their writers go on.
    @Nullable Session otherEngines() {
        return otherEngines;
    }

    Moment moment() {
        return moment;
    }

    /// How long writers were stopped.
    Duration lockTime() {
        return lockTime;
    }

    /// How often the lock was tried for.
    int tries() {
        return tries;
    }

    /// Whether DDL is kept out at this moment, and has been since the snapshot.
    boolean keepsDdlOut() {
        return backupLock != null && backupLock.isHeld();
    }

    /// How long DDL has been kept out, or was.
    Duration ddlBlocked() {
        return backupLock == null ? Duration.ZERO : backupLock.held();
    }

    @Override
    public void close() {
        if (backupLock != null) {
            backupLock.close();
        }
        List<Session> all = new ArrayList<>(readers);
        all.add(planner);
        if (otherEngines != null) {
            all.add(otherEngines);
        }
        closeAll(all);
    }

    /// Closes sessions that may be in the middle of a result: asking them to end politely would
    /// mean waiting for it.
    static void closeAll(List<Session> sessions) {
        for (Session session : sessions) {
            try {
                session.abort();
            } catch (HoldfastException _) {
                // It is closed; that was the wish.
            }
        }
    }
}
