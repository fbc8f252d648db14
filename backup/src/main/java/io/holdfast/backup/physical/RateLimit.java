package io.holdfast.backup.physical;

import java.util.concurrent.TimeUnit;

/// Keeps all copying threads together below a rate. Thread-safe.
public final class RateLimit {
    /// What may be read at once after a pause, so that the rate holds within a tenth of a second.
    private static final long BURST_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final long bytesPerSecond;
    private long dueNanos = System.nanoTime();

    /// @param bytesPerSecond 0 for no limit
    public RateLimit(long bytesPerSecond) {
        this.bytesPerSecond = bytesPerSecond;
    }

    /// Waits until so many more bytes may be read.
    public void take(int byteCount) {
        if (bytesPerSecond == 0) {
            return;
        }
        long waitMillis;
        synchronized (this) {
            long now = System.nanoTime();
            dueNanos = Math.max(dueNanos, now - BURST_NANOS);
            waitMillis = Math.max(0, TimeUnit.NANOSECONDS.toMillis(dueNanos - now));
            dueNanos += (long) (byteCount * 1e9 / bytesPerSecond);
        }
        Pause.millis(waitMillis);
    }
}
