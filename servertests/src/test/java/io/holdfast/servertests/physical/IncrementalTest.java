package io.holdfast.servertests.physical;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.backup.physical.PhysicalBackup;
import io.holdfast.backup.physical.PhysicalBackupReport;
import io.holdfast.client.Session;
import io.holdfast.core.Progress;
import io.holdfast.mysqld.Folders;
import io.holdfast.recovery.Afterwards;
import io.holdfast.recovery.Restore;
import io.holdfast.repository.BackupId;
import io.holdfast.repository.PhysicalSection.Method;
import io.holdfast.repository.Repository;
import io.holdfast.repository.verify.Verify;
import io.holdfast.servertests.TestServer;
import io.holdfast.servertests.recovery.RecoveredServer;
import io.holdfast.store.MemoryStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Goal: an incremental backup restores alone and is the server at its moment, whatever was done
/// between it and its base; and where the base is not surely the server's past, it is not used.
/// Method: the server's own restores, compared by checksums, sums and `CHECK TABLE`.
final class IncrementalTest {
    private static final String UNDO_EMPTY =
            "SELECT COUNT(*) FROM information_schema.INNODB_TABLESPACES WHERE NAME ="
                    + " 'innodb_undo_001' AND STATE = 'empty'";

    private static final String UPTIME =
            "SELECT VARIABLE_VALUE FROM performance_schema.global_status WHERE VARIABLE_NAME ="
                    + " 'Uptime'";

    private final Path folder = TestServer.temporaryFolder();
    private final Repository repository = Repository.create(new MemoryStore());

    @AfterEach
    void remove() {
        Folders.remove(folder);
    }

    @Test
    void whateverDdlCameBetweenTheScanFindsIt() throws Exception {
        Path elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
        Map<String, String> contents;
        BackupId underWriters;
        BackupId last;
        try (var server =
                        TestServer.start(
                                "--innodb-redo-log-capacity=8M",
                                "--innodb-buffer-pool-size=16M",
                                "--innodb-directories=" + elsewhere);
                Bank bank = Bank.found(server, elsewhere);
                Session root = Taken.root(server)) {
            export(root, server);
            bank.open();
            PhysicalBackupReport full = take(server);
            assertThat(full.method()).isEqualTo(Method.FULL);
            assertThat(full.whyNot()).contains("no physical backup");
            changeSchemas(root);
            truncateUndo(root);
            PhysicalBackupReport first = take(server);
            assertThat(first.method()).isEqualTo(Method.SCAN);
            assertThat(first.base()).isEqualTo(full.backup());
            assertThat(first.whyNot()).contains("INSTALL COMPONENT");
            assertThat(first.changedPageCount()).isLessThan(first.pageCount() / 2);
            underWriters = first.backup();
            importAgain(root, server);
            changeSchemasBack(root);
            bank.shut();
            contents = Contents.of(root);
            PhysicalBackupReport second = take(server);
            assertThat(second.method()).isEqualTo(Method.SCAN);
            assertThat(second.base()).isEqualTo(first.backup());
            last = second.backup();
        }
        try (var restored = restore(underWriters)) {
            assertThat(Bank.faults(restored.session())).isEmpty();
            assertThat(restored.ask("SELECT COUNT(*) FROM bank.fresh")).isEqualTo("200");
        }
        try (var restored = restore(last)) {
            assertThat(Contents.of(restored.session())).isEqualTo(contents);
            Contents.demandSound(restored.session());
        }
        assertThat(Verify.everything(repository, _ -> {}).findings()).isEmpty();
    }

    private static void export(Session root, TestServer server) throws IOException {
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

    private static void importAgain(Session root, TestServer server) throws IOException {
        root.execute("ALTER TABLE bank.brought DISCARD TABLESPACE");
        for (String file : List.of("brought.ibd", "brought.cfg")) {
            Files.copy(
                    server.folder().resolve(file),
                    server.dataFolder().resolve("bank").resolve(file),
                    StandardCopyOption.REPLACE_EXISTING);
        }
        root.execute("ALTER TABLE bank.brought IMPORT TABLESPACE");
    }

    private static void changeSchemas(Session root) {
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

    private static void changeSchemasBack(Session root) {
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
    private static void truncateUndo(Session root) {
        root.execute("CREATE UNDO TABLESPACE third ADD DATAFILE 'third.ibu'");
        root.execute("ALTER UNDO TABLESPACE innodb_undo_001 SET INACTIVE");
        Waiting.untilAtLeast(root, UNDO_EMPTY, 1);
        root.execute("ALTER UNDO TABLESPACE innodb_undo_001 SET ACTIVE");
    }

    /// The server's list is used where it is complete, an index that was built without redo and a
    /// table that was imported past it included; after a crash it is not.
    @Test
    void theServersListIsBelievedWhereItIsComplete() throws Exception {
        Map<String, String> contents;
        BackupId tracked;
        try (var server = TestServer.start()) {
            try (Session root = Taken.root(server)) {
                root.execute("INSTALL COMPONENT 'file://component_mysqlbackup'");
                root.execute("CREATE DATABASE bank");
                root.execute("CREATE TABLE bank.a (id INT PRIMARY KEY, v INT, filler TEXT)");
                fill(root, "bank.a");
                root.execute("CREATE TABLE bank.still LIKE bank.a");
                root.execute("INSERT INTO bank.still SELECT * FROM bank.a");
                export(root, server);
                Waiting.untilAtLeast(root, UPTIME, 3);
                assertThat(take(server).method()).isEqualTo(Method.FULL);
                root.execute("UPDATE bank.a SET v = v + 1 WHERE id % 7 = 0");
                root.execute("ALTER TABLE bank.still ADD INDEX (v), ALGORITHM=INPLACE");
                importAgain(root, server);
                PhysicalBackupReport report = take(server);
                assertThat(report.whyNot()).isEmpty();
                assertThat(report.method()).isEqualTo(Method.TRACKING);
                tracked = report.backup();
                contents = Contents.of(root);
                root.execute("UPDATE bank.a SET v = v + 1, filler = REPEAT('y', 500)");
            }
            server.kill();
            try (var restored = restore(tracked)) {
                assertThat(Contents.of(restored.session())).isEqualTo(contents);
                Contents.demandSound(restored.session());
            }
            server.restart();
            try (Session root = Taken.root(server)) {
                root.execute("UPDATE bank.still SET v = v + 1 WHERE id % 11 = 0");
                PhysicalBackupReport report = take(server);
                assertThat(report.method()).isEqualTo(Method.SCAN);
                assertThat(report.whyNot()).contains("restarted");
            }
        }
    }

    /// Method: a server whose files were put back, and who then wrote more than it had before, so
    /// that neither its LSN nor its GTIDs tell.
    @Test
    void aBaseThatIsNotTheServersPastIsFoundOut() throws Exception {
        try (var server = TestServer.start()) {
            try (Session root = Taken.root(server)) {
                root.execute("CREATE DATABASE bank");
                for (String table : List.of("bank.a", "bank.b")) {
                    root.execute(
                            "CREATE TABLE " + table + " (id INT PRIMARY KEY, v INT, filler TEXT)");
                    fill(root, table);
                }
            }
            server.stop();
            Path before = folder.resolve("before");
            copy(server.dataFolder(), before);
            server.restart();
            BackupId base;
            try (Session root = Taken.root(server)) {
                root.execute("UPDATE bank.a SET v = v + 1");
                root.execute("DO innodb_redo_log_sharp_checkpoint()");
                base = take(server).backup();
            }
            server.stop();
            Folders.remove(server.dataFolder());
            copy(before, server.dataFolder());
            server.restart();
            try (Session root = Taken.root(server)) {
                for (int i = 0; i < 10; i++) {
                    root.execute("UPDATE bank.b SET v = v + 1, filler = REPEAT('z', 900)");
                }
                PhysicalBackupReport report = take(server);
                assertThat(report.method()).isEqualTo(Method.FULL);
                assertThat(report.whyNot())
                        .contains(base.toString())
                        .contains("went back in time since");
            }
        }
    }

    private static void fill(Session root, String table) {
        root.execute(
                "INSERT INTO "
                        + table
                        + " WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i"
                        + " < 900) SELECT i, i, REPEAT('x', 600) FROM n");
    }

    private static void copy(Path from, Path to) throws IOException {
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

    private PhysicalBackupReport take(TestServer server) {
        return new PhysicalBackup(
                        server.as("root", ""), repository, Taken.options(server), Progress.NONE)
                .run();
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
