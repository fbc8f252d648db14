package io.holdfast.servertests.physical;

import io.holdfast.client.Session;
import io.holdfast.servertests.TestServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Stream;

/// What may happen to a server between two backups.
final class Changes {
    private static final String UNDO_EMPTY =
            "SELECT COUNT(*) FROM information_schema.INNODB_TABLESPACES WHERE NAME ="
                    + " 'innodb_undo_001' AND STATE = 'empty'";

    /// Puts a table's files aside, and changes the table.
    static void export(Session root, TestServer server) throws IOException {
        root.execute("CREATE TABLE bank.brought AS SELECT * FROM bank.a");
        root.execute("FLUSH TABLES bank.brought FOR EXPORT");
        for (String file : List.of("brought.ibd", "brought.cfg")) {
            Files.copy(
                    server.dataFolder().resolve("bank").resolve(file),
                    server.folder().resolve(file));
        }
        root.execute("UNLOCK TABLES");
        root.execute("UPDATE bank.brought SET v = v + 1");
    }

    /// Brings those files back past the buffer pool.
    static void importAgain(Session root, TestServer server) throws IOException {
        root.execute("ALTER TABLE bank.brought DISCARD TABLESPACE");
        for (String file : List.of("brought.ibd", "brought.cfg")) {
            Files.copy(
                    server.folder().resolve(file),
                    server.dataFolder().resolve("bank").resolve(file),
                    StandardCopyOption.REPLACE_EXISTING);
        }
        root.execute("ALTER TABLE bank.brought IMPORT TABLESPACE");
    }

    /// Makes, drops, renames, swaps, empties and rebuilds tables of a [Bank].
    static void changeSchemas(Session root) {
        for (String sql :
                List.of(
                        "CREATE DATABASE empty_two",
                        "CREATE TABLE bank.fresh AS SELECT * FROM bank.within",
                        "DROP TABLE bank.places",
                        "RENAME TABLE bank.zip1 TO `odd-name$`.moved",
                        "RENAME TABLE bank.within TO bank.x, bank.packed4 TO bank.within, bank.x TO"
                                + " bank.packed4",
                        "TRUNCATE bank.words",
                        "ALTER TABLE bank.b ADD INDEX (v)",
                        "ALTER TABLE bank.`packed4` ADD COLUMN more INT DEFAULT 7",
                        "OPTIMIZE TABLE bank.a")) {
            run(root, sql);
        }
    }

    /// Undoes much of it, by other statements.
    static void changeSchemasBack(Session root) {
        for (String sql :
                List.of(
                        "DROP DATABASE empty_one",
                        "DROP TABLE bank.fresh",
                        "RENAME TABLE `odd-name$`.moved TO bank.zip1, `odd-name$`.`t-1` TO"
                                + " `odd-name$`.moved",
                        "ALTER TABLE bank.b DROP INDEX v",
                        "CREATE TABLE empty_two.t (id INT PRIMARY KEY)",
                        "OPTIMIZE TABLE bank.zip")) {
            run(root, sql);
        }
    }

    private static void run(Session root, String sql) {
        if (sql.startsWith("OPTIMIZE")) {
            var _ = root.query(sql).list();
        } else {
            root.execute(sql);
        }
    }

    /// The tablespace gets another number, and its pages are other ones.
    static void truncateUndo(Session root) {
        root.execute("CREATE UNDO TABLESPACE third ADD DATAFILE 'third.ibu'");
        root.execute("ALTER UNDO TABLESPACE innodb_undo_001 SET INACTIVE");
        Waiting.untilAtLeast(root, UNDO_EMPTY, 1);
        root.execute("ALTER UNDO TABLESPACE innodb_undo_001 SET ACTIVE");
    }

    /// 900 rows of some 600 bytes.
    static void fill(Session root, String table) {
        root.execute(
                "INSERT INTO "
                        + table
                        + " WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i"
                        + " < 900) SELECT i, i, REPEAT('x', 600) FROM n");
    }

    /// Copies a stopped server's files.
    static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> entries = Files.walk(from)) {
            for (Path entry : entries.toList()) {
                Path target = to.resolve(from.relativize(entry).toString());
                if (Files.isDirectory(entry)) {
                    Files.createDirectories(target);
                } else if (Files.isRegularFile(entry)) {
                    Files.copy(entry, target, StandardCopyOption.COPY_ATTRIBUTES);
                }
            }
        }
    }

    private Changes() {}
}
