package io.holdfast.servertests.physical;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.backup.BackupError;
import io.holdfast.backup.physical.PhysicalBackup;
import io.holdfast.backup.physical.PhysicalBackupOptions;
import io.holdfast.client.ConnectOptions;
import io.holdfast.client.Session;
import io.holdfast.core.HoldfastException;
import io.holdfast.core.Progress;
import io.holdfast.core.TableName;
import io.holdfast.repository.Repository;
import io.holdfast.repository.physical.PhysicalFile;
import io.holdfast.servertests.TestServer;
import io.holdfast.store.MemoryStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/// Servers of which no physical backup is made, and moments at which one gives way. After each the
/// server is free.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class RefusedServerTest {
    private static final String BACKUP_LOCKS =
            "SELECT 1 - COUNT(*) FROM performance_schema.metadata_locks WHERE OBJECT_TYPE = 'BACKUP"
                    + " LOCK'";

    private final TestServer server = TestServer.start();
    private final Repository repository = Repository.create(new MemoryStore());

    @AfterAll
    void stop() {
        server.close();
    }

    @AfterEach
    void nothingIsLeft() {
        assertThat(repository.catalogue().provenBackups()).isEmpty();
        try (Session root = Taken.root(server)) {
            StoredPagesTest.demandFree(root);
        }
    }

    private HoldfastException refusal(
            ConnectOptions connect, PhysicalBackupOptions options, Progress progress) {
        var backup = new PhysicalBackup(connect, repository, options, progress);
        try {
            backup.run();
        } catch (HoldfastException failure) {
            return failure;
        }
        throw new AssertionError("the backup was made");
    }

    private void demandRefused(BackupError code) {
        HoldfastException failure =
                refusal(server.as("root", ""), Taken.options(server), Progress.NONE);
        assertThat(failure.problem().code()).as("%s", failure).isEqualTo(code);
    }

    @Test
    void missingPrivilegesAreNamedAllAtOnce() {
        try (Session root = Taken.root(server)) {
            root.execute("CREATE USER poor IDENTIFIED BY 'secret'");
            HoldfastException failure =
                    refusal(server.as("poor", "secret"), Taken.options(server), Progress.NONE);
            assertThat(failure.problem().code()).isEqualTo(BackupError.PRIVILEGE_MISSING);
            assertThat(failure.problem().what())
                    .contains(
                            "BACKUP_ADMIN",
                            "PROCESS",
                            "REPLICATION CLIENT",
                            "SELECT ON performance_schema.log_status",
                            "SELECT ON performance_schema.keyring_component_status");
            for (String grant : failure.problem().remedy().split(";", -1)) {
                if (!grant.isBlank()) {
                    root.execute(grant);
                }
            }
            Taken taken =
                    Taken.of(server.as("poor", "secret"), Taken.options(server), Progress.NONE);
            assertThat(taken.tablespaces()).isNotEmpty();
        }
    }

    @Test
    void rowsThatMayNotBeLockedAreRefusedBeforeAnythingIsCopied() {
        try (Session root = Taken.root(server)) {
            root.execute("CREATE DATABASE rowed");
            root.execute("CREATE TABLE rowed.t (id INT) ENGINE=MyISAM");
            root.execute("CREATE USER nearly IDENTIFIED BY 'secret'");
            root.execute("GRANT BACKUP_ADMIN, PROCESS, REPLICATION CLIENT ON *.* TO nearly");
            root.execute("GRANT SELECT ON performance_schema.* TO nearly");
            root.execute("GRANT SELECT ON rowed.* TO nearly");
            AtomicBoolean isCopying = new AtomicBoolean();
            HoldfastException failure =
                    refusal(
                            server.as("nearly", "secret"),
                            Taken.options(server),
                            new AtCopying(() -> isCopying.set(true)));
            assertThat(failure.problem().code()).isEqualTo(BackupError.PRIVILEGE_MISSING);
            assertThat(failure.problem().remedy()).contains("LOCK TABLES");
            assertThat(isCopying).isFalse();
            root.execute("GRANT RELOAD ON *.* TO nearly");
            root.execute("GRANT LOCK TABLES ON rowed.* TO nearly");
            Taken taken =
                    Taken.of(server.as("nearly", "secret"), Taken.options(server), Progress.NONE);
            assertThat(taken.files()).extracting(PhysicalFile::path).contains("rowed/t.MYD");
            root.execute("DROP DATABASE rowed");
        }
    }

    @Test
    void aServerThatLogsNoRedoIsRefused() {
        try (Session root = Taken.root(server)) {
            root.execute("ALTER INSTANCE DISABLE INNODB REDO_LOG");
            demandRefused(BackupError.REDO_LOGGING_OFF);
            root.execute("ALTER INSTANCE ENABLE INNODB REDO_LOG");
        }
    }

    @Test
    void aServerThatEncryptsItsRedoIsRefused() {
        try (var vault = TestServer.startWithKeyring("--innodb-redo-log-encrypt=ON")) {
            assertThatThrownBy(() -> PhysicalBackup.mustBeAllowed(vault.as("root", "")))
                    .hasMessageContaining(BackupError.REDO_ENCRYPTED.name());
        }
    }

    @Test
    void theDataDirectoryOfAnotherServerIsNotTouched() throws Exception {
        Path identity = server.dataFolder().resolve("auto.cnf");
        String own = Files.readString(identity);
        Files.writeString(identity, "[auto]\nserver-uuid=00000000-0000-0000-0000-000000000001\n");
        try {
            demandRefused(BackupError.DATA_DIRECTORY_OF_ANOTHER_SERVER);
            Files.delete(identity);
            demandRefused(BackupError.DATA_DIRECTORY_UNREADABLE);
        } finally {
            Files.writeString(identity, own);
        }
    }

    @Test
    void rowsThatAreTooManyForALockAreRefusedUnlessTheyAreNamed() {
        try (Session root = Taken.root(server)) {
            root.execute("CREATE DATABASE old");
            root.execute("CREATE TABLE old.`t-1` (v LONGBLOB) ENGINE=MyISAM");
            root.execute("INSERT INTO old.`t-1` VALUES (REPEAT('x', 60 << 20))");
            root.execute("INSERT INTO old.`t-1` VALUES (REPEAT('x', 5 << 20))");
            demandRefused(BackupError.TABLE_WITHOUT_SNAPSHOT);
            Taken taken =
                    Taken.of(
                            server.as("root", ""),
                            Taken.options(server)
                                    .withAllowInconsistent(Set.of(new TableName("old", "t-1"))),
                            Progress.NONE);
            assertThat(taken.files())
                    .extracting(PhysicalFile::path)
                    .contains("old/t@002d1.MYD", "old/t@002d1.MYI");
            assertThat(taken.report().notes()).anyMatch(note -> note.contains("old.t-1"));
            root.execute("DROP DATABASE old");
        }
    }

    /// A table that the server made for itself and left behind is nobody's; any other file of rows
    /// is somebody's.
    @Test
    void filesOfRowsThatNoTableIsForAreNotLeftOutInSilence() throws Exception {
        Path folder = server.dataFolder().resolve("stray");
        try (Session root = Taken.root(server)) {
            root.execute("CREATE DATABASE stray");
            Files.writeString(folder.resolve("#sql-2f5_b.MYD"), "x");
            Taken taken = Taken.of(server.as("root", ""), Taken.options(server), Progress.NONE);
            assertThat(taken.report().notes())
                    .anyMatch(note -> note.startsWith("stray/#sql-2f5_b.MYD"));
            Path noSchema = Files.createDirectory(server.dataFolder().resolve("aside"));
            for (Path file :
                    List.of(
                            folder.resolve("gone.MYD"),
                            folder.resolve("b@1ocher.MYD"),
                            noSchema.resolve("t.MYD"))) {
                Files.writeString(file, "x");
                demandRefused(BackupError.ROW_FILE_OF_NO_TABLE);
                Files.delete(file);
            }
            Files.delete(noSchema);
            Files.delete(folder.resolve("#sql-2f5_b.MYD"));
            root.execute("DROP DATABASE stray");
        }
    }

    @Test
    void aServerWhoseRedoAnotherProgramReadsIsRefused() {
        try (Session other = Taken.root(server)) {
            assertThat(Bank.number(other, "SELECT innodb_redo_log_consumer_register()")).isZero();
            demandRefused(BackupError.REDO_CONSUMER_TAKEN);
            other.execute("DO innodb_redo_log_consumer_unregister()");
        }
    }

    @Test
    void ddlThatRunsIsNotWaitedForLongerThanAllowed() throws Exception {
        try (Session root = Taken.root(server);
                Session reader = Taken.root(server)) {
            root.execute("CREATE DATABASE busy");
            root.execute("CREATE TABLE busy.t (id INT PRIMARY KEY)");
            reader.execute("BEGIN");
            assertThat(reader.query("SELECT * FROM busy.t").isEmpty()).isTrue();
            Thread altering =
                    Thread.ofVirtual()
                            .start(() -> {
                                try (Session session = Taken.root(server)) {
                                    session.execute("ALTER TABLE busy.t ADD v INT");
                                }
                            });
            Waiting.untilAtLeast(
                    root,
                    "SELECT COUNT(*) FROM performance_schema.metadata_locks WHERE LOCK_STATUS ="
                            + " 'PENDING'",
                    1);
            HoldfastException failure =
                    refusal(
                            server.as("root", ""),
                            Taken.options(server).withDdlBlockMax(Duration.ofSeconds(1)),
                            Progress.NONE);
            assertThat(failure.problem().code()).isEqualTo(BackupError.DDL_IN_THE_WAY);
            reader.execute("COMMIT");
            altering.join();
            root.execute("DROP DATABASE busy");
        }
    }

    /// The server never waits for room in the spool: its writer goes on while the backup fails.
    @Test
    void aSpoolThatIsFullEndsTheBackupAndNotTheServer() {
        try (Session root = Taken.root(server)) {
            root.execute("CREATE DATABASE spooled");
            root.execute("CREATE TABLE spooled.t (id INT PRIMARY KEY AUTO_INCREMENT, v BLOB)");
            HoldfastException failure =
                    refusal(
                            server.as("root", ""),
                            Taken.options(server).withSpoolBytesMax(64 << 10),
                            new AtCopying(() -> {
                                for (int i = 0; i < 200; i++) {
                                    root.execute(
                                            "INSERT INTO spooled.t (v) VALUES (RANDOM_BYTES(1024))");
                                }
                                // Its promise is given back before anybody asks.
                                Waiting.untilAtLeast(
                                        root, "SELECT innodb_redo_log_consumer_register() = 0", 1);
                                root.execute("DO innodb_redo_log_consumer_unregister()");
                            }));
            assertThat(failure.problem().code()).isEqualTo(BackupError.REDO_SPOOL_FULL);
            root.execute("DROP DATABASE spooled");
        }
    }

    @Test
    void ddlIsHeldBackNoLongerThanAllowed() {
        try (Session root = Taken.root(server)) {
            HoldfastException failure =
                    refusal(
                            server.as("root", ""),
                            Taken.options(server).withDdlBlockMax(Duration.ofMillis(100)),
                            new AtCopying(() -> Waiting.untilAtLeast(root, BACKUP_LOCKS, 1)));
            assertThat(failure.problem().code()).isEqualTo(BackupError.BACKUP_LOCK_LOST);
        }
    }
}
