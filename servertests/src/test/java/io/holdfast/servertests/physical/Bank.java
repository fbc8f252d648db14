package io.holdfast.servertests.physical;

import io.holdfast.client.Session;
import io.holdfast.core.TaskScope;
import io.holdfast.servertests.TestServer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/// Tables of all the kinds that lie differently on disk, and writers that move amounts between two
/// of them, so that a state that never was shows.
final class Bank implements AutoCloseable {
    static final int WRITERS = 3;
    static final long TOTAL = 200 * 1000L;

    private static final String NUMBERS =
            " WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200) ";

    private final TestServer server;
    private final AtomicBoolean isStopping = new AtomicBoolean();
    private final TaskScope writers = new TaskScope("writer", WRITERS);

    private Bank(TestServer server) {
        this.server = server;
    }

    /// Makes the tables.
    ///
    /// @param elsewhere a folder that the server knows (`innodb_directories`) but not as its own
    static Bank found(TestServer server, Path elsewhere) {
        try (Session root = Taken.root(server)) {
            for (String sql :
                    List.of(
                            "CREATE DATABASE empty_one",
                            "CREATE DATABASE `odd-name$`",
                            "CREATE DATABASE bank",
                            "USE bank",
                            "CREATE TABLESPACE general ADD DATAFILE 'general.ibd'",
                            table("a", ""),
                            table("b", ""),
                            table("`odd-name$`.`t-1`", ""),
                            table("zip", "ROW_FORMAT=COMPRESSED KEY_BLOCK_SIZE=8"),
                            table("zip1", "ROW_FORMAT=COMPRESSED KEY_BLOCK_SIZE=1"),
                            table("packed", "COMPRESSION='zlib'"),
                            table("packed4", "COMPRESSION='lz4'"),
                            table("parts", "PARTITION BY HASH(id) PARTITIONS 4"),
                            table("within", "TABLESPACE general"),
                            table("outside", "DATA DIRECTORY '" + elsewhere + "'"),
                            "CREATE TABLE words (id INT PRIMARY KEY, w TEXT, FULLTEXT(w))",
                            "CREATE TABLE places (p POINT NOT NULL SRID 0, SPATIAL INDEX (p))",
                            "CREATE TABLE log (w INT, n INT, v BLOB, PRIMARY KEY (w, n))",
                            "INSERT INTO words" + NUMBERS + "SELECT i, CONCAT('word', i) FROM n",
                            "INSERT INTO places" + NUMBERS + "SELECT POINT(i, i) FROM n")) {
                root.execute(sql);
            }
            for (String name :
                    List.of(
                            "a",
                            "b",
                            "`odd-name$`.`t-1`",
                            "zip",
                            "zip1",
                            "packed",
                            "packed4",
                            "parts",
                            "within",
                            "outside")) {
                root.execute(
                        "INSERT INTO "
                                + name
                                + NUMBERS
                                + "SELECT i, 500, REPEAT(SHA2(i, 256), 20) FROM n");
            }
        }
        return new Bank(server);
    }

    private static String table(String name, String options) {
        return "CREATE TABLE " + name + " (id INT PRIMARY KEY, v INT, filler TEXT) " + options;
    }

    /// Lets the writers begin.
    void open() {
        for (int writer = 0; writer < WRITERS; writer++) {
            int number = writer;
            writers.fork(() -> {
                write(number);
                return null;
            });
        }
    }

    private void write(int writer) {
        try (Session session = Taken.root(server)) {
            for (int n = 1; !isStopping.get(); n++) {
                int id = 1 + (n * WRITERS + writer) % 198; // no two writers on one row
                for (String sql :
                        List.of(
                                "BEGIN",
                                "UPDATE bank.a SET v = v - 1 WHERE id = " + id,
                                "UPDATE bank.b SET v = v + 1 WHERE id = " + id,
                                "UPDATE bank.zip SET v = v + 1, filler = REPEAT(SHA2(RAND(), 256),"
                                        + " 20) WHERE id = "
                                        + id,
                                "UPDATE bank.packed SET v = v - 1 WHERE id = " + id,
                                "UPDATE bank.parts SET v = v + 1 WHERE id = " + id,
                                "UPDATE bank.outside SET v = v - 1 WHERE id = " + id,
                                "INSERT INTO bank.log VALUES ("
                                        + writer
                                        + ", "
                                        + n
                                        + ", RANDOM_BYTES(1024))",
                                n % 10 == 0 ? "ROLLBACK" : "COMMIT")) {
                    session.execute(sql);
                }
            }
        }
    }

    /// Stops the writers and waits for them.
    void shut() {
        isStopping.set(true);
        writers.join();
    }

    /// What is wrong with the state that a session sees; nothing if it ever was one.
    static List<String> faults(Session session) {
        List<String> faults = new ArrayList<>();
        long total =
                session.query("SELECT (SELECT SUM(v) FROM bank.a) + (SELECT SUM(v) FROM bank.b)")
                        .only()
                        .integer(0);
        if (total != TOTAL) {
            faults.add("total is " + total);
        }
        String moved = "SELECT 100000 - SUM(v) FROM bank.a";
        for (String query :
                List.of(
                        "SELECT SUM(v) - 100000 FROM bank.b",
                        "SELECT SUM(v) - 100000 FROM bank.zip",
                        "SELECT 100000 - SUM(v) FROM bank.packed",
                        "SELECT SUM(v) - 100000 FROM bank.parts",
                        "SELECT 100000 - SUM(v) FROM bank.outside",
                        "SELECT COUNT(*) FROM bank.log",
                        "SELECT SUM(last - FLOOR(last / 10)) FROM (SELECT MAX(n) last FROM bank.log"
                                + " GROUP BY w) l")) {
            if (number(session, query) != number(session, moved)) {
                faults.add(query + " is " + number(session, query));
            }
        }
        for (var row :
                session.query(
                        "SELECT CONCAT('`', TABLE_SCHEMA, '`.`', TABLE_NAME, '`') FROM"
                                + " information_schema.TABLES WHERE ENGINE = 'InnoDB'")) {
            var check =
                    session.query("CHECK TABLE " + row.string(0) + " EXTENDED").list().getLast();
            if (!check.string(3).equals("OK")) {
                faults.add(row.string(0) + ": " + check.string(3));
            }
        }
        return faults;
    }

    static long number(Session session, String query) {
        String number = session.query(query).only().stringOrNull(0);
        return number == null ? 0 : Long.parseLong(number);
    }

    @Override
    public void close() {
        isStopping.set(true);
        writers.close();
    }
}
