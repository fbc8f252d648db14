package io.holdfast.backup.clone;

import io.holdfast.client.CloneDonor;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// Breaks a clone off that has held DDL back for too long. Thread-safe.
final class CloneWatch implements AutoCloseable {
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile boolean isOver;

    CloneWatch(CloneDonor donor, Duration atMost) {
        Thread.ofVirtual()
                .name("clone-watch")
                .start(() -> {
                    try {
                        if (!closed.await(atMost.toNanos(), TimeUnit.NANOSECONDS)) {
                            isOver = true;
                            donor.abort();
                        }
                    } catch (InterruptedException _) {
                        // Nobody does.
                    }
                });
    }

    /// Whether it broke the clone off.
    boolean isOver() {
        return isOver;
    }

    @Override
    public void close() {
        closed.countDown();
    }
}
