package io.holdfast.backup.archive;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// Growing pauses between attempts: 0.1 s, doubled each time up to 5 s, from the beginning again
/// when the last attempt held for longer than that. Confined to one thread.
final class Pauses {
    private static final long FIRST_MILLIS = 100;
    private static final long LONGEST_MILLIS = 5_000;

    private final CountDownLatch stopped;
    private long nextMillis = FIRST_MILLIS;
    private long endedNanos = System.nanoTime();

    /// @param stopped ends a pause at once
    Pauses(CountDownLatch stopped) {
        this.stopped = stopped;
    }

    long nextMillis() {
        boolean heldLong =
                System.nanoTime() - endedNanos > TimeUnit.MILLISECONDS.toNanos(LONGEST_MILLIS);
        if (heldLong) {
            nextMillis = FIRST_MILLIS;
        }
        return nextMillis;
    }

    void pause() {
        long millis = nextMillis();
        nextMillis = Math.min(LONGEST_MILLIS, millis * 2);
        try {
            var _ = stopped.await(millis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            stopped.countDown();
        }
        endedNanos = System.nanoTime();
    }
}
