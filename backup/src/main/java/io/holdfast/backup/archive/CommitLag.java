package io.holdfast.backup.archive;

import io.holdfast.core.Text;
import java.util.Arrays;
import java.util.function.LongSupplier;

/// How long transactions took from their commit on the server until they were durable in the
/// journal, as a histogram of fixed size. Meaningful only as far as the clocks of both machines
/// agree. Thread-safe.
public final class CommitLag {
    /// Eight buckets to every doubling, from 1 µs to beyond an hour.
    private static final int STEPS = 8;

    private final long[] counts = new long[33 * STEPS];
    private final LongSupplier nowMicros;
    private long count;
    private long maxMicros;

    CommitLag(LongSupplier nowMicros) {
        this.nowMicros = nowMicros;
    }

    /// The commit times of the transactions that one fsync made durable.
    static final class Group {
        private long[] micros = new long[64];
        private int size;

        void add(long commitMicros) {
            if (size == micros.length) {
                micros = Arrays.copyOf(micros, size * 2);
            }
            micros[size++] = commitMicros;
        }

        void clear() {
            size = 0;
        }
    }

    synchronized void record(Group durable) {
        long now = nowMicros.getAsLong();
        for (int i = 0; i < durable.size; i++) {
            long lag = Math.max(1, now - durable.micros[i]);
            counts[bucket(lag)]++;
            count++;
            maxMicros = Math.max(maxMicros, lag);
        }
    }

    private int bucket(long micros) {
        int exponent = 63 - Long.numberOfLeadingZeros(micros);
        int step = (int) (((micros - (1L << exponent)) * STEPS) >> exponent);
        return Math.min(exponent * STEPS + step, counts.length - 1);
    }

    /// What was measured so far; begins anew afterwards.
    synchronized Summary take() {
        var summary =
                new Summary(
                        count, quantile(0.5) / 1000.0, quantile(0.99) / 1000.0, maxMicros / 1000.0);
        Arrays.fill(counts, 0);
        count = 0;
        maxMicros = 0;
        return summary;
    }

    private long quantile(double share) {
        long wanted = (long) Math.ceil(count * share);
        long seen = 0;
        for (int i = 0; i < counts.length; i++) {
            seen += counts[i];
            if (seen >= wanted && seen > 0) {
                long low = 1L << (i / STEPS);
                return Math.min(maxMicros, low + low * (i % STEPS + 1) / STEPS);
            }
        }
        return 0;
    }

    /// Milliseconds from commit to durable in the journal.
    public record Summary(long transactions, double p50Millis, double p99Millis, double maxMillis) {
        @Override
        public String toString() {
            return Text.format(
                    "%d transactions, p50 %.1f ms, p99 %.1f ms, max %.1f ms",
                    transactions, p50Millis, p99Millis, maxMillis);
        }
    }
}
