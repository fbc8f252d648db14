package io.holdfast.servertests.storm;

import io.holdfast.client.ConnectOptions;
import io.holdfast.client.Session;
import io.holdfast.core.GtidInterval;
import io.holdfast.core.GtidSet;
import io.holdfast.core.GtidSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;

/// How large a storm is, and what follows from its GTIDs.
///
/// Each writer, and the one session that runs DDL, has a UUID of its own and says the number of
/// each transaction itself (`SET gtid_next`). Transaction k of writer w is drawn from (w, k): so
/// `uuid_w:1-n` in a GTID set says what every account must hold. What the schema is after the k-th
/// DDL is kept in a [SchemaLog].
///
/// @param writers sessions that move amounts between accounts, each transaction three writes
/// @param tables of accounts; the first one is altered, the others change places
/// @param accounts in each table
/// @param seed of the DDL
record Storm(int writers, int tables, int accounts, long seed) {
    /// Stands for the session that runs DDL where a writer's number is asked for.
    static final int DDL = 0;

    /// What one transaction does.
    record Transfer(int fromTable, int from, int toTable, int to, int amount) {}

    UUID uuid(int writer) {
        return new UUID(0x5705_0000_0000_4000L, 0x8000_0000_0000_0000L + writer);
    }

    /// The statement that gives the next transaction its GTID.
    String next(int writer, long number) {
        return "SET gtid_next = '" + uuid(writer) + ":" + number + "'";
    }

    /// @param writer from 1
    /// @param number of the writer's transaction, from 1
    Transfer transfer(int writer, long number) {
        var random = new Random(writer * 0x9E37_79B9_7F4A_7C15L + number * 0xBF58_476DL);
        return new Transfer(
                random.nextInt(tables),
                random.nextInt(accounts),
                random.nextInt(tables),
                random.nextInt(accounts),
                random.nextInt(1, 1000));
    }

    /// The number of a writer's last transaction in a GTID set; 0 if it has none.
    ///
    /// @throws AssertionError if one before it is not in the set
    long last(GtidSet gtids, int writer) {
        List<GtidInterval> intervals = new ArrayList<>();
        for (GtidSource source : gtids.sources()) {
            if (source.toString().equals(uuid(writer).toString())) {
                intervals.addAll(gtids.intervals(source));
            }
        }
        if (intervals.isEmpty()) {
            return 0;
        }
        if (intervals.size() > 1 || intervals.getFirst().first() != 1) {
            throw new AssertionError("writer " + writer + " has gaps: " + intervals);
        }
        return intervals.getFirst().last();
    }

    /// Makes the tables, and the account `plain` that has no BACKUP_ADMIN.
    void prepare(ConnectOptions root) {
        try (Session session = Session.open(root)) {
            session.execute("SET cte_max_recursion_depth = 1000000");
            session.execute("CREATE DATABASE bank");
            session.execute("USE bank"); // WITH wants one
            session.execute("CREATE USER plain IDENTIFIED BY 'secret'");
            session.execute(
                    "GRANT SELECT, SHOW VIEW, TRIGGER, EVENT, PROCESS, RELOAD, LOCK TABLES,"
                            + " REPLICATION CLIENT, REPLICATION SLAVE ON *.* TO plain");
            session.execute(
                    "CREATE TABLE bank.counters (writer INT PRIMARY KEY, n BIGINT NOT NULL)");
            for (int writer = 1; writer <= writers; writer++) {
                session.execute("INSERT INTO bank.counters VALUES (" + writer + ", 0)");
            }
            for (int table = 0; table < tables; table++) {
                String name = "bank.accounts" + table;
                session.execute(
                        "CREATE TABLE "
                                + name
                                + " (id INT PRIMARY KEY, balance BIGINT NOT NULL, filler"
                                + " VARCHAR(200) NOT NULL)");
                session.execute(
                        "INSERT INTO "
                                + name
                                + " WITH RECURSIVE s(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM s"
                                + " WHERE n < "
                                + (accounts - 1)
                                + ") SELECT n, 0, CONCAT("
                                + table
                                + ", REPEAT(SHA2(n, 256), 2)) FROM s");
                session.execute("ANALYZE TABLE " + name);
            }
            session.execute(
                    "CREATE TABLE bank.parted (id INT PRIMARY KEY) PARTITION BY RANGE (id)"
                            + " (PARTITION p0 VALUES LESS THAN (100))");
            session.execute("INSERT INTO bank.parted VALUES (1), (2), (3)");
            session.execute("CREATE TABLE bank.scratch (id INT PRIMARY KEY)");
            session.execute("CREATE TABLE bank.wandering0 (id INT PRIMARY KEY)");
            session.execute("CREATE VIEW bank.shown0 AS SELECT id FROM bank.accounts0");
        }
    }
}
