import io.holdfast.client.ConnectOptions;
import io.holdfast.client.Rows;
import io.holdfast.client.Secret;
import io.holdfast.client.ServerAddress;
import io.holdfast.client.Session;
import io.holdfast.core.GtidInterval;
import io.holdfast.core.GtidSet;
import io.holdfast.core.GtidSource;
import io.holdfast.core.HoldfastException;
import io.holdfast.repository.BackupId;
import io.holdfast.repository.BackupReader;
import io.holdfast.repository.Repository;
import io.holdfast.repository.logical.JsonLines;
import io.holdfast.repository.logical.ObjectKind;
import io.holdfast.repository.logical.SchemaLine;
import io.holdfast.repository.logical.TableLine;
import io.holdfast.store.DirectoryStore;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/// Writes and changes the schema so that the state of the data follows from a GTID set alone, and
/// compares backups with that state.
///
/// Each writer, and the one session that runs DDL, has a UUID of its own and says the number of each
/// transaction itself (`SET gtid_next`). Transaction k of writer w is drawn from the seed (w, k): so
/// `uuid_w:1-n` in a backup's GTID set says what every account must hold. After the k-th DDL the
/// definitions are written to a file: `uuid_ddl:1-k` says which definitions the backup must have.
///
/// `run SOCKET PASSWORD WRITES_PER_SECOND FOLDER` until the file FOLDER/stop is there;
/// `check REPOSITORY FOLDER BACKUP…` compares.
final class StormLoad {
    private static final int WRITERS = 16;
    private static final int TABLES = 6;
    private static final int ACCOUNTS = 50_000;
    private static final int WRITES_PER_TRANSACTION = 3;
    private static final AtomicLong longestNanos = new AtomicLong();
    private static final AtomicLong transactions = new AtomicLong();
    private static final AtomicLong lost = new AtomicLong();

    public static void main(String[] arguments) throws Exception {
        if (arguments[0].equals("run")) {
            run(arguments);
        } else {
            check(arguments);
        }
    }

    private static UUID uuid(int writer) {
        return new UUID(0x5705_0000_0000_4000L, 0x8000_0000_0000_0000L + writer);
    }

    // ---------------------------------------------------------------- the load

    private static void run(String[] arguments) throws Exception {
        var options =
                ConnectOptions.of(
                        new ServerAddress.UnixSocket(Path.of(arguments[1])),
                        "root",
                        Secret.of(arguments[2]));
        double rate = Double.parseDouble(arguments[3]) / WRITES_PER_TRANSACTION / WRITERS;
        Path folder = Files.createDirectories(Path.of(arguments[4]));
        prepare(options, folder);
        List<Thread> threads = new ArrayList<>();
        long begin = System.nanoTime();
        for (int i = 1; i <= WRITERS; i++) {
            int writer = i;
            threads.add(Thread.ofPlatform().start(() -> write(options, writer, begin, rate, folder)));
        }
        threads.add(Thread.ofPlatform().start(() -> define(options, folder)));
        while (!isStopped(folder)) {
            long count = transactions.get();
            Thread.sleep(1000);
            long now = transactions.get();
            Files.writeString(
                    folder.resolve("rates"),
                    (now - count) * WRITES_PER_TRANSACTION + " "
                            + longestNanos.getAndSet(0) / 1_000_000 + "\n",
                    java.nio.file.StandardOpenOption.CREATE,
                    java.nio.file.StandardOpenOption.APPEND);
        }
        for (Thread thread : threads) {
            thread.join();
        }
        double seconds = (System.nanoTime() - begin) / 1e9;
        System.out.printf(
                "load: %d transactions of %d writes in %.0f s, %.0f writes per second; %d lost a"
                        + " deadlock with DDL and were written again%n",
                transactions.get(),
                WRITES_PER_TRANSACTION,
                seconds,
                transactions.get() * WRITES_PER_TRANSACTION / seconds,
                lost.get());
    }

    private static boolean isStopped(Path folder) {
        return Files.exists(folder.resolve("stop"));
    }

    private static void prepare(ConnectOptions options, Path folder) throws IOException {
        try (Session session = Session.open(options)) {
            session.execute("SET cte_max_recursion_depth = 1000000");
            session.execute("CREATE DATABASE bank");
            session.execute("USE bank"); // WITH wants one
            session.execute("CREATE USER plain IDENTIFIED BY 'secret'");
            session.execute(
                    "GRANT SELECT, SHOW VIEW, TRIGGER, EVENT, PROCESS, RELOAD, LOCK TABLES,"
                            + " REPLICATION CLIENT, REPLICATION SLAVE ON *.* TO plain");
            session.execute("CREATE TABLE bank.counters (writer INT PRIMARY KEY, n BIGINT NOT NULL)");
            for (int i = 1; i <= WRITERS; i++) {
                session.execute("INSERT INTO bank.counters VALUES (" + i + ", 0)");
            }
            for (int i = 0; i < TABLES; i++) {
                session.execute(
                        "CREATE TABLE bank.accounts" + i + " (id INT PRIMARY KEY, balance BIGINT NOT"
                                + " NULL, filler VARCHAR(200) NOT NULL)");
                session.execute(
                        "INSERT INTO bank.accounts" + i + " WITH RECURSIVE s(n) AS (SELECT 0 UNION"
                                + " ALL SELECT n + 1 FROM s WHERE n < " + (ACCOUNTS - 1)
                                + ") SELECT n, 0, CONCAT(" + i + ", REPEAT(SHA2(n, 256), 2)) FROM s");
            }
            session.execute(
                    "CREATE TABLE bank.parted (id INT PRIMARY KEY) PARTITION BY RANGE (id) (PARTITION"
                            + " p0 VALUES LESS THAN (100))");
            session.execute("INSERT INTO bank.parted VALUES (1), (2), (3)");
            session.execute("CREATE TABLE bank.scratch (id INT PRIMARY KEY)");
            session.execute("CREATE TABLE bank.wandering0 (id INT PRIMARY KEY)");
            session.execute("CREATE VIEW bank.shown0 AS SELECT id FROM bank.accounts0");
            writeDefinitions(session, folder, 0, "012345");
        }
    }

    /// The transfer that transaction `number` of a writer makes.
    private record Transfer(int fromTable, int from, int toTable, int to, int amount) {
        static Transfer of(int writer, long number) {
            var random = new Random(writer * 0x9E37_79B9_7F4A_7C15L + number * 0xBF58_476DL);
            return new Transfer(
                    random.nextInt(TABLES),
                    random.nextInt(ACCOUNTS),
                    random.nextInt(TABLES),
                    random.nextInt(ACCOUNTS),
                    random.nextInt(1, 1000));
        }
    }

    private static void write(
            ConnectOptions options, int writer, long begin, double rate, Path folder) {
        long number = 1;
        long due = begin;
        try (Session session = Session.open(options)) {
            while (!isStopped(folder)) {
                Transfer transfer = Transfer.of(writer, number);
                long started = System.nanoTime();
                try {
                    session.execute("SET gtid_next = '" + uuid(writer) + ":" + number + "'");
                    session.execute("BEGIN");
                    session.execute(
                            "UPDATE bank.accounts" + transfer.fromTable + " SET balance = balance - "
                                    + transfer.amount + " WHERE id = " + transfer.from);
                    session.execute(
                            "UPDATE bank.accounts" + transfer.toTable + " SET balance = balance + "
                                    + transfer.amount + " WHERE id = " + transfer.to);
                    session.execute("UPDATE bank.counters SET n = n + 1 WHERE writer = " + writer);
                    session.execute("COMMIT");
                } catch (HoldfastException failure) {
                    lost.incrementAndGet();
                    session.execute("ROLLBACK");
                    continue;
                }
                number++;
                transactions.incrementAndGet();
                long now = System.nanoTime();
                longestNanos.accumulateAndGet(now - started, Math::max);
                due += (long) (1e9 / rate);
                if (due > now) {
                    LockSupport.parkNanos(due - now);
                } else if (now - due > 1_000_000_000L) {
                    due = now; // no catching up
                }
            }
            session.execute("SET gtid_next = AUTOMATIC");
        }
    }

    private static void define(ConnectOptions options, Path folder) {
        var random = new Random(7);
        var kinds = new TreeMap<String, Integer>();
        int number = 0;
        int wandering = 0;
        var places = new StringBuilder("012345"); // which table stands where, by what its rows say
        int shown = 0;
        int partitions = 1;
        boolean hasColumn = false;
        boolean hasIndex = false;
        boolean hasExtra = false;
        boolean hasScratch = true;
        try (Session session = Session.open(options)) {
            while (!isStopped(folder)) {
                int table = random.nextInt(1, TABLES);
                String kind;
                String statement;
                switch (random.nextInt(8)) {
                    case 0 -> {
                        kind = hasColumn ? "drop column" : "add column";
                        statement =
                                "ALTER TABLE bank.accounts0 " + (hasColumn
                                        ? "DROP COLUMN added" : "ADD COLUMN added INT DEFAULT 5, ALGORITHM=INPLACE");
                        hasColumn = !hasColumn;
                    }
                    case 1 -> {
                        kind = hasIndex ? "drop index" : "add index";
                        statement =
                                hasIndex
                                        ? "DROP INDEX by_balance ON bank.accounts0"
                                        : "CREATE INDEX by_balance ON bank.accounts0 (balance)";
                        hasIndex = !hasIndex;
                    }
                    case 2 -> {
                        kind = hasExtra ? "drop table" : "create table";
                        statement = hasExtra ? "DROP TABLE bank.extra" : "CREATE TABLE bank.extra (id INT)";
                        hasExtra = !hasExtra;
                    }
                    case 3 -> {
                        kind = "truncate";
                        statement = "TRUNCATE TABLE bank.scratch";
                    }
                    case 4 -> {
                        kind = "rename";
                        statement = "RENAME TABLE bank.wandering" + wandering + " TO bank.wandering" + ++wandering;
                    }
                    case 5 -> {
                        int other = table % (TABLES - 1) + 1;
                        kind = "swap";
                        char moved = places.charAt(table);
                        places.setCharAt(table, places.charAt(other));
                        places.setCharAt(other, moved);
                        statement =
                                "RENAME TABLE bank.accounts" + table + " TO bank.aside, bank.accounts"
                                        + other + " TO bank.accounts" + table
                                        + ", bank.aside TO bank.accounts" + other;
                    }
                    case 6 -> {
                        kind = shown % 2 == 0 ? "drop view" : "create view";
                        statement =
                                shown % 2 == 0
                                        ? "DROP VIEW bank.shown" + shown
                                        : "CREATE VIEW bank.shown" + (shown + 1)
                                                + " AS SELECT id FROM bank.accounts0";
                        shown++;
                    }
                    default -> {
                        kind = "alter partition";
                        statement =
                                partitions > 5
                                        ? "ALTER TABLE bank.parted DROP PARTITION p" + --partitions
                                        : "ALTER TABLE bank.parted ADD PARTITION (PARTITION p"
                                                + partitions++ + " VALUES LESS THAN ("
                                                + (partitions * 100) + "))";
                    }
                }
                number++;
                execute(session, number, statement);
                kinds.merge(kind, 1, Integer::sum);
                writeDefinitions(session, folder, number, places.toString());
                LockSupport.parkNanos(1_000_000_000L);
            }
            Files.writeString(
                    folder.resolve("ddl"), "DDL: " + number + " statements: " + kinds + "\n");
        } catch (IOException failure) {
            throw new java.io.UncheckedIOException(failure);
        }
    }

    private static void execute(Session session, int number, String statement) {
        while (true) {
            session.execute("SET gtid_next = '" + uuid(0) + ":" + number + "'");
            try {
                session.execute(statement);
                session.execute("SET gtid_next = AUTOMATIC");
                return;
            } catch (HoldfastException failure) {
                System.out.println("DDL: " + statement + ": " + failure.problem().what());
                session.execute("ROLLBACK");
            }
        }
    }

    private static void writeDefinitions(
            Session session, Path folder, int number, String places) throws IOException {
        Files.writeString(folder.resolve("places." + number), places);
        var text = new StringBuilder();
        for (Rows.Row row : session.query("SHOW FULL TABLES FROM bank")) {
            String name = row.string(0);
            if (row.string(1).equals("VIEW")) {
                text.append("VIEW ").append(name).append("\n");
            } else {
                text.append(
                                session.query("SHOW CREATE TABLE bank." + name).only().string(1))
                        .append("\n");
            }
        }
        Files.writeString(folder.resolve("schema." + number), text);
    }

    // ---------------------------------------------------------------- the comparison

    private static void check(String[] arguments) throws Exception {
        Repository repository = Repository.open(DirectoryStore.open(Path.of(arguments[1])));
        Path folder = Path.of(arguments[2]);
        int equal = 0;
        for (int i = 3; i < arguments.length; i++) {
            String difference = difference(repository.openBackup(new BackupId(arguments[i])), folder);
            System.out.println(arguments[i] + ": " + (difference.isEmpty() ? "equal" : difference));
            equal += difference.isEmpty() ? 1 : 0;
        }
        System.out.printf("%d of %d backups equal%n", equal, arguments.length - 3);
        if (equal < arguments.length - 3) {
            System.exit(1);
        }
    }

    private static long last(GtidSet gtids, int writer) {
        List<GtidInterval> intervals = List.of();
        for (GtidSource source : gtids.sources()) {
            if (source.toString().equals(uuid(writer).toString())) {
                intervals = gtids.intervals(source);
            }
        }
        if (intervals.isEmpty()) {
            return 0;
        }
        String text = intervals.toString();
        if (intervals.size() > 1) {
            throw new AssertionError("a gap: " + text);
        }
        return intervals.getFirst().last();
    }

    private static String difference(BackupReader reader, Path folder) throws IOException {
        var state = reader.manifest().state();
        GtidSet gtids = state.gtidSet();
        long[] balances = new long[ACCOUNTS];
        long[] counters = new long[WRITERS + 1];
        long expectedTransfers = 0;
        for (int writer = 1; writer <= WRITERS; writer++) {
            long last = last(gtids, writer);
            counters[writer] = last;
            expectedTransfers += last;
            for (long number = 1; number <= last; number++) {
                Transfer transfer = Transfer.of(writer, number);
                balances[transfer.from] -= transfer.amount;
                balances[transfer.to] += transfer.amount;
            }
        }
        var definitions = new StringBuilder();
        Map<String, String> objects = new TreeMap<>();
        Map<Integer, String> names = new TreeMap<>();
        Map<Integer, Integer> columns = new TreeMap<>();
        JsonLines.read(
                reader.open(state.logical().schemaObjects()),
                "objects",
                SchemaLine.class,
                line -> {
                    if (!"bank".equals(line.schema())) {
                        return;
                    }
                    if (line.kind() == ObjectKind.TABLE) {
                        objects.put(
                                line.name(),
                                new String(
                                        line.statements().getFirst().bytes(),
                                        StandardCharsets.UTF_8));
                        names.put(line.table().number(), line.name());
                        columns.put(line.table().number(), line.table().valueCount());
                    } else if (line.kind() == ObjectKind.VIEW) {
                        objects.put(line.name(), "VIEW " + line.name());
                    }
                });
        objects.values().forEach(text -> definitions.append(text).append("\n"));
        long ddl = last(gtids, 0);
        if (!definitions.toString().equals(Files.readString(folder.resolve("schema." + ddl)))) {
            return "the definitions differ from those after DDL " + ddl + ":\n" + definitions;
        }
        List<TableLine.Chunk> chunks = new ArrayList<>();
        JsonLines.read(
                reader.open(state.logical().tables()),
                "chunks",
                TableLine.class,
                line -> {
                    if (line instanceof TableLine.Chunk chunk) {
                        chunks.add(chunk);
                    }
                });
        String places = Files.readString(folder.resolve("places." + ddl));
        long accountRows = 0;
        for (TableLine.Chunk chunk : chunks) {
            String name = names.getOrDefault(chunk.table(), "");
            if (!name.startsWith("accounts") && !name.equals("counters")) {
                continue;
            }
            try (InputStream in = reader.open(chunk.stream())) {
                for (long row = 0; row < chunk.rows(); row++) {
                    long[] values = new long[2];
                    for (int column = 0; column < columns.get(chunk.table()); column++) {
                        String value = value(in);
                        if (column < 2) {
                            values[column] = Long.parseLong(value);
                        } else if (column == 2
                                && value.charAt(0) != places.charAt(name.charAt(8) - '0')) {
                            return name + " has the rows of table " + value.charAt(0);
                        }
                    }
                    if (name.equals("counters")) {
                        counters[(int) values[0]] -= values[1];
                    } else {
                        balances[(int) values[0]] -= values[1];
                        accountRows++;
                    }
                }
            }
        }
        if (accountRows != (long) TABLES * ACCOUNTS) {
            return accountRows + " accounts";
        }
        for (int writer = 1; writer <= WRITERS; writer++) {
            if (counters[writer] != 0) {
                return "writer " + writer + " is " + counters[writer] + " transactions behind its GTIDs";
            }
        }
        for (int account = 0; account < ACCOUNTS; account++) {
            if (balances[account] != 0) {
                return "account " + account + " differs by " + balances[account];
            }
        }
        System.out.print(expectedTransfers + " transactions, " + ddl + " DDL: ");
        return "";
    }

    private static String value(InputStream in) throws IOException {
        int first = in.read();
        if (first == 0xFB) {
            return "";
        }
        int bytes = first < 0xFB ? first : in.read() | in.read() << 8;
        return new String(in.readNBytes(bytes), StandardCharsets.UTF_8);
    }
}
