package io.holdfast.servertests.torture;

import io.holdfast.core.TaskScope;
import io.holdfast.servertests.TestServer;
import io.holdfast.servertests.torture.BoundedCycle.Verdict;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;

/// The torture as `bench/torture.sh` runs it: `CYCLES SEED JOBS [short]`, two lines for each cycle,
/// the counts of all at the end; status 1 if a restore was not what it had to be. A cycle whose
/// source stands still by itself is void, and counts as neither.
final class TortureBench {
    private static final long PAUSE_NANOS = 500_000;
    private static final int MINUTES_MAX = 10;

    /// Short cycles take half a minute.
    private static final int SHORT_MINUTES_MAX = 4;

    private final boolean isShort;
    private final Counts all = new Counts();
    private final AtomicBoolean isEndless = new AtomicBoolean();

    private TortureBench(boolean isShort) {
        this.isShort = isShort;
    }

    public static void main(String[] arguments) throws Exception {
        int cycles = Integer.parseInt(arguments[0]);
        long seed = Long.parseLong(arguments[1]);
        int jobs = Integer.parseInt(arguments[2]);
        boolean isShort = arguments.length > 3 && arguments[3].equals("short");
        var bench = new TortureBench(isShort);
        try (var threads = new TaskScope("cycle", jobs)) {
            for (int i = 0; i < cycles; i++) {
                int number = i;
                threads.fork(() -> {
                    bench.cycle(number, seed + number);
                    return null;
                });
            }
            threads.join();
        }
        System.out.print(bench.all);
        long good = bench.all.of("cycles " + Verdict.GOOD);
        System.out.println(good + " of " + cycles + " cycles good");
        System.exit(good + bench.all.of("cycles " + Verdict.VOID) == cycles ? 0 : 1);
    }

    /// Runs one, unless another one did not end: what that left running would disturb it.
    private void cycle(int number, long seed) throws Exception {
        if (isEndless.get()) {
            return;
        }
        Course course = Course.draw(seed, isShort);
        Path folder = TestServer.temporaryFolder();
        var cycle = new Cycle(course, folder, PAUSE_NANOS);
        long began = System.nanoTime();
        BoundedCycle outcome = BoundedCycle.run(cycle, isShort ? SHORT_MINUTES_MAX : MINUTES_MAX);
        long seconds = (System.nanoTime() - began) / 1_000_000_000L;
        isEndless.compareAndSet(false, outcome.verdict() == Verdict.ENDLESS);
        synchronized (all) {
            all.add(cycle.counts());
            all.add("cycles " + outcome.verdict(), 1);
            System.out.println(
                    "cycle " + number + ", seed " + course.seed() + ": " + course.describe());
            System.out.println("  " + outcome.verdict() + ", " + seconds + " s");
            if (outcome.verdict() != Verdict.GOOD) {
                System.out.println("  see " + folder);
                outcome.faults().forEach(fault -> System.out.println("  " + fault));
                System.out.println(
                        "  replay: bench/torture.sh --cycles 1 --seed "
                                + course.seed()
                                + (isShort ? " --short" : ""));
            }
        }
    }
}
