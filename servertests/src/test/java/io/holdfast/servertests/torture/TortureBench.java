package io.holdfast.servertests.torture;

import io.holdfast.servertests.TestServer;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// The torture as `bench/torture.sh` runs it: `CYCLES SEED [short]`, a line for each cycle, the
/// counts of all at the end; status 1 if a restore was not what it had to be. A cycle whose source
/// stands still by itself is void, and counts as neither.
final class TortureBench {
    private static final long PAUSE_NANOS = 500_000;
    private static final int MINUTES_MAX = 10;

    /// Short cycles take half a minute.
    private static final int SHORT_MINUTES_MAX = 4;

    private TortureBench() {}

    public static void main(String[] arguments) throws Exception {
        int cycles = Integer.parseInt(arguments[0]);
        long seed = Long.parseLong(arguments[1]);
        boolean isShort = arguments.length > 2 && arguments[2].equals("short");
        var all = new Counts();
        for (int i = 0; i < cycles; i++) {
            Course course = Course.draw(seed + i, isShort);
            Path folder = TestServer.temporaryFolder();
            var cycle = new Cycle(course, folder, PAUSE_NANOS);
            System.out.println("cycle " + i + ", seed " + course.seed() + ": " + course.describe());
            long began = System.nanoTime();
            Outcome outcome = run(cycle, isShort ? SHORT_MINUTES_MAX : MINUTES_MAX);
            long seconds = (System.nanoTime() - began) / 1_000_000_000L;
            all.add(cycle.counts());
            all.add("cycles " + outcome.verdict(), 1);
            System.out.println("  " + outcome.verdict() + ", " + seconds + " s");
            if (outcome.verdict() != Verdict.GOOD) {
                System.out.println("  see " + folder);
                outcome.faults().forEach(fault -> System.out.println("  " + fault));
                System.out.println(
                        "  replay: bench/torture.sh --cycles 1 --seed "
                                + course.seed()
                                + (isShort ? " --short" : ""));
            }
            if (outcome.verdict() == Verdict.ENDLESS) {
                break; // what it left running would disturb the next ones
            }
        }
        System.out.print(all);
        long good = all.of("cycles " + Verdict.GOOD);
        System.out.println(good + " of " + cycles + " cycles good");
        System.exit(good + all.of("cycles " + Verdict.VOID) == cycles ? 0 : 1);
    }

    private enum Verdict {
        GOOD,
        BAD,

        /// The source stood still by itself: nothing was tried.
        VOID,
        ENDLESS
    }

    private record Outcome(Verdict verdict, List<String> faults) {}

    private static Outcome run(Cycle cycle, int minutesMax) throws Exception {
        var faults = new CompletableFuture<List<String>>();
        Thread.ofPlatform().daemon().start(() -> faults.complete(faults(cycle)));
        try {
            List<String> found = faults.get(minutesMax, TimeUnit.MINUTES);
            return new Outcome(found.isEmpty() ? Verdict.GOOD : Verdict.BAD, found);
        } catch (TimeoutException _) {
            return cycle.killSourceOutOfRedo()
                    ? new Outcome(Verdict.VOID, faults.get(minutesMax, TimeUnit.MINUTES))
                    : new Outcome(Verdict.ENDLESS, List.of("it did not end"));
        }
    }

    private static List<String> faults(Cycle cycle) {
        try {
            return cycle.run();
        } catch (RuntimeException | AssertionError failure) {
            failure.printStackTrace(System.out);
            return List.of(failure.toString());
        }
    }
}
