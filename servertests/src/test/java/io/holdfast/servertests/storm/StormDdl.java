package io.holdfast.servertests.storm;

import io.holdfast.client.ConnectOptions;
import io.holdfast.client.Session;
import io.holdfast.core.SqlErrorException;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/// One session that changes the schema, again and again, in random ways.
final class StormDdl {
    private static final int PARTITIONS_MAX = 5;

    /// A kind of DDL, for counting, with its statement.
    private record Change(String kind, String statement) {}

    private final Storm storm;
    private final ConnectOptions root;
    private final SchemaLog log;
    private final Duration pause;
    private final AtomicBoolean stop;
    private final Random random;
    private final StringBuilder places = new StringBuilder();
    private final AtomicLong number = new AtomicLong();
    private final Map<String, Integer> kinds = new TreeMap<>();
    private int wandering;
    private int shown;
    private int partitions = 1;
    private boolean hasColumn;
    private boolean hasIndex;
    private boolean hasExtra;
    private boolean hasProcedure;
    private boolean hasTrigger;

    StormDdl(Storm storm, ConnectOptions root, SchemaLog log, Duration pause, AtomicBoolean stop) {
        this.storm = storm;
        this.root = root;
        this.log = log;
        this.pause = pause;
        this.stop = stop;
        this.random = new Random(storm.seed());
        for (int table = 0; table < storm.tables(); table++) {
            places.append(table);
        }
    }

    /// How many statements have run.
    long count() {
        return number.get();
    }

    /// How many of each kind have run; to be asked when all is over.
    Map<String, Integer> kinds() {
        return kinds;
    }

    /// Changes the schema until the storm is stopped.
    void run() {
        try (Session session = Session.open(root)) {
            log.write(session, 0, places.toString());
            while (!stop.get()) {
                Change change = draw();
                execute(session, number.get() + 1, change.statement());
                log.write(session, number.get() + 1, places.toString());
                kinds.merge(change.kind(), 1, Integer::sum);
                number.incrementAndGet();
                LockSupport.parkNanos(pause.toNanos());
            }
        }
    }

    private void execute(Session session, long next, String statement) {
        while (true) {
            session.execute(storm.next(Storm.DDL, next));
            try {
                session.execute(statement);
                session.execute("SET gtid_next = AUTOMATIC");
                return;
            } catch (SqlErrorException lostDeadlock) {
                Retry.demand(lostDeadlock);
                session.execute("ROLLBACK");
            }
        }
    }

    private Change draw() {
        return switch (random.nextInt(11)) {
            case 0 -> {
                hasColumn = !hasColumn;
                yield hasColumn
                        ? new Change(
                                "add column",
                                "ALTER TABLE bank.accounts0 ADD COLUMN added INT DEFAULT 5,"
                                        + " ALGORITHM=INPLACE")
                        : new Change("drop column", "ALTER TABLE bank.accounts0 DROP COLUMN added");
            }
            case 1 -> {
                hasIndex = !hasIndex;
                yield hasIndex
                        ? new Change(
                                "add index", "CREATE INDEX by_balance ON bank.accounts0 (balance)")
                        : new Change("drop index", "DROP INDEX by_balance ON bank.accounts0");
            }
            case 2 -> {
                hasExtra = !hasExtra;
                yield hasExtra
                        ? new Change("create table", "CREATE TABLE bank.extra (id INT)")
                        : new Change("drop table", "DROP TABLE bank.extra");
            }
            case 3 -> new Change("truncate", "TRUNCATE TABLE bank.scratch");
            case 4 ->
                    new Change(
                            "rename",
                            "RENAME TABLE bank.wandering"
                                    + wandering
                                    + " TO bank.wandering"
                                    + ++wandering);
            case 5, 6 -> swap();
            case 7 -> {
                shown++;
                yield shown % 2 == 1
                        ? new Change("drop view", "DROP VIEW bank.shown" + (shown - 1))
                        : new Change(
                                "create view",
                                "CREATE VIEW bank.shown"
                                        + shown
                                        + " AS SELECT id FROM bank.accounts0");
            }
            case 8 -> {
                hasProcedure = !hasProcedure;
                yield hasProcedure
                        ? new Change("create procedure", "CREATE PROCEDURE bank.p() SELECT 1")
                        : new Change("drop procedure", "DROP PROCEDURE bank.p");
            }
            case 9 -> {
                hasTrigger = !hasTrigger;
                yield hasTrigger
                        ? new Change(
                                "create trigger",
                                "CREATE TRIGGER bank.t BEFORE INSERT ON bank.scratch FOR EACH ROW"
                                        + " SET NEW.id = NEW.id")
                        : new Change("drop trigger", "DROP TRIGGER bank.t");
            }
            default ->
                    new Change(
                            "alter partition",
                            partitions > PARTITIONS_MAX
                                    ? "ALTER TABLE bank.parted DROP PARTITION p" + --partitions
                                    : "ALTER TABLE bank.parted ADD PARTITION (PARTITION p"
                                            + partitions++
                                            + " VALUES LESS THAN ("
                                            + partitions * 100
                                            + "))");
        };
    }

    /// Two tables of equal definition change places: nothing but their rows tells.
    private Change swap() {
        int table = random.nextInt(1, storm.tables());
        int other = table % (storm.tables() - 1) + 1;
        char moved = places.charAt(table);
        places.setCharAt(table, places.charAt(other));
        places.setCharAt(other, moved);
        return new Change(
                "swap",
                "RENAME TABLE bank.accounts"
                        + table
                        + " TO bank.aside, bank.accounts"
                        + other
                        + " TO bank.accounts"
                        + table
                        + ", bank.aside TO bank.accounts"
                        + other);
    }
}
