package io.holdfast.backup.logical;

import io.holdfast.client.Session;
import io.holdfast.core.HoldfastException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// Ends a session that holds, or waits for, a lock that stops writers, once its time is over. The
/// server is told to kill it, because a server does not notice that a client which waits for a lock
/// has gone; then the connection is closed, so that the waiting thread wakes up.
final class LockGuard implements AutoCloseable {
    private final CountDownLatch released = new CountDownLatch(1);
    private final Thread watch;
    private volatile boolean isFired;

    private LockGuard(Session killer, Session guarded, Duration atMost) {
        this.watch =
                Thread.ofVirtual().name("lock-guard").start(() -> await(killer, guarded, atMost));
    }

    /// Begins to watch.
    ///
    /// @param killer a session of the same account, used by nobody else meanwhile
    static LockGuard arm(Session killer, Session guarded, Duration atMost) {
        return new LockGuard(killer, guarded, atMost);
    }

    private void await(Session killer, Session guarded, Duration atMost) {
        try {
            if (released.await(atMost.toNanos(), TimeUnit.NANOSECONDS)) {
                return;
            }
        } catch (InterruptedException _) {
            // Whoever interrupts wants the lock gone.
        }
        isFired = true;
        try {
            killer.execute("KILL CONNECTION " + guarded.connectionId());
        } catch (HoldfastException _) {
            // It has ended by itself, or the server is gone: either way the lock is, too.
        }
        guarded.abort();
    }

    /// Whether the time was over. Certain only after [#close()].
    boolean isFired() {
        return isFired;
    }

    /// Ends the watch; when this returns, it will not fire any more.
    @Override
    public void close() {
        released.countDown();
        boolean isInterrupted = false;
        while (true) {
            try {
                watch.join();
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
