package io.holdfast.servertests.torture;

import io.holdfast.client.Session;
import io.holdfast.mysqld.Folders;
import io.holdfast.servertests.TestServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;

/// How far a server's list of changed pages is to be trusted, as `bench/tracking.sh` runs it:
/// `SERVERS SEED anew|goes-on`. Each server is killed three times under the torture's load, soon
/// after its tracking was asked for, and its list of what changed since is compared with its files;
/// `anew` has it begin the list anew first, as a backup does. Status 1 if a page was not listed.
final class TrackingBench {
    private static final int KILLS = 3;
    private static final int COMPARISONS = 2;
    private static final long PAUSE_NANOS = 500_000;

    private final boolean isAnew;
    private final SplittableRandom random;
    private final Counts counts;

    private TrackingBench(boolean isAnew, SplittableRandom random, Counts counts) {
        this.isAnew = isAnew;
        this.random = random;
        this.counts = counts;
    }

    public static void main(String[] arguments) throws Exception {
        int servers = Integer.parseInt(arguments[0]);
        long seed = Long.parseLong(arguments[1]);
        boolean isAnew = arguments[2].equals("anew");
        var counts = new Counts();
        for (int i = 0; i < servers; i++) {
            new TrackingBench(isAnew, new SplittableRandom(seed + i), counts).run();
        }
        System.out.print(counts);
        System.exit(counts.of("pages not listed") == 0 ? 0 : 1);
    }

    private void run() throws IOException {
        Path elsewhere = TestServer.temporaryFolder();
        try (var server =
                TestServer.start(
                        "--innodb-redo-log-capacity=8M",
                        "--innodb-buffer-pool-size=40M",
                        "--innodb-flush-log-at-trx-commit=0",
                        "--innodb-directories=" + elsewhere)) {
            try (Session root = root(server)) {
                Ledger.open(root, elsewhere, Writers.COUNT, false);
                root.execute("INSTALL COMPONENT 'file://component_mysqlbackup'");
            }
            long count = follow(server, 0, -1);
            for (int i = 0; i < KILLS; i++) {
                Load load = load(server);
                pause(1, 10);
                load.breakOff(() -> Cycle.kill(server));
                server.restart();
                count = follow(server, COMPARISONS, count);
            }
        } finally {
            Folders.remove(elsewhere);
        }
    }

    /// Compares so many stretches of load.
    ///
    /// @param lastCount where the count before the last kill began
    /// @return where the newest count began
    private long follow(TestServer server, int comparisons, long lastCount) throws IOException {
        try (Session root = root(server)) {
            root.execute("DROP TABLE IF EXISTS bank.imported");
            var witness = new ListWitness(server, root);
            long count = witness.begin(isAnew);
            boolean isOld = count == lastCount;
            long since = underLock(root, witness::checkpoint);
            for (int i = 0; i < comparisons; i++) {
                Load load = load(server);
                pause(100, 800);
                long from = since;
                String kind = isOld ? "counts that went on: " : "new counts: ";
                long next = witness.begin(false);
                since = load.imports().whileNone(() -> compare(root, witness, from, kind));
                load.stop();
                isOld = isOld && next == count; // what comes now is counted from `next`
                count = next;
            }
            return count;
        }
    }

    private long compare(Session root, ListWitness witness, long since, String kind) {
        return underLock(
                root,
                () -> {
                    long until = witness.checkpoint();
                    ListWitness.Finding found = witness.compare(since, until);
                    counts.add(kind + "comparisons", 1);
                    counts.add(kind + "pages changed", found.changed());
                    if (found.missing() > 0) {
                        counts.add(kind + "comparisons with pages not listed", 1);
                        counts.add("pages not listed", found.missing());
                    }
                    return until;
                });
    }

    private interface Look {
        long take() throws IOException;
    }

    private static long underLock(Session root, Look look) {
        root.execute("LOCK INSTANCE FOR BACKUP");
        try {
            return look.take();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        } finally {
            root.execute("UNLOCK INSTANCE");
        }
    }

    private Load load(TestServer server) {
        return Load.start(server, random.split(), PAUSE_NANOS, false);
    }

    private void pause(int millisMin, int millisMax) {
        LockSupport.parkNanos(Duration.ofMillis(random.nextInt(millisMin, millisMax)).toNanos());
    }

    private static Session root(TestServer server) {
        return Session.open(server.as("root", ""));
    }
}
