package io.holdfast.servertests.torture;

import io.holdfast.client.Session;
import io.holdfast.core.SqlErrorException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;

/// One session that changes the schema all the time: tables of its own in any way, the [Ledger]'s
/// tables in ways that keep their rows, tablespaces, undo tablespaces, schemas.
///
/// Confined to one thread, but for [#takeKinds()].
final class RandomDdl {
    private static final int SCHEMAS = 3;
    private static final int TABLES = 5;
    private static final int SPACES = 2;
    private static final String ROTATE_KEY = "rotate key";

    /// The present state was drawn too late for the statement: the thing is there already, or not
    /// there any more, or of another kind.
    private static final Set<Integer> USUAL =
            Set.of(
                    1007, // schema exists
                    1008, // no such schema
                    1031, // not for this kind of table
                    1049, // no such schema
                    1050, // table exists
                    1051, // no such table
                    1060, // column exists
                    1061, // index exists
                    1072, // no such column
                    1091, // no such index
                    1146, // no such table
                    1205, // waited for a lock for too long
                    1213, // deadlock
                    1412, // table was altered
                    1478, // option not for this tablespace
                    1505, // not partitioned
                    1508, // the last partition
                    1528, // no tablespace made
                    1529, // no tablespace dropped
                    1813, // tablespace exists
                    1859, // an index built meanwhile met a change twice
                    1845, // not INPLACE
                    1846, // not INPLACE, for a reason
                    3120, // tablespace not empty
                    3121, // undo tablespace: a server that was killed has left its file
                    3510, // no such tablespace
                    3655, // undo tablespaces: too few
                    3656, // undo tablespace in use
                    3825 // table and tablespace not both encrypted
                    );

    private static final String FILL =
            " (v, filler) WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i <"
                    + " 300) SELECT i, REPEAT(SHA2(i, 256), 8) FROM n";

    /// A kind of DDL, for counting, with its statements.
    private record Change(String kind, List<String> statements) {
        Change(String kind, String statement) {
            this(kind, List.of(statement));
        }
    }

    private final RandomGenerator random;
    private final Import imports;
    private final Map<String, Integer> kinds = new TreeMap<>();
    private final boolean isEncrypted;

    RandomDdl(RandomGenerator random, Import imports, boolean isEncrypted) {
        this.random = random;
        this.imports = imports;
        this.isEncrypted = isEncrypted;
    }

    /// How many of each kind succeeded since this was asked last.
    Map<String, Integer> takeKinds() {
        synchronized (kinds) {
            Map<String, Integer> taken = Map.copyOf(kinds);
            kinds.clear();
            return taken;
        }
    }

    /// Changes the schema until it is to stop.
    void run(Session session, BooleanSupplier isStopping) {
        session.execute("SET lock_wait_timeout = 60");
        session.execute("SET innodb_lock_wait_timeout = 5");
        session.execute("USE bank");
        while (!isStopping.getAsBoolean()) {
            Change change = draw();
            try {
                if (change.statements().isEmpty()) {
                    imports.run(session);
                }
                if (change.kind().equals(ROTATE_KEY)) {
                    imports.unlessBackup(() -> change.statements().forEach(session::execute));
                } else {
                    change.statements().forEach(session::execute);
                }
                count(change.kind());
            } catch (SqlErrorException failure) {
                if (!USUAL.contains(failure.number())) {
                    throw new AssertionError(change.kind() + ": " + change.statements(), failure);
                }
                count("(no effect)");
            }
        }
    }

    private void count(String kind) {
        synchronized (kinds) {
            kinds.merge(kind, 1, Integer::sum);
        }
    }

    private Change draw() {
        return switch (random.nextInt(6)) {
            case 0 -> schemaOrSpace();
            case 1 -> ofLedger();
            case 2 -> special();
            case 3 -> comeOrGo();
            case 4 -> altered();
            default -> moved();
        };
    }

    private String schema() {
        return "s" + random.nextInt(SCHEMAS);
    }

    private String table() {
        return schema() + ".t" + random.nextInt(TABLES);
    }

    private String space() {
        return "g" + random.nextInt(SPACES);
    }

    private String options() {
        return switch (random.nextInt(8)) {
            case 0 -> "ROW_FORMAT=COMPRESSED KEY_BLOCK_SIZE=4";
            case 1 -> "COMPRESSION='zlib'";
            case 2 -> "COMPRESSION='lz4'";
            case 3 -> "PARTITION BY HASH(id) PARTITIONS 3";
            case 4 -> "TABLESPACE " + space();
            case 5 -> isEncrypted ? "ENCRYPTION='Y'" : "ROW_FORMAT=REDUNDANT";
            case 6 -> "ROW_FORMAT=COMPACT";
            default -> "";
        };
    }

    private Change schemaOrSpace() {
        return switch (random.nextInt(9)) {
            case 0, 1, 2, 3 -> new Change("create schema", "CREATE DATABASE " + schema());
            case 4 -> new Change("drop schema", "DROP DATABASE " + schema());
            case 5, 6 -> {
                String name = space();
                yield new Change(
                        "create tablespace",
                        "CREATE TABLESPACE " + name + " ADD DATAFILE '" + name + ".ibd'");
            }
            case 7 -> new Change("drop tablespace", "DROP TABLESPACE " + space());
            default ->
                    new Change(
                            "rename tablespace",
                            List.of(
                                    "ALTER TABLESPACE general RENAME TO g_other",
                                    "ALTER TABLESPACE g_other RENAME TO general"));
        };
    }

    private Change comeOrGo() {
        String name = table();
        return switch (random.nextInt(7)) {
            case 0, 1, 2 ->
                    new Change(
                            "create and fill",
                            List.of(
                                    "CREATE TABLE "
                                            + name
                                            + " (id INT AUTO_INCREMENT PRIMARY KEY, v INT, filler"
                                            + " TEXT) "
                                            + options(),
                                    "INSERT INTO " + name + FILL));
            case 3 ->
                    new Change(
                            "create as select",
                            "CREATE TABLE "
                                    + name
                                    + " (id INT AUTO_INCREMENT PRIMARY KEY) SELECT id, v, filler FROM bank.bulk"
                                    + " LIMIT 500");
            case 4 -> new Change("truncate", "TRUNCATE TABLE " + name);
            default -> new Change("drop", "DROP TABLE " + name);
        };
    }

    private Change moved() {
        String from = table();
        String to = table();
        return switch (random.nextInt(4)) {
            case 0 ->
                    new Change(
                            "swap",
                            "RENAME TABLE "
                                    + from
                                    + " TO bank.aside, "
                                    + to
                                    + " TO "
                                    + from
                                    + ", bank.aside TO "
                                    + to);
            case 1 ->
                    new Change(
                            "swap of accounts",
                            "RENAME TABLE bank.a TO bank.aside, bank.b TO bank.a, bank.aside TO"
                                    + " bank.b");
            case 2 -> new Change("fill", "INSERT INTO " + from + FILL);
            default -> new Change("rename", "RENAME TABLE " + from + " TO " + to);
        };
    }

    private Change altered() {
        String name =
                switch (random.nextInt(6)) {
                    case 0 -> "bank.a";
                    case 1 -> "bank.bulk";
                    default -> table();
                };
        String alter = "ALTER TABLE " + name;
        return switch (random.nextInt(10)) {
            case 0 -> new Change("add column", alter + " ADD COLUMN extra INT DEFAULT 7");
            case 1 ->
                    new Change(
                            "add column in place",
                            alter + " ADD COLUMN extra INT DEFAULT 7, ALGORITHM=INPLACE");
            case 2 -> new Change("drop column", alter + " DROP COLUMN extra");
            case 3, 4 -> new Change("add index", alter + " ADD INDEX added (v, filler(20))");
            case 5 -> new Change("drop index", alter + " DROP INDEX added");
            case 6 -> new Change("add partition", alter + " ADD PARTITION PARTITIONS 1");
            case 7 -> new Change("coalesce partition", alter + " COALESCE PARTITION 1");
            case 8 -> new Change("into a tablespace", alter + " TABLESPACE " + space());
            default ->
                    new Change("out of a tablespace", alter + " TABLESPACE innodb_file_per_table");
        };
    }

    private Change ofLedger() {
        List<String> names = new ArrayList<>(Ledger.SIDES);
        names.addAll(List.of("a", "b", "bulk", "log"));
        String name = "bank." + names.get(random.nextInt(names.size()));
        return switch (random.nextInt(5)) {
            case 0 -> new Change("rebuild", "ALTER TABLE " + name + " FORCE");
            case 1 -> new Change("copy", "ALTER TABLE " + name + " ENGINE=InnoDB, ALGORITHM=COPY");
            case 2 -> new Change("optimize", "OPTIMIZE TABLE " + name);
            case 3 -> new Change("analyze", "ANALYZE TABLE " + name);
            default ->
                    new Change(
                            "add and drop index",
                            List.of(
                                    "ALTER TABLE " + name + " ADD INDEX passing (v)",
                                    "ALTER TABLE " + name + " DROP INDEX passing"));
        };
    }

    private Change special() {
        return switch (random.nextInt(isEncrypted ? 12 : 6)) {
            case 0 ->
                    new Change(
                            "full-text rebuild",
                            List.of(
                                    "ALTER TABLE bank.words DROP INDEX by_word",
                                    "ALTER TABLE bank.words ADD FULLTEXT INDEX by_word (filler)"));
            case 1 ->
                    new Change(
                            "create undo tablespace",
                            "CREATE UNDO TABLESPACE more ADD DATAFILE 'more.ibu'");
            case 2 ->
                    new Change(
                            "undo tablespace inactive", "ALTER UNDO TABLESPACE more SET INACTIVE");
            case 3 -> new Change("undo tablespace active", "ALTER UNDO TABLESPACE more SET ACTIVE");
            case 4 -> new Change("drop undo tablespace", "DROP UNDO TABLESPACE more");
            case 5 -> new Change("import tablespace", List.of());
            case 6 -> new Change(ROTATE_KEY, "ALTER INSTANCE ROTATE INNODB MASTER KEY");
            case 7 -> new Change("encrypt", "ALTER TABLE bank.vault ENCRYPTION='Y'");
            case 8 -> new Change("decrypt", "ALTER TABLE bank.vault ENCRYPTION='N'");
            case 9 ->
                    new Change(
                            "encrypt undo",
                            "SET GLOBAL innodb_undo_log_encrypt = " + random.nextInt(2));
            case 10 ->
                    new Change(
                            "encrypt dictionary",
                            "ALTER TABLESPACE mysql ENCRYPTION='"
                                    + (random.nextBoolean() ? "Y" : "N")
                                    + "'");
            default ->
                    new Change(
                            "encrypt a tablespace",
                            "ALTER TABLESPACE general ENCRYPTION='"
                                    + (random.nextBoolean() ? "Y" : "N")
                                    + "'");
        };
    }
}
