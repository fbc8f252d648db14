package io.holdfast.servertests.physical;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.client.Session;
import io.holdfast.core.CorruptDataException;
import io.holdfast.core.HoldfastException;
import io.holdfast.core.Progress;
import io.holdfast.core.RefusedException;
import io.holdfast.mysqld.Folders;
import io.holdfast.recovery.Afterwards;
import io.holdfast.recovery.RecoveryReport;
import io.holdfast.recovery.Restore;
import io.holdfast.recovery.error.RecoveryError;
import io.holdfast.recovery.physical.PhysicalReport;
import io.holdfast.repository.BackupId;
import io.holdfast.repository.Repository;
import io.holdfast.servertests.TestServer;
import io.holdfast.servertests.fixture.EveryKind;
import io.holdfast.servertests.fixture.JdbcRunner;
import io.holdfast.servertests.physical.CrashImage.Facts;
import io.holdfast.servertests.recovery.StartedByCommand;
import io.holdfast.store.DirectoryStore;
import io.holdfast.store.MemoryStore;
import io.holdfast.testkit.Seeded;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Goal: a server made of a physical backup is the original at the backup's moment, or there is
/// none. Method: backups of servers that were killed in the middle of work.
@Seeded
final class PhysicalRestoreTest {
    private final Path folder = TestServer.temporaryFolder();

    @AfterEach
    void remove() {
        Folders.remove(folder);
    }

    @Test
    void aRestoredServerIsTheOriginal(RandomGenerator random) throws Exception {
        Repository repository = Repository.create(new MemoryStore());
        Map<String, String> contents;
        BackupId backup;
        Facts facts;
        try (var server = TestServer.start("--partial-revokes=ON", "--event-scheduler=OFF")) {
            try (var runner = JdbcRunner.open(server.port())) {
                EveryKind.install(runner, random);
            }
            try (Session root = Session.open(server.as("root", ""));
                    Session open = Session.open(server.as("root", ""));
                    Session prepared = Session.open(server.as("root", ""))) {
                root.execute("CREATE DATABASE d");
                root.execute("CREATE TABLE d.t (a INT PRIMARY KEY, b BLOB)");
                root.execute("INSERT INTO d.t VALUES (1, 'one')");
                root.execute("ANALYZE TABLE d.t");
                root.execute("OPTIMIZE TABLE d.t");
                contents = Contents.of(root);
                open.execute("BEGIN");
                open.execute("INSERT INTO d.t VALUES (2, REPEAT('x', 30000))");
                prepared.execute("XA START 'half'");
                prepared.execute("INSERT INTO d.t VALUES (3, 'three')");
                prepared.execute("XA END 'half'");
                prepared.execute("XA PREPARE 'half'");
                facts =
                        Facts.read(
                                root,
                                Map.of(
                                        "partial_revokes",
                                        "ON",
                                        "max_connections",
                                        "77",
                                        "report_password",
                                        "not-to-be-seen"));
                backup = CrashImage.of(server, repository, facts, null);
            }
        }

        RecoveryReport report = restore(repository, backup);

        PhysicalReport made = report.physical().orElseThrow();
        assertThat(made.added().isEmpty()).isFalse();
        assertThat(made.errors()).isEmpty();
        assertThat(report.executed()).isEqualTo(facts.gtids());
        assertThat(report.preparedXa()).hasSize(1);
        assertThat(report.phases())
                .extracting(RecoveryReport.Phase::name)
                .contains("laying down pages", "crash recovery in a sandbox");
        assertThat(Files.readString(into().resolve("my.cnf")))
                .contains("\n# max-connections = 77\n")
                .doesNotContain("not-to-be-seen");
        Path run = Files.createSymbolicLink(folder.resolve("run"), into().resolve("run"));
        try (var restored =
                new StartedByCommand(report.startCommand(), run.resolve("mysqld.sock"))) {
            assertThat(restored.ask("SELECT CONCAT(@@partial_revokes, @@skip_networking)"))
                    .isEqualTo("11");
            assertThat(restored.ask("SELECT @@event_scheduler")).isEqualTo("OFF");
            assertThat(restored.executed()).isEqualTo(facts.gtids());
            assertThat(Contents.of(restored.session())).isEqualTo(contents);
            Contents.demandSound(restored.session());
            assertThat(restored.ask("SELECT COUNT(*) FROM mysql.user WHERE user LIKE 'holdfast%'"))
                    .isEqualTo("0");
            restored.session().execute("XA COMMIT 'half'");
            assertThat(restored.ask("SELECT COUNT(*) FROM d.t")).isEqualTo("2");
            assertThat(restored.ask("SELECT @@server_uuid"))
                    .isNotEqualTo(facts.identity().uuid().toString());
        }
    }

    @Test
    void aFlippedBitIsFoundAndNamed(RandomGenerator random) throws Exception {
        Path store = folder.resolve("repository");
        Repository repository = Repository.create(DirectoryStore.create(store));
        BackupId backup = small(repository, Optional.empty());
        List<Path> packs;
        try (Stream<Path> entries = Files.walk(store.resolve("packs"))) {
            packs = entries.filter(Files::isRegularFile).sorted().toList();
        }
        Path pack = packs.get(random.nextInt(packs.size()));
        byte[] bytes = Files.readAllBytes(pack);
        // Near its end a pack says whose it is, which no restore reads.
        int bit = random.nextInt(bytes.length / 2 * 8);
        bytes[bit / 8] ^= (byte) (1 << bit % 8);
        Files.write(pack, bytes);

        assertThatThrownBy(() -> restore(Repository.open(DirectoryStore.open(store)), backup))
                .as("bit %d of %s", bit, pack)
                .isInstanceOfSatisfying(
                        CorruptDataException.class,
                        damage -> {
                            String said = damage.problem().render();
                            assertThat(said).containsAnyOf("packs/", "backup " + backup);
                        });
        assertThat(into()).doesNotExist();
    }

    @Test
    void aFlippedBitInAPageIsNamedByFileAndPages() throws Exception {
        Path store = folder.resolve("repository");
        Repository repository = Repository.create(DirectoryStore.create(store));
        BackupId backup = small(repository, Optional.empty());
        Path pack;
        try (Stream<Path> entries = Files.walk(store.resolve("packs"))) {
            pack = entries.filter(Files::isRegularFile).sorted().findFirst().orElseThrow();
        }
        byte[] bytes = Files.readAllBytes(pack);
        bytes[bytes.length / 2] ^= 1; // most of it is pages
        Files.write(pack, bytes);

        assertThatThrownBy(() -> restore(Repository.open(DirectoryStore.open(store)), backup))
                .isInstanceOfSatisfying(
                        CorruptDataException.class,
                        damage -> {
                            assertThat(damage.problem().code())
                                    .isEqualTo(RecoveryError.BACKUP_FILE_DAMAGED);
                            assertThat(damage.problem().where())
                                    .startsWith("backup " + backup + ", ")
                                    .containsPattern("pages? \\d+")
                                    .contains("packs/");
                        });
        assertThat(into()).doesNotExist();
    }

    @Test
    void aServerOfAnotherVersionIsRefusedBeforeAnythingIsTouched() throws Exception {
        Repository repository = Repository.create(new MemoryStore());
        BackupId backup = small(repository, Optional.of("8.4.3"));
        assertThatThrownBy(() -> restore(repository, backup))
                .isInstanceOfSatisfying(
                        RefusedException.class,
                        refusal -> assertCode(refusal, RecoveryError.MYSQLD_NOT_SAME_VERSION));
        assertThat(into()).doesNotExist();
    }

    @Test
    void aServerThatRunsDoesNotTakeFiles() throws Exception {
        Repository repository = Repository.create(new MemoryStore());
        BackupId backup = small(repository, Optional.empty());
        try (var target = TestServer.start()) {
            assertThatThrownBy(() ->
                            new Restore(repository, Progress.NONE)
                                    .intoServer(backup, target.as("root", ""), 1))
                    .isInstanceOfSatisfying(
                            RefusedException.class,
                            refusal -> {
                                assertCode(refusal, RecoveryError.BACKUP_NOT_USABLE);
                                assertThat(refusal.problem().remedy())
                                        .contains("holdfast restore " + backup + " --into DIR");
                            });
        }
    }

    /// @param version to be noted instead of the real one
    private static BackupId small(Repository repository, Optional<String> version)
            throws IOException {
        try (var server = TestServer.start();
                Session root = Session.open(server.as("root", ""))) {
            root.execute("CREATE DATABASE d");
            root.execute("CREATE TABLE d.t (a INT PRIMARY KEY)");
            root.execute("INSERT INTO d.t VALUES (1)");
            Facts facts = Facts.read(root, Map.of());
            return CrashImage.of(
                    server, repository, version.map(facts::ofVersion).orElse(facts), null);
        }
    }

    private static void assertCode(HoldfastException failure, RecoveryError code) {
        assertThat(failure.problem().code()).isEqualTo(code);
    }

    /// Of a name that shells and option files take for something else, and too long for a socket's
    /// path, to which the kernel allows 107 bytes.
    private Path into() {
        return folder.resolve("\"restored\" #1, it's \\back " + "and deep ".repeat(12));
    }

    private RecoveryReport restore(Repository repository, BackupId backup) {
        return new Restore(repository, Progress.NONE)
                .intoFolder(
                        backup,
                        new Restore.NewServer(
                                into(),
                                TestServer.home(),
                                2,
                                List.of("--innodb-buffer-pool-size=64M"),
                                Afterwards.STOP));
    }
}
