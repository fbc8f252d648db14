package io.holdfast.cli.demo;

import io.holdfast.client.ConnectOptions;
import io.holdfast.client.Session;
import io.holdfast.core.SqlErrorException;
import io.holdfast.core.TaskScope;
import io.holdfast.core.Text;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/// The people of the university: small transactions all the time, from several sessions, until the
/// story is over. When a table is suddenly gone they go on with what is left, as people do.
final class Writers implements AutoCloseable {
    private static final int SESSIONS = 4;

    /// Between two transactions of one session. The demo shows recovery, not a burnt-out laptop.
    private static final long PAUSE_MILLIS = 4;

    private static final int DEADLOCK = 1213;
    private static final int LOCK_WAIT = 1205;
    private static final int NO_SUCH_TABLE = 1146;

    private final ConnectOptions server;
    private final CountDownLatch stopped = new CountDownLatch(1);
    private final LongAdder committed = new LongAdder();
    private final LongAdder refused = new LongAdder();
    private final TaskScope scope = new TaskScope("writer", SESSIONS);

    private Writers(ConnectOptions server) {
        this.server = server;
    }

    static Writers start(ConnectOptions server) {
        var writers = new Writers(server);
        for (int i = 0; i < SESSIONS; i++) {
            int seed = i;
            writers.scope.fork(() -> {
                writers.write(new SplittableRandom(seed));
                return null;
            });
        }
        return writers;
    }

    /// Transactions that were committed so far.
    long committed() {
        return committed.sum();
    }

    /// Statements that failed because their table was gone.
    long refused() {
        return refused.sum();
    }

    private void write(SplittableRandom random) throws InterruptedException {
        try (Session session = Session.open(server)) {
            while (!stopped.await(PAUSE_MILLIS, TimeUnit.MILLISECONDS)) {
                try {
                    transaction(session, random);
                    committed.increment();
                } catch (SqlErrorException failure) {
                    session.execute("ROLLBACK");
                    switch (failure.number()) {
                        case NO_SUCH_TABLE -> refused.increment();
                        case DEADLOCK, LOCK_WAIT -> {}
                        default -> throw failure;
                    }
                }
            }
        }
    }

    private static void transaction(Session session, SplittableRandom random) {
        int student = 1 + random.nextInt(University.STUDENTS);
        int course = University.courseOf(student, random.nextInt(University.COURSES_PER_STUDENT));
        int what = random.nextInt(10);
        if (what < 5) {
            session.execute(
                    Text.format(
                            "INSERT INTO university.grades (student, course, points, note) VALUES (%d, %d, %s, 'é %d')",
                            student,
                            course,
                            Double.toString(random.nextInt(1000) / 9.0),
                            random.nextInt()));
        } else if (what < 7) {
            session.execute(
                    Text.format(
                            "UPDATE university.grades SET points = points * 1.01 WHERE id = %d",
                            1 + random.nextInt(University.GRADES)));
        } else if (what < 8) {
            session.execute(
                    Text.format(
                            "DELETE FROM university.grades WHERE id = %d",
                            1 + random.nextInt(University.GRADES)));
        } else {
            session.execute("BEGIN");
            session.execute(
                    Text.format(
                            "INSERT INTO university.students (name, born, profile) VALUES ('New %d', '2008-02-29', '{}')",
                            random.nextInt()));
            session.execute(
                    Text.format(
                            "INSERT INTO university.enrollments VALUES (LAST_INSERT_ID(), %d, NOW(6))",
                            1 + random.nextInt(University.COURSES)));
            session.execute("COMMIT");
        }
    }

    /// Stops writing and waits until all have ended.
    void stop() {
        stopped.countDown();
        scope.join();
    }

    @Override
    public void close() {
        stopped.countDown();
        scope.close();
    }
}
