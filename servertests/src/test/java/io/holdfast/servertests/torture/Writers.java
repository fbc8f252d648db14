package io.holdfast.servertests.torture;

import io.holdfast.client.Session;
import io.holdfast.core.SqlErrorException;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;

/// The sessions that write rows of the [Ledger].
///
/// Thread-safe but for each writer's generator.
final class Writers {
    static final int COUNT = 5;

    /// Rows are locked in any order and tables change: what an application does again then.
    private static final List<Integer> USUAL = List.of(1205, 1213, 1412, 3572);

    private static final int LARGE_CHARACTERS_MAX = 400_000;
    private static final long BULK_PAUSE_NANOS = 50_000_000;

    private final BooleanSupplier isStopping;
    private final long pauseNanos;
    private final LongAdder commits = new LongAdder();
    private final LongAdder rollbacks = new LongAdder();

    /// @param pauseNanos between two transactions of a writer
    Writers(BooleanSupplier isStopping, long pauseNanos) {
        this.isStopping = isStopping;
        this.pauseNanos = pauseNanos;
    }

    /// Since this was asked last.
    long takeCommits() {
        return commits.sumThenReset();
    }

    /// Since this was asked last.
    long takeRollbacks() {
        return rollbacks.sumThenReset();
    }

    /// Writes until it is to stop.
    ///
    /// @param writer from 0
    void write(Session session, int writer, RandomGenerator random) {
        long n =
                session.query("SELECT n FROM bank.counter WHERE w = " + writer).only().integer(0)
                        + 1;
        while (!isStopping.getAsBoolean()) {
            if (isCommitted(session, writer, n, random)) {
                n++;
                commits.increment();
            } else {
                rollbacks.increment();
            }
            LockSupport.parkNanos(pauseNanos);
        }
    }

    private static boolean isCommitted(
            Session session, int writer, long n, RandomGenerator random) {
        int amount = random.nextInt(-100, 101);
        String side = Ledger.SIDES.get(random.nextInt(Ledger.SIDES.size()));
        boolean isCommitted = random.nextInt(10) > 0;
        try {
            session.execute("BEGIN");
            session.execute("UPDATE bank.a SET v = v - " + amount + " WHERE id = " + row(random));
            session.execute("UPDATE bank.b SET v = v + " + amount + " WHERE id = " + row(random));
            session.execute(touch(side, random));
            session.execute(
                    "INSERT INTO bank.log (w, n, side) VALUES ("
                            + writer
                            + ", "
                            + n
                            + ", '"
                            + side
                            + "')");
            session.execute("UPDATE bank.counter SET n = " + n + " WHERE w = " + writer);
            session.execute(isCommitted ? "COMMIT" : "ROLLBACK");
            return isCommitted;
        } catch (SqlErrorException failure) {
            demandUsual(failure);
            session.execute("ROLLBACK");
            return false;
        }
    }

    private static String touch(String side, RandomGenerator random) {
        String filler =
                switch (side) {
                    case "words" -> "CONCAT('word', " + random.nextInt(500) + ", ' and more')";
                    case "blobs" ->
                            "REPEAT(SHA2("
                                    + random.nextInt()
                                    + ", 256), "
                                    + (random.nextInt(8) == 0
                                            ? random.nextInt(LARGE_CHARACTERS_MAX / 64)
                                            : random.nextInt(200))
                                    + ")";
                    default -> "REPEAT(SHA2(" + random.nextInt() + ", 256), 10)";
                };
        String place =
                side.equals("places")
                        ? ", p = POINT(" + random.nextInt(1000) + ", " + random.nextInt(1000) + ")"
                        : "";
        return "UPDATE bank."
                + side
                + " SET v = v + 1, filler = "
                + filler
                + place
                + " WHERE id = "
                + row(random);
    }

    private static int row(RandomGenerator random) {
        return random.nextInt(1, Ledger.ROWS + 1);
    }

    /// Updates half of the bulk table at a time; every other time it thinks better of it.
    void writeBulk(Session session, RandomGenerator random) {
        while (!isStopping.getAsBoolean()) {
            String half = random.nextBoolean() ? " <= " : " > ";
            try {
                session.execute("BEGIN");
                session.execute(
                        "UPDATE bank.bulk SET v = v + 1, filler = REPEAT(SHA2(id + "
                                + random.nextInt(1_000_000)
                                + ", 256), 3) WHERE id"
                                + half
                                + Ledger.BULK_ROWS);
                session.execute(random.nextBoolean() ? "COMMIT" : "ROLLBACK");
            } catch (SqlErrorException failure) {
                demandUsual(failure);
                session.execute("ROLLBACK");
            }
            LockSupport.parkNanos(pauseNanos + BULK_PAUSE_NANOS);
        }
    }

    /// Writes the tables without transactions, a statement at a time.
    ///
    /// @param isLeaving ends it besides
    void writeOld(Session session, BooleanSupplier isLeaving, RandomGenerator random) {
        while (!isStopping.getAsBoolean() && !isLeaving.getAsBoolean()) {
            int id = random.nextInt(Ledger.BULK_ROWS);
            try {
                session.execute(
                        switch (random.nextInt(4)) {
                            case 0 -> "DELETE FROM bank.old WHERE id = " + id;
                            case 1 -> "UPDATE bank.old SET v = v + 1 WHERE id < " + id / 10;
                            case 2 ->
                                    "INSERT INTO bank.listed VALUES ("
                                            + id
                                            + ", SHA2("
                                            + id
                                            + ", 256))";
                            default ->
                                    "REPLACE INTO bank.old VALUES ("
                                            + id
                                            + ", 0, REPEAT(SHA2("
                                            + id
                                            + ", 256), "
                                            + random.nextInt(1, 20)
                                            + "))";
                        });
            } catch (SqlErrorException failure) {
                demandUsual(failure);
            }
            LockSupport.parkNanos(pauseNanos + BULK_PAUSE_NANOS / 10);
        }
    }

    private static void demandUsual(SqlErrorException failure) {
        if (!USUAL.contains(failure.number())) {
            throw failure;
        }
    }
}
