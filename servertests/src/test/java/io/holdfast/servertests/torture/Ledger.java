package io.holdfast.servertests.torture;

import io.holdfast.client.Session;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The tables that writers work on, one of each kind that lies differently on disk, and what must
/// hold of them between any two transactions.
///
/// - `a` and `b`: amounts move between them; their sum never changes.
/// - [#SIDES]: each transaction adds 1 to a row of one of them, and says in `log` of which: so the
///   sum of each is the number of log lines that name it.
/// - `old` and `listed`: without transactions, written alone. What they hold at a moment shows when
///   the log behind it is replayed.
/// - `counter` and `log`: a writer's transactions are numbered without a gap.
final class Ledger {
    static final int ROWS = 200;
    static final long TOTAL = 2L * ROWS * 500;
    static final int BULK_ROWS = 1_500;

    /// Side tables of rows with an `id`, a number `v`, and a text `filler`.
    static final List<String> SIDES =
            List.of(
                    "zip8", "zip2", "packed", "packed4", "parts", "within", "outside", "words",
                    "places", "blobs", "vault");

    private static final String NUMBERS =
            " WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ";

    private Ledger() {}

    /// Makes the tables.
    ///
    /// @param elsewhere a folder outside of the data directory that the server knows
    /// @param writers sessions to come, numbered from 0
    /// @param isEncrypted whether the server has a keyring
    static void open(Session root, Path elsewhere, int writers, boolean isEncrypted) {
        for (String sql :
                List.of(
                        "CREATE DATABASE bank",
                        "CREATE DATABASE empty_one",
                        "USE bank",
                        "SET cte_max_recursion_depth = 100000",
                        "CREATE TABLESPACE general ADD DATAFILE 'general.ibd'",
                        table("a", ""),
                        table("b", ""),
                        table("zip8", "ROW_FORMAT=COMPRESSED KEY_BLOCK_SIZE=8"),
                        table("zip2", "ROW_FORMAT=COMPRESSED KEY_BLOCK_SIZE=2"),
                        table("packed", "COMPRESSION='zlib'"),
                        table("packed4", "COMPRESSION='lz4'"),
                        table("parts", "PARTITION BY HASH(id) PARTITIONS 4"),
                        table("within", "TABLESPACE general"),
                        table("outside", "DATA DIRECTORY '" + elsewhere + "'"),
                        table("blobs", ""),
                        table("vault", isEncrypted ? "ENCRYPTION='Y'" : ""),
                        "CREATE TABLE words (id INT PRIMARY KEY, v BIGINT NOT NULL, filler TEXT,"
                                + " FULLTEXT by_word (filler))",
                        "CREATE TABLE places (id INT PRIMARY KEY, v BIGINT NOT NULL, filler TEXT, p"
                                + " POINT NOT NULL SRID 0 DEFAULT (POINT(1, 1)), SPATIAL INDEX"
                                + " by_place (p))",
                        "CREATE TABLE bulk (id INT PRIMARY KEY, v BIGINT NOT NULL, filler TEXT, KEY"
                                + " by_v (v))",
                        "CREATE TABLE old (id INT PRIMARY KEY, v BIGINT NOT NULL, filler TEXT)"
                                + " ENGINE=MyISAM",
                        "CREATE TABLE listed (id INT NOT NULL, filler VARCHAR(100) NOT NULL)"
                                + " ENGINE=CSV",
                        "CREATE TABLE counter (w INT PRIMARY KEY, n BIGINT NOT NULL)",
                        "CREATE TABLE log (w INT, n BIGINT, side VARCHAR(20) NOT NULL, PRIMARY KEY"
                                + " (w, n))")) {
            root.execute(sql);
        }
        List<String> filled = new ArrayList<>(SIDES);
        filled.addAll(List.of("a", "b"));
        for (String name : filled) {
            int start = name.equals("a") || name.equals("b") ? 500 : 0;
            root.execute(
                    "INSERT INTO "
                            + name
                            + " (id, v, filler)"
                            + NUMBERS
                            + ROWS
                            + ") SELECT i, "
                            + start
                            + ", REPEAT(SHA2(i, 256), 10) FROM n");
        }
        root.execute(
                "INSERT INTO bulk"
                        + NUMBERS
                        + 2 * BULK_ROWS
                        + ") SELECT i, 0, REPEAT(SHA2(i, 256), 3) FROM n");
        for (int writer = 0; writer < writers; writer++) {
            root.execute("INSERT INTO counter VALUES (" + writer + ", 0)");
        }
    }

    private static String table(String name, String options) {
        return "CREATE TABLE "
                + name
                + " (id INT PRIMARY KEY, v BIGINT NOT NULL, filler LONGTEXT) "
                + options;
    }

    /// What does not hold; nothing if the state ever was one between two transactions.
    static List<String> faults(Session session) {
        List<String> faults = new ArrayList<>();
        demand(
                session,
                "SELECT (SELECT SUM(v) FROM bank.a) + (SELECT SUM(v) FROM bank.b) - " + TOTAL,
                faults);
        for (String side : SIDES) {
            demand(
                    session,
                    "SELECT (SELECT SUM(v) FROM bank."
                            + side
                            + ") - (SELECT COUNT(*) FROM bank.log WHERE side = '"
                            + side
                            + "')",
                    faults);
        }
        demand(
                session,
                "SELECT COUNT(*) FROM bank.counter c LEFT JOIN (SELECT w, COUNT(*) lines_, MAX(n)"
                        + " last FROM bank.log GROUP BY w) l USING (w) WHERE COALESCE(lines_, 0) <>"
                        + " c.n OR COALESCE(last, 0) <> c.n",
                faults);
        // Each bulk update adds to all rows of one half, or to none.
        demand(
                session,
                "SELECT SUM(kinds) - 2 FROM (SELECT COUNT(DISTINCT v) kinds FROM bank.bulk GROUP BY"
                        + " id <= "
                        + BULK_ROWS
                        + ") h",
                faults);
        return faults;
    }

    private static void demand(Session session, String zero, List<String> faults) {
        String number = session.query(zero).only().stringOrNull(0);
        if (!"0".equals(number)) {
            faults.add(number + ", expected 0: " + zero);
        }
    }
}
