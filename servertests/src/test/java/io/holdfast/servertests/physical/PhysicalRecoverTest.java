package io.holdfast.servertests.physical;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.backup.physical.PhysicalBackup;
import io.holdfast.client.Session;
import io.holdfast.core.GtidSet;
import io.holdfast.core.Progress;
import io.holdfast.mysqld.Folders;
import io.holdfast.recovery.Recovery;
import io.holdfast.recovery.RecoveryReport;
import io.holdfast.recovery.RecoveryRequest;
import io.holdfast.recovery.moment.LoggedTransaction.Clock;
import io.holdfast.recovery.moment.Moment;
import io.holdfast.recovery.plan.Planner;
import io.holdfast.repository.BackupId;
import io.holdfast.repository.Repository;
import io.holdfast.repository.archive.Archive;
import io.holdfast.repository.archive.History;
import io.holdfast.repository.archive.HistoryArchive;
import io.holdfast.servertests.TestServer;
import io.holdfast.servertests.physical.CrashImage.Facts;
import io.holdfast.servertests.recovery.FilesAsArchive;
import io.holdfast.servertests.recovery.RecoveredServer;
import io.holdfast.store.MemoryStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Goal: a physical backup and the archive behind it lead to any moment, and on from there. Method:
/// a server is killed, backed up, started again, and loses a table.
final class PhysicalRecoverTest {
    private final Path folder = TestServer.temporaryFolder();

    @AfterEach
    void remove() {
        Folders.remove(folder);
    }

    @Test
    void theMomentBeforeADropIsReachedFromPages() throws IOException {
        Repository repository = Repository.create(new MemoryStore());
        BackupId backup;
        GtidSet all;
        Map<String, String> before;
        try (var server = TestServer.start()) {
            HistoryArchive archive;
            try (Session root = Session.open(server.as("root", ""))) {
                root.execute("CREATE DATABASE university");
                root.execute("CREATE TABLE university.grades (a INT PRIMARY KEY)");
                root.execute("INSERT INTO university.grades VALUES (1), (2)");
                root.execute(
                        "CREATE EVENT university.e ON SCHEDULE EVERY 1 YEAR STARTS"
                                + " '2038-01-01' DO DELETE FROM university.grades");
                Facts facts = Facts.read(root, Map.of());
                archive = begin(repository, root);
                backup = CrashImage.of(server, repository, facts, archive.id().text());
            }
            server.restart();
            try (Session root = Session.open(server.as("root", ""))) {
                root.execute("INSERT INTO university.grades VALUES (3)");
                root.execute("ALTER EVENT university.e COMMENT 'yearly'");
                before = Contents.of(root);
                root.execute("DROP TABLE university.grades");
                root.execute("CREATE TABLE university.late (a INT PRIMARY KEY)");
                all = GtidSet.parse(root.query("SELECT @@gtid_executed").only().string(0));
                root.execute("FLUSH BINARY LOGS");
                archive(server, root, archive);
            }
        }
        RecoveryReport report =
                recover(
                        repository,
                        request("before-statement:'DROP TABLE university.grades'", false));
        assertThat(report.backup()).isEqualTo(backup.text());
        assertThat(report.physical()).isPresent();
        assertThat(report.transactions()).isEqualTo(2);
        try (var recovered = new RecoveredServer(folder.resolve("recovered"))) {
            assertThat(Contents.of(recovered.session())).isEqualTo(before);
            Contents.demandSound(recovered.session());
            assertThat(
                            recovered.ask(
                                    "SELECT CONCAT(STATUS, EVENT_COMMENT) FROM"
                                            + " information_schema.EVENTS"))
                    .isEqualTo("ENABLEDyearly");
        }

        RecoveryReport further = recover(repository, request("latest", true));
        assertThat(further.executed()).isEqualTo(all);
        try (var recovered = new RecoveredServer(folder.resolve("recovered"))) {
            assertThat(recovered.executed()).isEqualTo(all);
            assertThat(recovered.ask("SHOW TABLES FROM university")).isEqualTo("late");
        }
    }

    /// Goal: the whole way, from a server that is written to all the time. Method: tables of every
    /// kind on disk, one of them outside of the data directory, a backup while writers move amounts
    /// between them; what the server held just before a table was dropped is compared.
    @Test
    void aBackupUnderWritersLeadsToTheMomentBeforeADrop() throws IOException {
        Repository repository = Repository.create(new MemoryStore());
        Path elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
        BackupId backup;
        GtidSet executed;
        Map<String, String> before;
        try (var server =
                        TestServer.start(
                                "--innodb-redo-log-capacity=8M",
                                "--innodb-directories=" + elsewhere);
                Bank bank = Bank.found(server, elsewhere);
                Session root = Taken.root(server)) {
            HistoryArchive archive = begin(repository, root);
            bank.open();
            Waiting.untilAtLeast(root, "SELECT COUNT(*) FROM bank.log", 100);
            backup =
                    new PhysicalBackup(
                                    server.as("root", ""),
                                    repository,
                                    Taken.options(server),
                                    Progress.NONE)
                            .run()
                            .backup();
            Waiting.untilAtLeast(
                    root,
                    "SELECT COUNT(*) FROM bank.log",
                    Bank.number(root, "SELECT COUNT(*) FROM bank.log") + 100);
            bank.shut();
            before = Contents.of(root);
            executed = GtidSet.parse(root.query("SELECT @@gtid_executed").only().string(0));
            root.execute("DROP TABLE bank.b");
            root.execute("FLUSH BINARY LOGS");
            archive(server, root, archive);
        }
        RecoveryReport report =
                recover(repository, request("before-statement:'drop table bank.b'", false));
        assertThat(report.backup()).isEqualTo(backup.text());
        assertThat(report.transactions()).isGreaterThanOrEqualTo(100);
        assertThat(report.executed()).isEqualTo(executed);
        try (var recovered = new RecoveredServer(folder.resolve("recovered"))) {
            assertThat(recovered.executed()).isEqualTo(executed);
            assertThat(Contents.of(recovered.session())).isEqualTo(before);
            assertThat(Bank.faults(recovered.session())).isEmpty();
        }
    }

    /// A clone knows no position in the log, only what it has executed.
    @Test
    void aCloneLeadsToTheMomentBeforeADrop() throws IOException {
        Repository repository = Repository.create(new MemoryStore());
        BackupId backup;
        GtidSet executed;
        Map<String, String> before;
        try (var server = TestServer.start();
                Session root = Taken.root(server)) {
            root.execute("INSTALL PLUGIN clone SONAME 'mysql_clone.so'");
            HistoryArchive archive = begin(repository, root);
            root.execute("CREATE DATABASE university");
            root.execute("CREATE TABLE university.grades (a INT PRIMARY KEY)");
            root.execute("INSERT INTO university.grades VALUES (1), (2)");
            backup =
                    Cloned.into(repository, folder)
                            .take(server.as("root", ""), Progress.NONE)
                            .backup();
            root.execute("INSERT INTO university.grades VALUES (3)");
            before = Contents.of(root);
            executed = GtidSet.parse(root.query("SELECT @@gtid_executed").only().string(0));
            root.execute("DROP TABLE university.grades");
            root.execute("FLUSH BINARY LOGS");
            archive(server, root, archive);
        }
        RecoveryReport report =
                recover(
                        repository,
                        request("before-statement:'DROP TABLE university.grades'", false));
        assertThat(report.backup()).isEqualTo(backup.text());
        assertThat(report.physical()).isPresent();
        assertThat(report.transactions()).isEqualTo(1);
        try (var recovered = new RecoveredServer(folder.resolve("recovered"))) {
            assertThat(recovered.executed()).isEqualTo(executed);
            assertThat(Contents.of(recovered.session())).isEqualTo(before);
        }
    }

    private static HistoryArchive begin(Repository repository, Session root) {
        return new Archive(repository)
                .begin(
                        UUID.fromString(root.query("SELECT @@server_uuid").only().string(0)),
                        new History.Beginning(
                                History.Reason.NEW, null, "binlog.000001", GtidSet.EMPTY, "test"));
    }

    private static void archive(TestServer server, Session root, HistoryArchive archive)
            throws IOException {
        String version = root.query("SELECT @@version").only().string(0);
        try (Stream<Path> entries = Files.list(server.dataFolder())) {
            List<Path> files =
                    entries.filter(file -> file.getFileName().toString().matches("binlog\\.\\d+"))
                            .sorted()
                            .toList();
            FilesAsArchive.put(archive, files.subList(0, files.size() - 1), version, _ -> true);
        }
    }

    private RecoveryRequest request(String moment, boolean isContinued) {
        return new RecoveryRequest(
                Moment.parse(moment),
                Clock.ORIGINAL,
                null,
                null,
                null,
                Planner.Skips.NONE,
                folder.resolve("recovered"),
                isContinued,
                false,
                2,
                0,
                true,
                List.of("--innodb-buffer-pool-size=64M"),
                "holdfast recover --to " + moment);
    }

    private static RecoveryReport recover(Repository repository, RecoveryRequest request) {
        return new Recovery(repository, TestServer.home(), Progress.NONE).run(request);
    }
}
