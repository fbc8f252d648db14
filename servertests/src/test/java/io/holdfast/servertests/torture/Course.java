package io.holdfast.servertests.torture;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// What one cycle does, all of it drawn from its seed: how the server is set up, and what happens
/// to it before each backup. What the server makes of that in time no seed repeats.
///
/// @param redoMegabytes the redo log's capacity when the server starts
/// @param poolMegabytes its buffer pool
/// @param flushAtCommit `innodb_flush_log_at_trx_commit`
/// @param isTracked whether the page tracking component is installed
/// @param isEncrypted whether it has a keyring, and encrypts some of its files
/// @param threads of a backup
/// @param visits one for each backup, in order
/// @param restored which of the backups are restored, by their index, in order
record Course(
        long seed,
        int redoMegabytes,
        int poolMegabytes,
        int flushAtCommit,
        boolean isTracked,
        boolean isEncrypted,
        int threads,
        List<Visit> visits,
        List<Integer> restored) {
    static final int REDO_MEGABYTES_MIN = 8;
    static final int REDO_MEGABYTES_MAX = 100;

    private static final int BACKUPS = 4; // one full, three incremental

    /// What becomes of the source between two backups.
    enum Fate {
        RUNS_ON,
        RESTARTED,
        KILLED
    }

    /// A stretch of load, what ends it, and the backup after it.
    ///
    /// @param load how long writers and DDL run before
    /// @param redoMegabytes the capacity is changed to this meanwhile
    /// @param openAfter DDL is let in while the backup copies files, after so long; null if it is
    ///   held back all the time
    record Visit(Fate fate, Duration load, int redoMegabytes, @Nullable Duration openAfter) {
        private String describe() {
            return openAfter == null ? fate.toString() : fate + " open " + openAfter.toMillis();
        }
    }

    Course {
        visits = List.copyOf(visits);
        restored = List.copyOf(restored);
    }

    /// Draws a cycle.
    ///
    /// @param isShort for tests of every build: little load, one restore
    static Course draw(long seed, boolean isShort) {
        var random = new SplittableRandom(seed);
        List<Visit> visits = new ArrayList<>();
        for (int i = 0; i < BACKUPS; i++) {
            Fate fate = i == 0 || random.nextInt(3) > 0 ? Fate.RUNS_ON : killedOr(random);
            long millis = isShort ? random.nextLong(100, 300) : random.nextLong(500, 4_000);
            int redo = redoMegabytes(random);
            visits.add(new Visit(fate, Duration.ofMillis(millis), redo, openAfter(random)));
        }
        List<Integer> restored = new ArrayList<>();
        int wanted = isShort ? 1 : random.nextInt(1, BACKUPS + 1);
        while (restored.size() < wanted) {
            int index = random.nextInt(BACKUPS);
            if (!restored.contains(index)) {
                restored.add(index);
            }
        }
        return new Course(
                seed,
                redoMegabytes(random),
                random.nextInt(16, 65),
                random.nextInt(3),
                random.nextBoolean(),
                random.nextInt(3) == 0,
                random.nextInt(1, 5),
                visits,
                restored.stream().sorted().toList());
    }

    private static Fate killedOr(RandomGenerator random) {
        return random.nextBoolean() ? Fate.KILLED : Fate.RESTARTED;
    }

    private static @Nullable Duration openAfter(RandomGenerator random) {
        return random.nextBoolean() ? null : Duration.ofMillis(random.nextInt(3) * 100L);
    }

    private static int redoMegabytes(RandomGenerator random) {
        // Small ones more often: they are what a backup has to run after.
        return random.nextBoolean()
                ? REDO_MEGABYTES_MIN
                : random.nextInt(REDO_MEGABYTES_MIN, REDO_MEGABYTES_MAX + 1);
    }

    String describe() {
        return "redo "
                + redoMegabytes
                + " MiB, pool "
                + poolMegabytes
                + " MiB, flush at commit "
                + flushAtCommit
                + (isTracked ? ", page tracking" : "")
                + (isEncrypted ? ", encrypted" : "")
                + ", "
                + visits.stream().map(Visit::describe).toList()
                + ", restored "
                + restored;
    }
}
