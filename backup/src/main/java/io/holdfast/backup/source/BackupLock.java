package io.holdfast.backup.source;

import io.holdfast.client.Session;
import io.holdfast.core.HoldfastException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// The server's backup lock (`LOCK INSTANCE FOR BACKUP`), which keeps DDL and account management
/// out, for a bounded time. When the time is over it is let go, and tables whose rows are still to
/// come are watched by other means, or the backup ends.
///
/// Thread-safe.
public final class BackupLock implements AutoCloseable {
    private final Session session;
    private final long beganNanos = System.nanoTime();
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile boolean isHeld = true;
    private long heldNanos;

    private BackupLock(Session session, Duration atMost) {
        this.session = session;
        Thread.ofVirtual().name("backup-lock").start(() -> releaseAfter(atMost));
    }

    /// Takes over a session that has just locked the instance. The lock closes it.
    public static BackupLock of(Session session, Duration atMost) {
        return new BackupLock(session, atMost);
    }

    private void releaseAfter(Duration atMost) {
        try {
            if (!closed.await(atMost.toNanos(), TimeUnit.NANOSECONDS)) {
                var _ = release();
            }
        } catch (InterruptedException _) {
            var _ = release();
        }
    }

    /// Whether the lock is held at this moment: the server was asked, so that a session that died
    /// is noticed.
    public synchronized boolean isHeld() {
        return isHeld && failure(session::ping) == null;
    }

    /// Whether it was let go, by its owner or because its time was over. Costs nothing.
    public boolean isReleased() {
        return !isHeld;
    }

    /// Lets the lock go.
    ///
    /// @return whether it had been held without a break until now
    public synchronized boolean release() {
        if (!isHeld) {
            return false;
        }
        isHeld = false;
        heldNanos = System.nanoTime() - beganNanos;
        return failure(() -> session.execute("UNLOCK INSTANCE")) == null;
    }

    /// Lets the lock go when it was held for that long, if its time is not over before.
    public void shorten(Duration atMost) {
        Duration left = atMost.minus(held());
        if (left.isPositive()) {
            Thread.ofVirtual().name("backup-lock").start(() -> releaseAfter(left));
        } else {
            var _ = release();
        }
    }

    /// Runs a statement on the session that has the lock: of all sessions only this one may lock
    /// tables for a flush while the lock is held.
    public synchronized void execute(String sql) {
        session.execute(sql);
    }

    /// How long it was held, or has been until now.
    public synchronized Duration held() {
        return Duration.ofNanos(isHeld ? System.nanoTime() - beganNanos : heldNanos);
    }

    private static @Nullable HoldfastException failure(Runnable action) {
        try {
            action.run();
            return null;
        } catch (HoldfastException failure) {
            return failure;
        }
    }

    @Override
    public void close() {
        closed.countDown();
        var _ = release();
        session.close();
    }
}
