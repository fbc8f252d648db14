package io.holdfast.backup.physical;

import io.holdfast.backup.BackupError;
import io.holdfast.client.ConnectOptions;
import io.holdfast.core.ByteSink;
import io.holdfast.core.CoreError;
import io.holdfast.core.HoldfastException;
import io.holdfast.core.InterruptedWorkException;
import io.holdfast.core.Problem;
import io.holdfast.core.Text;
import io.holdfast.core.UnavailableException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// Copies the redo log into the spool while the server writes it, and lets the server go on using
/// its files.
///
/// A thread of the platform, not a virtual one: copying and compressing pages may keep all carriers
/// busy, and the server would wait. It never waits for anything but the spool's disk and the
/// server's answers, and whatever ends it gives the server its log back at once.
final class RedoFollower implements AutoCloseable {
    private static final long ADVANCE_BYTES = 1 << 20;
    private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(5);
    private static final long LOOK_NANOS = TimeUnit.SECONDS.toNanos(2);
    private static final long BEHIND_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final long STUCK_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final int LOOKS_MAX = 100;

    private final RedoConsumer consumer;
    private final RedoWalk walk;
    private final long capacityBytes;
    private final Thread thread;
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile boolean isStopping;
    private volatile long wantedLsn = Long.MAX_VALUE;
    private volatile boolean isReached;
    private volatile @Nullable Throwable failure;
    private long advancedLsn;

    private RedoFollower(RedoConsumer consumer, RedoWalk walk, long capacityBytes) {
        this.consumer = consumer;
        this.walk = walk;
        this.capacityBytes = capacityBytes;
        this.advancedLsn = walk.startLsn(); // the server keeps it from no later on
        this.thread = Thread.ofPlatform().name("redo-follower").daemon().unstarted(this::run);
    }

    /// Has the server keep its redo log, and follows it from its newest checkpoint on. The server
    /// is asked nothing in between that it might answer late: with a small log all its writers may
    /// wait for us by then, and hold what it needs for the answer.
    ///
    /// @param capacityBytes of the server's redo log
    /// @throws io.holdfast.core.RefusedException as [RedoConsumer#register]
    static RedoFollower start(
            ConnectOptions options, RedoFolder folder, long capacityBytes, ByteSink sink) {
        RedoConsumer consumer = RedoConsumer.register(options);
        boolean isFollowed = false;
        try {
            var walk = new RedoWalk(folder, keptFrom(consumer, folder), sink);
            var follower = new RedoFollower(consumer, walk, capacityBytes);
            follower.thread.start();
            isFollowed = true;
            return follower;
        } finally {
            if (!isFollowed) {
                consumer.close();
            }
        }
    }

    /// The newest checkpoint in the log's files. While the server writes another one and renames
    /// files an older one may seem the newest, from which it need not keep them: it says so.
    private static long keptFrom(RedoConsumer consumer, RedoFolder folder) {
        for (int look = 0; look < LOOKS_MAX; look++) {
            long checkpointLsn = folder.checkpointLsn();
            if (checkpointLsn > 0 && consumer.tryAdvance(checkpointLsn)) {
                return checkpointLsn;
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
        throw new UnavailableException(
                Problem.of(BackupError.REDO_LOST)
                        .what("the files of the redo log lack the server's checkpoint")
                        .where("%s", folder)
                        .remedy("Check that the data directory is this server's own."));
    }

    /// Where the log is held from.
    long startLsn() {
        return walk.startLsn();
    }

    private void run() {
        try {
            follow();
        } catch (RuntimeException | Error failed) {
            failure = failed;
        } finally {
            consumer.close();
            walk.close();
            ended.countDown();
        }
    }

    private void follow() {
        long progressNanos = System.nanoTime();
        long lookedNanos = progressNanos;
        long caughtUpNanos = progressNanos;
        while (!isStopping) {
            int got = walk.step();
            if (walk.reaches(wantedLsn)) {
                isReached = true;
                return;
            }
            long now = System.nanoTime();
            if (got > 0) {
                progressNanos = now;
                if (walk.position() - advancedLsn >= ADVANCE_BYTES) {
                    advance();
                }
            } else if (now - lookedNanos > LOOK_NANOS) {
                lookedNanos = now;
                advance();
                demandNotStuck(now - progressNanos);
            }
            if (!walk.isBehind()) {
                caughtUpNanos = now;
                LockSupport.parkNanos(POLL_NANOS);
            } else if (now - caughtUpNanos > BEHIND_NANOS && now - lookedNanos > LOOK_NANOS) {
                lookedNanos = now;
                demandNotInTheWay(now - caughtUpNanos);
            }
        }
    }

    /// A follower that catches up now and then is quick enough. One that does not, while half of
    /// the log is kept for it alone, is what the server's writers are as slow as.
    private void demandNotInTheWay(long behindNanos) {
        long behindBytes = consumer.writtenLsn() - walk.position();
        if (behindBytes > capacityBytes / 2) {
            throw new UnavailableException(
                    Problem.of(BackupError.REDO_FOLLOWER_BEHIND)
                            .what(
                                    "the server has written %s of redo that could not be copied yet,"
                                            + " and is ahead for %d s; its log holds %s",
                                    Text.bytes(behindBytes),
                                    TimeUnit.NANOSECONDS.toSeconds(behindNanos),
                                    Text.bytes(capacityBytes))
                            .where("LSN %d", walk.position())
                            .remedy(
                                    "Name a quicker disk with `--spool-dir`, give the server more of"
                                            + " innodb_redo_log_capacity, or run the backup when less is"
                                            + " written."));
        }
    }

    private void advance() {
        if (walk.position() > advancedLsn) {
            consumer.advance(walk.position());
            advancedLsn = walk.position();
        }
    }

    /// A server at rest writes nothing, and the walk stands still for hours; but what the server
    /// has written must come to be read.
    private void demandNotStuck(long quietNanos) {
        if (quietNanos < STUCK_NANOS) {
            return;
        }
        long writtenLsn = consumer.writtenLsn();
        for (int look = 0; look < LOOKS_MAX; look++) {
            // A look may meet the server in the middle of writing a block.
            if (walk.step() > 0 || walk.reaches(writtenLsn)) {
                return;
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
        throw new UnavailableException(
                Problem.of(BackupError.REDO_LOST)
                        .what(
                                "the redo log cannot be read on for %d s (%s), but the server has"
                                        + " written up to LSN %d",
                                TimeUnit.NANOSECONDS.toSeconds(quietNanos), walk.stop(), writtenLsn)
                        .where("LSN %d", walk.position())
                        .remedy(
                                "Check that the data directory is this server's own; run the backup"
                                        + " again."));
    }

    /// Throws what ended the follower, if something did.
    void demandWell() {
        Throwable failed = failure;
        switch (failed) {
            case null -> {}
            case HoldfastException problem -> throw problem;
            default -> throw new IllegalStateException("the redo follower failed", failed);
        }
    }

    /// Waits until the log is held up to `lsn`, and ends the follower.
    ///
    /// @throws UnavailableException with `REDO_LOST` if that takes longer than `atMost`
    void finishAt(long lsn, Duration atMost) {
        wantedLsn = lsn;
        try {
            boolean isEnded = ended.await(atMost.toNanos(), TimeUnit.NANOSECONDS);
            demandWell();
            if (!isEnded || !isReached) {
                throw new UnavailableException(
                        Problem.of(BackupError.REDO_LOST)
                                .what(
                                        "the redo log was not written up to the backup's end"
                                                + " within %d s",
                                        atMost.toSeconds())
                                .where("LSN %d", lsn)
                                .remedy("Run the backup again."));
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new InterruptedWorkException(
                    Problem.of(CoreError.INTERRUPTED)
                            .what("stopped while waiting for the end of the redo log")
                            .remedy(""));
        }
    }

    /// The walk, which is the caller's after [#finishAt]; its files are closed.
    RedoWalk walk() {
        if (ended.getCount() > 0) {
            throw new IllegalStateException("the follower still runs");
        }
        return walk;
    }

    /// Ends the follower; when this returns, the server keeps no redo for it. Not in a hurry even
    /// if this thread is interrupted: the other side is the server.
    @Override
    public void close() {
        isStopping = true;
        LockSupport.unpark(thread);
        boolean isInterrupted = false;
        while (true) {
            try {
                ended.await();
                break;
            } catch (InterruptedException _) {
                isInterrupted = true;
            }
        }
        if (isInterrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
