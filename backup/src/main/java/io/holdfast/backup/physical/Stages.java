package io.holdfast.backup.physical;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.holdfast.core.HoldfastException;
import io.holdfast.repository.BackupState;
import io.holdfast.repository.BackupWriter;
import io.holdfast.repository.physical.StoredSegment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/// Notes in the repository, every now and then while a backup is under way, which segments it has
/// stored: should it be broken off, by whatever, the next one takes them from there.
///
/// A segment is noted when all of it is durable. So what a killed backup loses is what it stored
/// since the last note, segments that it was in the middle of, and those of which a part lies in a
/// pack that was not full.
///
/// Thread-safe. Who finds a note due writes it; others that end a segment meanwhile wait for that
/// small object.
final class Stages {
    private final BackupWriter backup;
    private final BackupState state;
    private final long everyNanos;
    private final ReentrantLock lock = new ReentrantLock();

    @GuardedBy("lock")
    private List<StoredSegment> pending = new ArrayList<>();

    @GuardedBy("lock")
    private long notedNanos = System.nanoTime();

    /// @param state of the moment at which copying began
    /// @param every how long to wait from note to note
    Stages(BackupWriter backup, BackupState state, Duration every) {
        this.backup = backup;
        this.state = state;
        this.everyNanos = every.toNanos();
    }

    /// A segment was stored.
    ///
    /// @throws HoldfastException if a note is due and the store fails
    void stored(StoredSegment segment) {
        lock.lock();
        try {
            pending.add(segment);
            if (System.nanoTime() - notedNanos >= everyNanos) {
                note();
            }
        } finally {
            lock.unlock();
        }
    }

    @GuardedBy("lock")
    private void note() {
        pending = new ArrayList<>(backup.stage(state, pending));
        notedNanos = System.nanoTime();
    }

    /// Notes what can still be noted of a backup that has failed. An interrupt waits meanwhile; a
    /// store that fails is passed over.
    void last() {
        boolean wasInterrupted = Thread.interrupted();
        lock.lock();
        try {
            note();
        } catch (HoldfastException _) {
            // The backup fails with what ended it; the next one stores a little more.
        } finally {
            lock.unlock();
            if (wasInterrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
