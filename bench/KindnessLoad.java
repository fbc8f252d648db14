import io.holdfast.client.ConnectOptions;
import io.holdfast.client.Secret;
import io.holdfast.client.ServerAddress;
import io.holdfast.client.Session;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.LockSupport;

/// Commits at a fixed rate, and measures each commit from the moment at which it was due, so that a
/// server that stands still shows in every commit that it kept waiting. Arguments: socket, password,
/// transactions per second, MiB of data. Each line on standard input begins a phase of that name;
/// at its end a line for each phase is printed.
final class KindnessLoad {
    private static final int WRITERS = 32;
    private static final int ROW_BYTES = 1_000;
    private static final int ROWS_A_STATEMENT = 2_000;

    private static volatile Phase phase = new Phase("warming up");
    private static volatile boolean isStopping;

    public static void main(String[] arguments) throws IOException, InterruptedException {
        var options =
                ConnectOptions.of(
                        new ServerAddress.UnixSocket(Path.of(arguments[0])),
                        "root",
                        Secret.of(arguments[1]));
        double rate = Double.parseDouble(arguments[2]);
        long rows = Math.max(ROWS_A_STATEMENT, Long.parseLong(arguments[3]) * (1 << 20) / ROW_BYTES);
        fill(options, rows);
        List<Thread> writers = new ArrayList<>();
        for (int i = 0; i < WRITERS; i++) {
            int writer = i;
            writers.add(
                    Thread.ofPlatform().start(() -> write(options, writer, rate / WRITERS, rows)));
        }
        System.out.println("ready");
        List<Phase> phases = new ArrayList<>();
        try (var in =
                new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            for (String name = in.readLine(); name != null; name = in.readLine()) {
                phase.end();
                phase = new Phase(name);
                phases.add(phase);
            }
        }
        phase.end();
        isStopping = true;
        for (Thread writer : writers) {
            writer.join();
        }
        phases.forEach(Phase::print);
    }

    private static void fill(ConnectOptions options, long rows) {
        try (Session session = Session.open(options)) {
            session.execute("CREATE DATABASE bench");
            session.execute("USE bench");
            session.execute("SET sql_log_bin = 0, cte_max_recursion_depth = 1000000");
            session.execute(
                    "CREATE TABLE t (id BIGINT PRIMARY KEY, n BIGINT NOT NULL, filler VARCHAR(1000)"
                            + " NOT NULL)");
            for (long first = 0; first < rows; first += ROWS_A_STATEMENT) {
                session.execute(
                        "INSERT INTO t WITH RECURSIVE s (i) AS (SELECT 0 UNION ALL SELECT i + 1"
                                + " FROM s WHERE i < "
                                + (ROWS_A_STATEMENT - 1)
                                + ") SELECT i + "
                                + first
                                + ", 0, REPEAT(SHA2(i + "
                                + first
                                + ", 256), 14) FROM s");
            }
        }
    }

    private static void write(ConnectOptions options, int writer, double rate, long rows) {
        var random = new SplittableRandom(writer);
        long nanos = (long) (1e9 / rate);
        long due = System.nanoTime() + random.nextLong(nanos);
        try (Session session = Session.open(options)) {
            while (!isStopping) {
                long now = System.nanoTime();
                if (due > now) {
                    LockSupport.parkNanos(due - now);
                    continue;
                }
                session.execute(
                        "UPDATE bench.t SET n = n + 1 WHERE id = " + random.nextLong(rows));
                phase.count(System.nanoTime() - now, System.nanoTime() - due);
                due += nanos;
            }
        }
    }

    /// What was measured while a phase lasted.
    private static final class Phase {
        private static final int BUCKET_MICROS = 10;
        private static final int BUCKETS = 500_000;

        private final String name;
        private final long beganNanos = System.nanoTime();
        private final AtomicLongArray commits = new AtomicLongArray(BUCKETS);
        private final AtomicLongArray waits = new AtomicLongArray(BUCKETS);
        private final AtomicLong count = new AtomicLong();
        private double seconds;

        Phase(String name) {
            this.name = name;
        }

        /// @param commitNanos from sending to the answer
        /// @param waitNanos from when it was due to the answer
        void count(long commitNanos, long waitNanos) {
            count.incrementAndGet();
            commits.incrementAndGet(bucket(commitNanos));
            waits.incrementAndGet(bucket(waitNanos));
        }

        private static int bucket(long nanos) {
            return (int) Math.min(BUCKETS - 1, nanos / 1_000 / BUCKET_MICROS);
        }

        void end() {
            seconds = (System.nanoTime() - beganNanos) / 1e9;
        }

        void print() {
            System.out.printf(
                    "%s: %.1f s, %.0f commits per second; commit p50 %.2f ms, p99 %.2f ms, longest"
                            + " %.0f ms; from when it was due p99 %.2f ms, longest %.0f ms%n",
                    name,
                    seconds,
                    count.get() / seconds,
                    millis(commits, 0.5),
                    millis(commits, 0.99),
                    millis(commits, 1),
                    millis(waits, 0.99),
                    millis(waits, 1));
        }

        private static double millis(AtomicLongArray buckets, double share) {
            long all = 0;
            for (int i = 0; i < BUCKETS; i++) {
                all += buckets.get(i);
            }
            long below = 0;
            for (int i = 0; i < BUCKETS; i++) {
                below += buckets.get(i);
                if (below > 0 && below >= all * share) {
                    return (i + 1) * BUCKET_MICROS / 1e3;
                }
            }
            return 0;
        }
    }
}
