package io.holdfast.servertests.torture;

import io.holdfast.servertests.TestServer;
import java.nio.file.Path;
import java.util.List;

/// The torture as `bench/torture.sh` runs it: `CYCLES SEED [short]`, a line for each cycle, the
/// counts of all at the end; status 1 if a restore was not what it had to be.
final class TortureBench {
    private static final long PAUSE_NANOS = 500_000;

    private TortureBench() {}

    public static void main(String[] arguments) {
        int cycles = Integer.parseInt(arguments[0]);
        long seed = Long.parseLong(arguments[1]);
        boolean isShort = arguments.length > 2 && arguments[2].equals("short");
        var all = new Counts();
        int bad = 0;
        for (int i = 0; i < cycles; i++) {
            Course course = Course.draw(seed + i, isShort);
            Path folder = TestServer.temporaryFolder();
            var cycle = new Cycle(course, folder, PAUSE_NANOS);
            System.out.println("cycle " + i + ", seed " + course.seed() + ": " + course.describe());
            long began = System.nanoTime();
            List<String> faults = faults(cycle);
            long seconds = (System.nanoTime() - began) / 1_000_000_000L;
            all.add(cycle.counts());
            if (faults.isEmpty()) {
                System.out.println("  good, " + seconds + " s");
            } else {
                bad++;
                System.out.println("  BAD, " + seconds + " s, see " + folder);
                faults.forEach(fault -> System.out.println("  " + fault));
                System.out.println(
                        "  replay: bench/torture.sh --cycles 1 --seed "
                                + course.seed()
                                + (isShort ? " --short" : ""));
            }
            all.add("cycles", 1);
        }
        System.out.print(all);
        System.out.println((cycles - bad) + " of " + cycles + " cycles good");
        System.exit(bad == 0 ? 0 : 1);
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
