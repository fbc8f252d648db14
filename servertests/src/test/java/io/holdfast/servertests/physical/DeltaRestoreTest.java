package io.holdfast.servertests.physical;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.backup.physical.PhysicalBackup;
import io.holdfast.client.Session;
import io.holdfast.core.HoldfastException;
import io.holdfast.core.InterruptedWorkException;
import io.holdfast.core.Progress;
import io.holdfast.core.RefusedException;
import io.holdfast.mysqld.Folders;
import io.holdfast.recovery.Afterwards;
import io.holdfast.recovery.RecoveryReport;
import io.holdfast.recovery.Restore;
import io.holdfast.recovery.error.RecoveryError;
import io.holdfast.recovery.physical.DeltaReport;
import io.holdfast.repository.BackupId;
import io.holdfast.repository.Repository;
import io.holdfast.servertests.TestServer;
import io.holdfast.servertests.recovery.AtPhase;
import io.holdfast.store.MemoryStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/// Goal: a stopped server becomes the backup's again, whatever it did since, and in between nobody
/// takes it for one. Method: tables of every kind on disk; rows and definitions are changed on the
/// original; a run over its own files is broken off in the middle, and another one completes it.
final class DeltaRestoreTest {
    private static final int ADVANCES_BEFORE_THE_END = 20;

    /// Source: MySQL 9.7 `share/messages_to_error_log.txt`, `ER_IB_ERR_RECOVERY_REDO_DISABLED`.
    private static final String LOG_DISABLED = "MY-013598";

    @Test
    void aServerBecomesTheBackupsAgain() throws Exception {
        Path folder = TestServer.temporaryFolder();
        Path elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
        Repository repository = Repository.create(new MemoryStore());
        try (var server = TestServer.start("--innodb-directories=" + elsewhere)) {
            BackupId backup;
            Map<String, String> before;
            try (Bank bank = Bank.found(server, elsewhere);
                    Session root = Taken.root(server)) {
                before = Contents.of(root);
                backup =
                        new PhysicalBackup(
                                        server.as("root", ""),
                                        repository,
                                        Taken.options(server),
                                        Progress.NONE)
                                .run()
                                .backup();
                change(root);
                bank.shut();
            }
            whatIsNotToBeTouchedIsNot(repository, backup, server, elsewhere);
            whatWasBrokenOffIsNoServer(repository, backup, server, new Broken());
            Path link = Files.createSymbolicLink(folder.resolve("link"), server.dataFolder());
            theNextRunCompletesIt(repository, backup, server, link);
            whatWasBrokenOffIsNoServer(
                    repository, backup, server, new AtPhase(DeltaRestoreTest::interruptAtProof));
            over(repository, backup, link);
            server.restart();
            try (Session root = Taken.root(server)) {
                assertThat(Contents.of(root)).isEqualTo(before);
                Contents.demandSound(root);
            }
        } finally {
            Folders.remove(folder);
        }
    }

    /// A server that runs, and one with a file elsewhere. It is killed, and so leaves much behind.
    private static void whatIsNotToBeTouchedIsNot(
            Repository repository, BackupId backup, TestServer server, Path elsewhere)
            throws IOException {
        Path data = server.dataFolder();
        assertThatThrownBy(() -> over(repository, backup, data))
                .isInstanceOfSatisfying(
                        RefusedException.class,
                        refusal ->
                                assertThat(refusal.problem().code())
                                        .isEqualTo(RecoveryError.DELTA_REFUSED));
        server.kill();
        Path outside = elsewhere.resolve("bank").resolve("outside.ibd");
        assertThatThrownBy(() -> over(repository, backup, data))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining(outside.toString());
        Files.delete(outside);
    }

    private static void whatWasBrokenOffIsNoServer(
            Repository repository, BackupId backup, TestServer server, Progress breaking)
            throws IOException {
        Path data = server.dataFolder();
        Path log = server.folder().resolve("run").resolve("error.log");
        Files.deleteIfExists(log);
        assertThatThrownBy(() -> new Restore(repository, breaking).overFolder(backup, wanted(data)))
                .satisfiesAnyOf(
                        failure ->
                                assertThat(failure)
                                        .hasRootCauseInstanceOf(CancellationException.class),
                        failure ->
                                assertThat(failure).isInstanceOf(InterruptedWorkException.class));
        var _ = Thread.interrupted();
        assertThatThrownBy(server::restart).isInstanceOf(HoldfastException.class);
        assertThat(log).content().contains(LOG_DISABLED);
    }

    /// The binary logs are kept, and not found by the server, which has executed nothing that the
    /// backup has not.
    private static void theNextRunCompletesIt(
            Repository repository, BackupId backup, TestServer server, Path link)
            throws IOException {
        Path data = server.dataFolder();
        Files.writeString(data.resolve("notes.txt"), "mine");
        RecoveryReport report = over(repository, backup, link);
        DeltaReport delta = report.physical().orElseThrow().delta().orElseThrow();
        assertThat(delta.pagesWritten()).isBetween(1L, delta.pagesCompared() / 2);
        assertThat(data.resolve(".holdfast/replaced-1/binlog.000001")).isNotEmptyFile();
        assertThat(data.resolve("binlog.index")).doesNotExist();
        assertThat(delta.kept()).contains("notes.txt");
        assertThat(report.executed())
                .isEqualTo(repository.openBackup(backup).manifest().state().gtidSet());
    }

    /// Of everything something.
    private static void change(Session session) {
        for (String sql :
                List.of(
                        "UPDATE bank.a SET v = v + 1, filler = REPEAT('x', 3000)",
                        "ALTER TABLE bank.b RENAME TO bank.b2",
                        "CREATE TABLE bank.b (id INT PRIMARY KEY, w TEXT)",
                        "INSERT INTO bank.b SELECT id, filler FROM bank.b2",
                        "DROP TABLE bank.zip",
                        "ALTER TABLE bank.zip1 RENAME TO bank.zip",
                        "TRUNCATE bank.packed",
                        "ALTER TABLE bank.parts DROP PRIMARY KEY, ADD PRIMARY KEY (id, v)",
                        "DELETE FROM bank.within WHERE id > 50",
                        "CREATE DATABASE later",
                        "CREATE TABLE later.t AS SELECT * FROM bank.words",
                        "DROP DATABASE empty_one",
                        "CREATE UNDO TABLESPACE more ADD DATAFILE 'more.ibu'",
                        "DELETE FROM bank.words")) {
            session.execute(sql);
        }
    }

    private static RecoveryReport over(Repository repository, BackupId backup, Path into) {
        return new Restore(repository, Progress.NONE).overFolder(backup, wanted(into));
    }

    private static Restore.NewServer wanted(Path into) {
        return new Restore.NewServer(
                into,
                TestServer.home(),
                2,
                List.of("--innodb-buffer-pool-size=64M"),
                Afterwards.STOP);
    }

    /// Ctrl-C when all pages are there, and a server has recovered them.
    private static void interruptAtProof(String phase) {
        if (phase.equals("proving the recovery")) {
            Thread.currentThread().interrupt();
        }
    }

    /// Breaks off when some pages were compared.
    private static final class Broken implements Progress {
        private final AtomicLong advances = new AtomicLong();

        @Override
        public void say(String line) {}

        @Override
        public Work begin(String title, Unit unit, long totalCount) {
            return _ -> {
                if (advances.incrementAndGet() == ADVANCES_BEFORE_THE_END) {
                    throw new CancellationException("broken off");
                }
            };
        }
    }
}
