package io.holdfast.servertests.torture;

import io.holdfast.client.Session;
import io.holdfast.mysqld.Folders;
import io.holdfast.servertests.TestServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;

/// How often a server comes to wait for room in its redo log for ever where no backup is taken, as
/// `bench/outofredo.sh` runs it: `SERVERS SEED untracked|tracked`. Each server is put under the
/// torture's load again and again, with 8 MiB of redo more often than with 16; `tracked` asks it to
/// track pages in the midst of each, as a backup does.
final class OutOfRedoBench {
    private static final int LOADS = 12;
    private static final int MINUTES_MAX = 5;
    private static final long PAUSE_NANOS = 500_000;
    private static final String ASKED = "DO mysqlbackup_page_track_set(1)";

    private final boolean isTracked;
    private final SplittableRandom random;
    private final Counts counts;

    private OutOfRedoBench(boolean isTracked, SplittableRandom random, Counts counts) {
        this.isTracked = isTracked;
        this.random = random;
        this.counts = counts;
    }

    public static void main(String[] arguments) throws Exception {
        int servers = Integer.parseInt(arguments[0]);
        long seed = Long.parseLong(arguments[1]);
        boolean isTracked = arguments[2].equals("tracked");
        var counts = new Counts();
        for (int i = 0; i < servers; i++) {
            new OutOfRedoBench(isTracked, new SplittableRandom(seed + i), counts).run();
        }
        System.out.print(counts);
        System.exit(0);
    }

    private void run() throws Exception {
        Path elsewhere = TestServer.temporaryFolder();
        try (var server =
                TestServer.start(
                        "--innodb-redo-log-capacity=16M",
                        "--innodb-buffer-pool-size=" + (random.nextLong(20, 60) << 20),
                        "--innodb-flush-log-at-trx-commit=" + random.nextInt(3),
                        "--innodb-max-undo-log-size=10485760",
                        "--innodb-directories=" + elsewhere)) {
            try (Session root = root(server)) {
                Ledger.open(root, elsewhere, Writers.COUNT, false);
                root.execute("INSTALL COMPONENT 'file://component_mysqlbackup'");
                if (isTracked) {
                    root.execute(ASKED);
                }
            }
            counts.add("servers", 1);
            for (int i = 0; i < LOADS && goesOn(server); i++) {
                counts.add("loads", 1);
            }
        } finally {
            Folders.remove(elsewhere);
        }
    }

    /// Puts the server under load once, which takes seconds.
    ///
    /// @return false if that did not end within minutes, in which the server said that it has no
    ///   room in its redo; it is killed then
    private boolean goesOn(TestServer server) throws Exception {
        Path log = server.folder().resolve("run/error.log");
        int before = Files.readString(log).length();
        var ended = new CompletableFuture<Void>();
        Thread.ofPlatform()
                .daemon()
                .start(() -> {
                    try {
                        load(server);
                        ended.complete(null);
                    } catch (RuntimeException | AssertionError failure) {
                        ended.completeExceptionally(failure);
                    }
                });
        try {
            ended.get(MINUTES_MAX, TimeUnit.MINUTES);
            return true;
        } catch (TimeoutException endless) {
            if (!Files.readString(log).substring(before).contains(Cycle.OUT_OF_REDO)) {
                throw endless;
            }
            counts.add("servers out of redo for ever", 1);
            server.kill();
            awaitEnd(ended);
            return false;
        }
    }

    /// The load fails now, as its server is gone.
    private static void awaitEnd(CompletableFuture<Void> ended) throws Exception {
        try {
            ended.get(MINUTES_MAX, TimeUnit.MINUTES);
        } catch (ExecutionException _) {
            // What it fails with is the server's end.
        }
    }

    private void load(TestServer server) {
        try (Load load = Load.start(server, random.split(), PAUSE_NANOS, false);
                Session root = root(server)) {
            pause();
            long megabytes = random.nextInt(4) == 0 ? 16 : 8;
            root.execute("SET GLOBAL innodb_redo_log_capacity = " + (megabytes << 20));
            pause();
            if (isTracked) {
                root.execute(ASKED);
            }
            pause();
            load.stop();
        }
    }

    private void pause() {
        LockSupport.parkNanos(Duration.ofMillis(random.nextInt(200, 900)).toNanos());
    }

    private static Session root(TestServer server) {
        return Session.open(server.as("root", ""));
    }
}
