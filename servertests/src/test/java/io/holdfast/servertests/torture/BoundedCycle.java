package io.holdfast.servertests.torture;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// How a cycle of the torture went that had a time to end in.
///
/// @param faults what was not as it had to be
record BoundedCycle(Verdict verdict, List<String> faults) {
    enum Verdict {
        GOOD,
        BAD,

        /// The source stood still by itself: nothing was tried.
        VOID,
        ENDLESS
    }

    /// Runs one. What an endless one left running goes on.
    static BoundedCycle run(Cycle cycle, int minutesMax) throws Exception {
        var faults = new CompletableFuture<List<String>>();
        Thread.ofPlatform().daemon().start(() -> faults.complete(faults(cycle)));
        try {
            List<String> found = faults.get(minutesMax, TimeUnit.MINUTES);
            return new BoundedCycle(found.isEmpty() ? Verdict.GOOD : Verdict.BAD, found);
        } catch (TimeoutException _) {
            return cycle.killSourceOutOfRedo()
                    ? new BoundedCycle(Verdict.VOID, faults.get(minutesMax, TimeUnit.MINUTES))
                    : new BoundedCycle(Verdict.ENDLESS, List.of("it did not end"));
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
