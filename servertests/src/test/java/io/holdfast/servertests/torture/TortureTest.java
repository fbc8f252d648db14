package io.holdfast.servertests.torture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.holdfast.servertests.TestServer;
import io.holdfast.servertests.torture.BoundedCycle.Verdict;
import io.holdfast.testkit.Seeded;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/// Goal: whatever happens on a server, each backup of it restores to exactly its moment, and from
/// there to every later one. Method: see [Cycle]; `bench/torture.sh` is the same for hours.
@Seeded
class TortureTest {
    private static final int CYCLES = 3;
    private static final int MINUTES_MAX = 6;

    /// Some 1,500 transactions a second of all writers together.
    private static final long PAUSE_NANOS = 2_000_000;

    @Test
    void everyBackupRestoresWhateverHappened(RandomGenerator random) throws Exception {
        long seed = random.nextInt(1_000_000);
        for (int cycle = 0; cycle < CYCLES; cycle++) {
            Course course = Course.draw(seed + cycle, true);
            BoundedCycle outcome =
                    BoundedCycle.run(
                            new Cycle(course, TestServer.temporaryFolder(), PAUSE_NANOS),
                            MINUTES_MAX);
            // Some servers with little redo log run out of it for ever, without any backup.
            assumeThat(outcome.verdict()).isNotEqualTo(Verdict.VOID);
            assertThat(outcome.faults())
                    .as(
                            "%s; replay: bench/torture.sh --short --cycles 1 --seed %d",
                            course.describe(), course.seed())
                    .isEmpty();
        }
    }
}
