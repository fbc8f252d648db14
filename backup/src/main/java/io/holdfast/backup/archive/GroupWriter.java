package io.holdfast.backup.archive;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Writes one segment so that a single fsync serves everything that arrived while the one before it
/// ran.
///
/// Model: two buffers. The caller fills the active one; a thread of this class takes it away,
/// leaves the spare in its place, writes what it took as one record, fsyncs, and only then says
/// that it is durable. A caller that fills a whole buffer during one fsync waits, which in the end
/// makes the server's connection wait: memory is bounded by the two buffers.
///
/// Invariants: what is said to be durable was written and then fsynced; records are written in the
/// order of the bytes; after the first failure nothing is written and every call throws it.
///
/// [#put], [#endEvent] and [#drain] belong to one thread; the rest is thread-safe.
final class GroupWriter implements AutoCloseable {
    /// The least time between two fsyncs. It costs a commit this much delay at most, and saves a
    /// processor that would otherwise fsync for every transaction on a fast disk.
    private static final long FSYNC_PERIOD_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    private final SegmentFile file;
    private final Path path;
    private final CommitLag lag;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Thread thread;

    private byte[] active;
    private byte[] spare;
    private int activeBytes;
    private long putOffset;
    private long eventEnd;
    private long durableEventEnd;
    private boolean isWriting;
    private boolean isClosing;
    private boolean isUrgent;
    private CommitLag.Group commits = new CommitLag.Group();
    private CommitLag.Group spareCommits = new CommitLag.Group();
    private @Nullable Throwable failure;

    /// Takes over a segment file whose header is written.
    ///
    /// @param beginOffset where the first byte to come lies in the binary-log file
    GroupWriter(SegmentFile file, Path path, long beginOffset, int bufferBytes, CommitLag lag) {
        this.file = file;
        this.path = path;
        this.lag = lag;
        this.active = new byte[bufferBytes];
        this.spare = new byte[bufferBytes];
        this.putOffset = beginOffset;
        this.eventEnd = beginOffset;
        this.durableEventEnd = beginOffset;
        this.thread = Thread.ofPlatform().daemon().name("journal-fsync").start(this::run);
    }

    /// Takes bytes of an event; waits while both buffers are full.
    ///
    /// @throws io.holdfast.core.UnavailableException if an earlier write or fsync was refused
    void put(byte[] bytes, int offset, int byteCount) {
        lock.lock();
        try {
            int taken = 0;
            while (taken < byteCount) {
                throwFailure();
                int room = Math.min(byteCount - taken, active.length - activeBytes);
                if (room == 0) {
                    isUrgent = true;
                    changed.signalAll();
                    changed.awaitUninterruptibly();
                    continue;
                }
                System.arraycopy(bytes, offset + taken, active, activeBytes, room);
                if (activeBytes == 0) {
                    changed.signalAll();
                }
                activeBytes += room;
                putOffset += room;
                taken += room;
            }
        } finally {
            lock.unlock();
        }
    }

    /// Says that what was put so far ends with a whole event.
    ///
    /// @param commitMicros when the transaction that begins with the event was committed,
    ///   microseconds since 1970; 0 if none begins
    void endEvent(long commitMicros) {
        lock.lock();
        try {
            eventEnd = putOffset;
            if (commitMicros != 0) {
                commits.add(commitMicros);
            }
            if (activeBytes == 0 && !isWriting && failure == null) {
                // Its last bytes were written and fsynced before this was said of them.
                durableEventEnd = eventEnd;
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    /// The offset in the file up to which whole events survive a loss of power.
    long durableEventEnd() {
        lock.lock();
        try {
            return durableEventEnd;
        } finally {
            lock.unlock();
        }
    }

    /// Waits until more than `offset` is durable, or the time is over, or nothing more will come.
    long awaitDurableBeyond(long offset, long nanos) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long left = nanos;
            while (durableEventEnd <= offset && !isClosing && failure == null && left > 0) {
                left = changed.awaitNanos(left);
            }
            return durableEventEnd;
        } finally {
            lock.unlock();
        }
    }

    /// Waits until everything that was put is durable.
    ///
    /// @throws io.holdfast.core.UnavailableException if a write or fsync is refused
    void drain() {
        lock.lock();
        try {
            while (activeBytes > 0 || isWriting) {
                throwFailure();
                isUrgent = true;
                changed.signalAll();
                changed.awaitUninterruptibly();
            }
            throwFailure();
        } finally {
            lock.unlock();
        }
    }

    private void throwFailure() {
        if (failure != null) {
            throw JournalFailures.unwritable(path, failure);
        }
    }

    private void run() {
        try {
            long previousNanos = System.nanoTime() - FSYNC_PERIOD_NANOS;
            while (writeGroup(previousNanos)) {
                previousNanos = System.nanoTime();
            }
        } catch (IOException | RuntimeException | Error | InterruptedException e) {
            lock.lock();
            try {
                failure = e;
                isWriting = false;
                changed.signalAll();
            } finally {
                lock.unlock();
            }
        }
    }

    /// Writes and fsyncs what has gathered.
    ///
    /// @return whether to go on
    private boolean writeGroup(long previousNanos) throws IOException, InterruptedException {
        byte[] group;
        int groupBytes;
        long groupEnd;
        long groupEventEnd;
        CommitLag.Group groupCommits;
        lock.lock();
        try {
            while (activeBytes == 0) {
                if (isClosing) {
                    return false;
                }
                changed.await();
            }
            long gather = previousNanos + FSYNC_PERIOD_NANOS - System.nanoTime();
            while (gather > 0 && !isUrgent && !isClosing && activeBytes < active.length / 2) {
                gather = changed.awaitNanos(gather);
            }
            group = active;
            groupBytes = activeBytes;
            groupEnd = putOffset;
            groupEventEnd = eventEnd;
            groupCommits = commits;
            active = spare;
            spare = group;
            commits = spareCommits;
            spareCommits = groupCommits;
            activeBytes = 0;
            isUrgent = false;
            isWriting = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        file.append(
                JournalRecord.header(group, groupBytes, groupEnd - groupBytes),
                ByteBuffer.wrap(group, 0, groupBytes));
        file.force();
        lag.record(groupCommits);
        groupCommits.clear();
        lock.lock();
        try {
            // An event may have been ended after its last bytes were taken into this group.
            durableEventEnd = eventEnd <= groupEnd ? eventEnd : groupEventEnd;
            isWriting = false;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        return true;
    }

    /// Writes what is left, ends the thread and closes the file. Does not throw for a failure that
    /// was or will be reported by [#drain]: the caller drains first if it needs to know.
    @Override
    public void close() {
        lock.lock();
        try {
            isClosing = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        Joins.untilEnd(thread); // the last fsync must be waited for
        try {
            file.close();
        } catch (IOException e) {
            throw JournalFailures.unwritable(path, e);
        }
    }
}
