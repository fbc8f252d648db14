package io.holdfast.servertests.logical;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.backup.logical.LogicalBackupOptions;
import io.holdfast.client.Session;
import io.holdfast.core.SqlErrorException;
import io.holdfast.core.UnavailableException;
import io.holdfast.repository.BackupReader;
import io.holdfast.repository.logical.SchemaLine;
import io.holdfast.repository.logical.TableContent;
import io.holdfast.repository.logical.TableLine;
import io.holdfast.servertests.TestServer;
import io.holdfast.testkit.Seeded;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Backups while tables are written, altered, truncated, renamed and dropped all the time. Each is
/// of one moment, or fails and says why.
///
/// The witness is in the data: every transaction moves an amount from one account to another, in
/// two tables, and counts itself in a third. In any one moment the amounts add up to zero and the
/// counter equals the number of log rows. A backup that mixes two moments shows another sum.
@Seeded
class DdlStormTest {
    private static final int TABLES = 6;
    private static final int NULL = 0xFB;

    @Test
    void withBackupAdminNearlyAllBackupsSucceedAndAllAreOfOneMoment(RandomGenerator random)
            throws Exception {
        assertThat(storm(random, "root", "", 5)).isGreaterThanOrEqualTo(4);
    }

    @Test
    void withoutBackupAdminBackupsAreOfOneMomentOrFailLoudly(RandomGenerator random)
            throws Exception {
        assertThat(storm(random, "plain", "secret", 2)).isBetween(0, 2);
    }

    private static int storm(RandomGenerator random, String user, String password, int backups)
            throws Exception {
        try (var server = TestServer.start()) {
            prepare(server);
            var stop = new AtomicBoolean();
            var transactions = new AtomicLong();
            List<Thread> threads = new ArrayList<>();
            List<Throwable> failures = java.util.Collections.synchronizedList(new ArrayList<>());
            for (int i = 0; i < 4; i++) {
                long seed = random.nextLong();
                threads.add(start(failures, () -> write(server, seed, stop, transactions)));
            }
            long seed = random.nextLong();
            threads.add(start(failures, () -> define(server, seed, stop)));
            int succeeded = 0;
            try {
                for (int i = 0; i < backups; i++) {
                    succeeded += oneBackup(server, user, password) ? 1 : 0;
                }
            } finally {
                stop.set(true);
                for (Thread thread : threads) {
                    thread.join();
                }
            }
            assertThat(failures).isEmpty();
            assertThat(transactions.get()).isPositive();
            return succeeded;
        }
    }

    private static Thread start(List<Throwable> failures, Runnable work) {
        return Thread.ofVirtual()
                .start(() -> {
                    try {
                        work.run();
                    } catch (RuntimeException | AssertionError failure) {
                        failures.add(failure);
                    }
                });
    }

    private static void prepare(TestServer server) {
        try (Session root = BackedUp.root(server)) {
            root.execute("CREATE DATABASE bank");
            root.execute("CREATE USER plain IDENTIFIED BY 'secret'");
            root.execute(
                    "GRANT SELECT, SHOW VIEW, TRIGGER, EVENT, PROCESS, RELOAD, LOCK TABLES,"
                            + " REPLICATION CLIENT, REPLICATION SLAVE ON *.* TO plain");
            for (int i = 0; i < TABLES; i++) {
                root.execute(
                        "CREATE TABLE bank.moves"
                                + i
                                + " (id BIGINT PRIMARY KEY AUTO_INCREMENT, amount INT NOT NULL,"
                                + " filler VARCHAR(200) NOT NULL)");
            }
        }
    }

    private static void write(
            TestServer server, long seed, AtomicBoolean stop, AtomicLong transactions) {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        try (Session session = BackedUp.root(server)) {
            while (!stop.get()) {
                int amount = random.nextInt(1, 1000);
                int from = random.nextInt(TABLES);
                int to = random.nextInt(TABLES);
                try {
                    session.execute("BEGIN");
                    session.execute(insert(from, -amount));
                    session.execute(insert(to, amount));
                    session.execute("COMMIT");
                    session.execute("DO SLEEP(0.005)");
                    transactions.incrementAndGet();
                } catch (SqlErrorException failure) {
                    // A deadlock with DDL: the transaction was rolled back, or is now.
                    session.execute("ROLLBACK");
                }
            }
        }
    }

    private static String insert(int table, int amount) {
        return "INSERT INTO bank.moves"
                + table
                + " (amount, filler) VALUES ("
                + amount
                + ", REPEAT('x', 150))";
    }

    private static void define(TestServer server, long seed, AtomicBoolean stop) {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        int number = 0;
        try (Session session = BackedUp.root(server)) {
            while (!stop.get()) {
                int table = random.nextInt(TABLES);
                String name = "bank.moves" + table;
                List<String> statements =
                        switch (random.nextInt(6)) {
                            case 0 ->
                                    List.of(
                                            "ALTER TABLE "
                                                    + name
                                                    + " ADD COLUMN c"
                                                    + number
                                                    + " INT DEFAULT 5");
                            case 1 ->
                                    List.of(
                                            "ALTER TABLE "
                                                    + name
                                                    + " ADD INDEX i"
                                                    + number
                                                    + " (amount)",
                                            "ALTER TABLE " + name + " DROP INDEX i" + number);
                            case 2 -> List.of("ALTER TABLE " + name + " FORCE");
                            case 3 ->
                                    List.of(
                                            "CREATE TABLE bank.extra"
                                                    + number
                                                    + " (id INT PRIMARY KEY)",
                                            "DROP TABLE bank.extra" + number);
                            case 4 ->
                                    List.of(
                                            "RENAME TABLE "
                                                    + name
                                                    + " TO bank.aside, bank.moves"
                                                    + (table + 1) % TABLES
                                                    + " TO "
                                                    + name
                                                    + ", bank.aside TO bank.moves"
                                                    + (table + 1) % TABLES);
                            default ->
                                    List.of(
                                            "CREATE OR REPLACE VIEW bank.v AS SELECT "
                                                    + number
                                                    + " AS n FROM "
                                                    + name);
                        };
                for (String statement : statements) {
                    try {
                        session.execute(statement);
                    } catch (SqlErrorException failure) {
                        // It may have lost a deadlock; that is the application's life. But the
                        // backup must never be the reason.
                        assertThat(failure.number()).as(statement).isIn(1060, 1205, 1213);
                    }
                }
                number++;
                // The server waits, so that there is some DDL each second and not nothing else.
                session.execute("DO SLEEP(0.3)");
            }
        }
    }

    private static boolean oneBackup(TestServer server, String user, String password)
            throws IOException {
        BackedUp backup;
        try {
            backup =
                    BackedUp.of(
                            BackedUp.as(server, user, password),
                            LogicalBackupOptions.defaults()
                                    .withThreads(3)
                                    .withChunkBytes(256 << 10)
                                    .withTries(20, 2));
        } catch (UnavailableException failure) {
            return false;
        }
        assertThat(sumOfAmounts(backup)).as("sum of all moves in one moment").isZero();
        return true;
    }

    private static long sumOfAmounts(BackedUp backup) throws IOException {
        BackupReader reader = backup.repository().openBackup(backup.report().backup());
        long sum = 0;
        for (TableLine line : backup.chunks()) {
            if (line instanceof TableLine.Chunk chunk) {
                int columns = valueCount(backup, chunk.table());
                try (InputStream in = reader.open(chunk.stream())) {
                    for (long row = 0; row < chunk.rows(); row++) {
                        for (int column = 0; column < columns; column++) {
                            String value = value(in);
                            if (column == 1 && value != null) {
                                sum += Long.parseLong(value);
                            }
                        }
                    }
                    assertThat(in.read()).isEqualTo(-1);
                }
            }
        }
        return sum;
    }

    private static int valueCount(BackedUp backup, int table) {
        for (SchemaLine object : backup.objects()) {
            TableContent content = object.table();
            if (content != null && content.number() == table) {
                return content.valueCount();
            }
        }
        throw new AssertionError("no table has number " + table);
    }

    private static @Nullable String value(InputStream in) throws IOException {
        int first = in.read();
        if (first == NULL) {
            return null;
        }
        int bytes = first < NULL ? first : in.read() | in.read() << 8;
        return new String(in.readNBytes(bytes), java.nio.charset.StandardCharsets.UTF_8);
    }
}
