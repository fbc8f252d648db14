package io.holdfast.servertests.physical;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.backup.BackupError;
import io.holdfast.backup.physical.PhysicalBackup;
import io.holdfast.backup.physical.PhysicalBackupOptions;
import io.holdfast.backup.physical.PhysicalBackupReport;
import io.holdfast.client.Session;
import io.holdfast.core.Progress;
import io.holdfast.core.RefusedException;
import io.holdfast.mysqld.Folders;
import io.holdfast.recovery.Afterwards;
import io.holdfast.recovery.Restore;
import io.holdfast.repository.BackupId;
import io.holdfast.repository.PhysicalSection.Method;
import io.holdfast.repository.Repository;
import io.holdfast.repository.verify.Verify;
import io.holdfast.servertests.TestServer;
import io.holdfast.servertests.physical.Meanwhile.Place;
import io.holdfast.servertests.recovery.RecoveredServer;
import io.holdfast.store.MemoryStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Goal: a backup that lets DDL go on is the server at its moment all the same, whatever DDL came
/// at whatever moment of the copying; or it is refused. Method: the lock is let go before the first
/// page is read, DDL runs while the copying waits for it, and the restored server is compared.
final class ReducedLockTest {
    private static final String UNDO_EMPTY =
            "SELECT COUNT(*) FROM information_schema.INNODB_TABLESPACES WHERE NAME ="
                    + " 'innodb_undo_001' AND STATE = 'empty'";

    private final Path folder = TestServer.temporaryFolder();
    private final Repository repository = Repository.create(new MemoryStore());

    @AfterEach
    void remove() {
        Folders.remove(folder);
    }

    @Test
    void whateverDdlCameWhileFilesWereCopied() throws Exception {
        Path elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
        Map<String, String> contents;
        PhysicalBackupReport report;
        try (var server =
                        TestServer.start(
                                "--innodb-buffer-pool-size=16M",
                                "--innodb-directories=" + elsewhere);
                Bank _ = Bank.found(server, elsewhere);
                Session root = impatient(server)) {
            prepare(root);
            var meanwhile =
                    new Meanwhile()
                            .at(Place.PLANNED, () -> run(root, beforeReading()))
                            .at(Place.AMID, () -> run(root, whileReading()))
                            .at(
                                    Place.COPIED,
                                    () -> {
                                        run(root, afterReading());
                                        truncateUndo(root);
                                    });
            report = take(server, meanwhile, 1);
            meanwhile.demandAllReached();
            contents = Contents.of(root);
        }
        // Not what no DDL has touched: ibdata1, mysql.ibd, sys_config, undo_002, zip1, packed4.
        assertThat(report.copiedAgain()).isBetween(10, 39);
        try (var restored = restore(report.backup())) {
            assertThat(Contents.of(restored.session())).isEqualTo(contents);
            Contents.demandSound(restored.session());
            assertThat(restored.ask("SELECT COUNT(*) FROM bank.rows_only")).isEqualTo("3");
            run(restored.session(), List.of("CREATE TABLE later.t (id INT)"));
        }
        assertThat(Verify.everything(repository, _ -> {}).findings()).isEmpty();
    }

    private static void prepare(Session root) {
        run(
                root,
                List.of(
                        "CREATE TABLE bank.passing LIKE bank.a",
                        "INSERT INTO bank.passing SELECT * FROM bank.a",
                        "CREATE TABLE bank.early LIKE bank.a",
                        "INSERT INTO bank.early SELECT * FROM bank.a",
                        "CREATE TABLE bank.going LIKE bank.a",
                        "CREATE TABLE bank.x1 LIKE bank.a",
                        "INSERT INTO bank.x1 SELECT * FROM bank.a",
                        "CREATE TABLE bank.x2 LIKE bank.a",
                        "INSERT INTO bank.x2 SELECT id, v + 1, filler FROM bank.a WHERE id < 50",
                        "CREATE TABLE bank.one_part LIKE bank.a",
                        "INSERT INTO bank.one_part SELECT * FROM bank.a WHERE id % 4 = 1",
                        "CREATE TABLESPACE going ADD DATAFILE 'going.ibd'",
                        "CREATE TABLE bank.in_going (id INT PRIMARY KEY) TABLESPACE going",
                        // Else first pages are written after the plan, as if DDL had changed them.
                        "DO innodb_redo_log_sharp_checkpoint()"));
    }

    /// The plan names what is not there any more, or is something else.
    private static List<String> beforeReading() {
        return List.of(
                "DROP TABLE bank.going",
                "CREATE TABLE bank.going (id INT PRIMARY KEY, other BLOB)",
                "INSERT INTO bank.going VALUES (1, 'x')",
                "TRUNCATE bank.words",
                "RENAME TABLE bank.x1 TO bank.x, bank.x2 TO bank.x1, bank.x TO bank.x2",
                "ALTER TABLE bank.early ADD INDEX passing (v, filler(50)), ALGORITHM=INPLACE",
                "INSERT INTO bank.early SELECT id + 1000, v, filler FROM bank.a",
                "DROP TABLE bank.in_going",
                "DROP TABLESPACE going",
                "CREATE DATABASE later");
    }

    /// One file was read, which all of these are but one.
    private static List<String> whileReading() {
        return List.of(
                "ALTER TABLE bank.zip ADD INDEX (v), ALGORITHM=INPLACE",
                "ALTER TABLE bank.packed ADD INDEX (filler(40)), ALGORITHM=INPLACE",
                "ALTER TABLE bank.within ADD INDEX (v), ALGORITHM=INPLACE",
                "UPDATE bank.within SET v = v + 1",
                "CREATE TABLE bank.also_within (id INT PRIMARY KEY, v INT, KEY (v)) TABLESPACE"
                        + " general",
                "INSERT INTO bank.also_within SELECT id, v FROM bank.a",
                "ALTER TABLE bank.parts REBUILD PARTITION p1",
                "OPTIMIZE TABLE bank.b",
                "DROP TABLE bank.places",
                "RENAME TABLE bank.log TO empty_one.log",
                "DROP DATABASE `odd-name$`");
    }

    /// All files were copied.
    private static List<String> afterReading() {
        return List.of(
                // Built without redo, changed with it, and gone again.
                "ALTER TABLE bank.passing ADD INDEX passing (v, filler(50)), ALGORITHM=INPLACE",
                "UPDATE bank.passing SET v = v + 1, filler = REPEAT('y', id)",
                "INSERT INTO bank.passing SELECT id + 1000, v, filler FROM bank.a",
                "ALTER TABLE bank.passing DROP INDEX passing",
                "ALTER TABLE bank.early DROP INDEX passing",
                "ALTER TABLE bank.a ADD INDEX (v), ALGORITHM=INPLACE",
                "UPDATE bank.a SET v = v + 7",
                "ALTER TABLE bank.outside FORCE",
                "ALTER TABLE bank.b ADD COLUMN more INT DEFAULT 7, ALGORITHM=INSTANT",
                "ALTER TABLE bank.early TABLESPACE general",
                "ALTER TABLE bank.also_within TABLESPACE innodb_file_per_table",
                "ALTER TABLE bank.parts COALESCE PARTITION 1",
                "ALTER TABLE bank.parts TRUNCATE PARTITION p0",
                "ALTER TABLE bank.one_part PARTITION BY HASH(id) PARTITIONS 2",
                "RENAME TABLE bank.x1 TO empty_one.x1, bank.x2 TO bank.x1",
                "CREATE TABLE bank.fresh AS SELECT * FROM bank.b",
                "CREATE TABLE bank.gone AS SELECT * FROM bank.b",
                "DROP TABLE bank.gone",
                "ALTER TABLE bank.words ADD FULLTEXT again (w)",
                "INSERT INTO bank.words (id, w) VALUES (1, 'one word'), (2, 'another')",
                "CREATE TABLE bank.rows_only (id INT PRIMARY KEY) ENGINE=MyISAM",
                "INSERT INTO bank.rows_only VALUES (1), (2), (3)",
                "CREATE TABLESPACE coming ADD DATAFILE 'coming.ibd'",
                "CREATE TABLE bank.in_coming (id INT PRIMARY KEY, v INT, KEY (v)) TABLESPACE coming",
                "INSERT INTO bank.in_coming SELECT id, v FROM bank.a");
    }

    private static void truncateUndo(Session root) {
        root.execute("CREATE UNDO TABLESPACE third ADD DATAFILE 'third.ibu'");
        root.execute("ALTER UNDO TABLESPACE innodb_undo_001 SET INACTIVE");
        Waiting.untilAtLeast(root, UNDO_EMPTY, 1);
        root.execute("ALTER UNDO TABLESPACE innodb_undo_001 SET ACTIVE");
    }

    /// Method: so much is to be copied again that it takes further passes without the lock, during
    /// which DDL goes on; and the server's list of changed pages, which does not have what came
    /// after it. A later backup is based on this one.
    @Test
    void underWritersBetweenTwoOtherBackups() throws Exception {
        Path elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
        Map<String, String> contents;
        BackupId underWriters;
        BackupId last;
        try (var server =
                        TestServer.start(
                                "--innodb-redo-log-capacity=32M",
                                "--innodb-buffer-pool-size=32M",
                                "--innodb-directories=" + elsewhere);
                Bank bank = Bank.found(server, elsewhere);
                Session root = impatient(server)) {
            run(root, List.of("INSTALL COMPONENT 'file://component_mysqlbackup'"));
            Waiting.untilAtLeast(
                    root,
                    "SELECT VARIABLE_VALUE FROM performance_schema.global_status WHERE"
                            + " VARIABLE_NAME = 'Uptime'",
                    3);
            assertThat(take(server, Progress.NONE).method()).isEqualTo(Method.FULL);
            bank.open();
            var meanwhile =
                    new Meanwhile()
                            .at(
                                    Place.COPIED,
                                    () -> {
                                        index(
                                                root,
                                                "bank.a",
                                                "bank.zip",
                                                "bank.packed",
                                                "bank.outside");
                                        makeLarge(root);
                                    })
                            .at(
                                    Place.PLANNED_AGAIN,
                                    () -> {
                                        index(root, "bank.large", "bank.a", "bank.within");
                                        run(
                                                root,
                                                List.of(
                                                        "ALTER TABLE bank.a DROP INDEX v",
                                                        "RENAME TABLE bank.large TO empty_one.large",
                                                        "ALTER TABLE bank.b FORCE"));
                                    });
            PhysicalBackupReport report = take(server, meanwhile, 3);
            meanwhile.demandAllReached();
            assertThat(report.whyNot()).isEmpty();
            assertThat(report.method()).isEqualTo(Method.TRACKING);
            underWriters = report.backup();
            bank.shut();
            run(root, List.of("UPDATE bank.a SET v = v + 1 WHERE id = 200"));
            contents = Contents.of(root);
            PhysicalBackupReport next = take(server, Progress.NONE);
            assertThat(next.base()).isEqualTo(underWriters);
            last = next.backup();
        }
        try (var restored = restore(underWriters)) {
            assertThat(Bank.faults(restored.session())).isEmpty();
        }
        try (var restored = restore(last)) {
            assertThat(Contents.of(restored.session())).isEqualTo(contents);
            Contents.demandSound(restored.session());
        }
        assertThat(Verify.everything(repository, _ -> {}).findings()).isEmpty();
    }

    private static void index(Session root, String... tables) {
        for (String table : tables) {
            run(root, List.of("ALTER TABLE " + table + " ADD INDEX (v, filler(20))"));
        }
    }

    private static void makeLarge(Session root) {
        run(
                root,
                List.of(
                        "SET cte_max_recursion_depth = 100000",
                        "CREATE TABLE bank.large (id INT PRIMARY KEY, v INT, filler TEXT)",
                        "INSERT INTO bank.large WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT"
                                + " i + 1 FROM n WHERE i < 10000) SELECT i, i, REPEAT('z', 7000)"
                                + " FROM n"));
    }

    /// The server's recovery would take the imported file for the discarded one.
    @Test
    void anImportMeanwhileIsRefused() {
        try (var server = TestServer.start();
                Session root = impatient(server)) {
            run(root, List.of("CREATE DATABASE d", "CREATE TABLE d.original (id INT PRIMARY KEY)"));
            var meanwhile = new Meanwhile().at(Place.COPIED, () -> bringIn(root, server));
            assertThatThrownBy(() -> take(server, meanwhile))
                    .isInstanceOf(RefusedException.class)
                    .hasMessageContaining(BackupError.TABLESPACE_IMPORTED.name())
                    .hasMessageContaining("brought.ibd");
            assertThat(repository.catalogue().provenBackups()).isEmpty();
            StoredPagesTest.demandFree(root);
        }
    }

    private static void bringIn(Session root, TestServer server) {
        Path schema = server.dataFolder().resolve("d");
        run(root, List.of("CREATE TABLE d.brought LIKE d.original"));
        run(root, List.of("ALTER TABLE d.brought DISCARD TABLESPACE"));
        run(root, List.of("FLUSH TABLES d.original FOR EXPORT"));
        try {
            for (String end : List.of(".ibd", ".cfg")) {
                Files.copy(schema.resolve("original" + end), schema.resolve("brought" + end));
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        run(root, List.of("UNLOCK TABLES", "ALTER TABLE d.brought IMPORT TABLESPACE"));
    }

    @Test
    void redoLoggingThatWasOffMeanwhileIsRefused() {
        try (var server = TestServer.start();
                Session root = impatient(server)) {
            var meanwhile =
                    new Meanwhile()
                            .at(
                                    Place.COPIED,
                                    () ->
                                            run(
                                                    root,
                                                    List.of(
                                                            "ALTER INSTANCE DISABLE INNODB REDO_LOG",
                                                            "CREATE DATABASE d",
                                                            "ALTER INSTANCE ENABLE INNODB REDO_LOG")));
            assertThatThrownBy(() -> take(server, meanwhile))
                    .isInstanceOf(RefusedException.class)
                    .hasMessageContaining(BackupError.REDO_LOGGING_OFF.name());
            StoredPagesTest.demandFree(root);
        }
    }

    /// DDL of it does not wait for ever: if a lock were held it would fail.
    private static Session impatient(TestServer server) {
        Session root = Taken.root(server);
        root.execute("SET lock_wait_timeout = 60");
        return root;
    }

    private static void run(Session root, List<String> statements) {
        for (String sql : statements) {
            try {
                if (sql.startsWith("OPTIMIZE")) {
                    var _ = root.query(sql).list();
                } else {
                    root.execute(sql);
                }
            } catch (RuntimeException failure) {
                throw new AssertionError(sql, failure);
            }
        }
    }

    private PhysicalBackupReport take(TestServer server, Progress progress) {
        return take(server, progress, 3);
    }

    private PhysicalBackupReport take(TestServer server, Progress progress, int threads) {
        PhysicalBackupOptions options =
                Taken.options(server).withThreads(threads).withReducedLock(Duration.ZERO);
        return new PhysicalBackup(server.as("root", ""), repository, options, progress).run();
    }

    private RecoveredServer restore(BackupId backup) {
        Path into = folder.resolve(backup.toString());
        new Restore(repository, Progress.NONE)
                .intoFolder(
                        backup,
                        new Restore.NewServer(
                                into,
                                TestServer.home(),
                                2,
                                List.of("--innodb-buffer-pool-size=64M"),
                                Afterwards.STOP));
        return new RecoveredServer(into);
    }
}
