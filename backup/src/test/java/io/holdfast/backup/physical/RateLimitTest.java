package io.holdfast.backup.physical;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.core.TaskScope;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

final class RateLimitTest {
    private static final int RATE = 10_000_000;
    private static final int PIECE = 100_000;
    private static final long BURST_MILLIS = 100;

    /// Four threads take 5 MB together, for which one needs half a second.
    @Test
    void allThreadsTogetherStayBelowTheRate() {
        var limit = new RateLimit(RATE);
        long began = System.nanoTime();
        try (var threads = new TaskScope("taker", 4)) {
            for (int i = 0; i < 50; i++) {
                threads.fork(() -> {
                    limit.take(PIECE);
                    return null;
                });
            }
            threads.join();
        }
        // The last piece need not be waited for, only what was taken before it.
        assertThat(millisSince(began)).isBetween(490 - BURST_MILLIS - 10, 5_000L);
    }

    /// Who did not read for a while may not read all the more afterwards.
    @Test
    void aPauseIsNoCredit() {
        var limit = new RateLimit(RATE);
        LockSupport.parkNanos(Duration.ofMillis(600).toNanos());
        long began = System.nanoTime();
        for (int i = 0; i < 50; i++) {
            limit.take(PIECE);
        }
        assertThat(millisSince(began)).isGreaterThanOrEqualTo(490 - BURST_MILLIS - 50);
    }

    @Test
    void withoutALimitNothingWaits() {
        var limit = new RateLimit(0);
        long began = System.nanoTime();
        for (int i = 0; i < 1000; i++) {
            limit.take(Integer.MAX_VALUE);
        }
        assertThat(millisSince(began)).isLessThan(5_000);
    }

    private static long millisSince(long began) {
        return Duration.ofNanos(System.nanoTime() - began).toMillis();
    }
}
