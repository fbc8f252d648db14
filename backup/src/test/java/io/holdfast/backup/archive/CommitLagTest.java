package io.holdfast.backup.archive;

import static org.assertj.core.api.Assertions.assertThat;

import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

class CommitLagTest {
    @Test
    void quantilesAreWithinAnEighth() {
        var lag = new CommitLag(() -> 1_000_000);
        var group = new CommitLag.Group();
        for (int micros = 1; micros <= 100_000; micros++) {
            group.add(1_000_000 - micros);
        }
        lag.record(group);
        CommitLag.Summary summary = lag.take();
        assertThat(summary.transactions()).isEqualTo(100_000);
        assertThat(summary.p50Millis()).isCloseTo(50, Percentage.withPercentage(12.5));
        assertThat(summary.p99Millis()).isCloseTo(99, Percentage.withPercentage(12.5));
        assertThat(summary.maxMillis()).isEqualTo(100);
        assertThat(lag.take().transactions()).isZero();
    }

    @Test
    void aServersClockThatIsAheadCountsAsNoLag() {
        var lag = new CommitLag(() -> 10);
        var group = new CommitLag.Group();
        group.add(5_000_000);
        lag.record(group);
        assertThat(lag.take().maxMillis()).isEqualTo(0.001);
    }
}
