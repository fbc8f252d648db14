package io.holdfast.servertests.archive;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.backup.BackupError;
import io.holdfast.backup.archive.ArchiveEvent;
import io.holdfast.backup.archive.ArchiveOptions;
import io.holdfast.client.Rows;
import io.holdfast.client.Session;
import io.holdfast.core.SqlErrorException;
import io.holdfast.repository.archive.History;
import io.holdfast.servertests.TestServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/// Goal: a repository that takes nothing costs disk space up to a limit, a warning, and in the end
/// a gap that is said; never more, and nothing once it takes parts again. Method: a store whose
/// gate is shut.
class BlockedRepositoryTest {
    private static final long LIMIT_BYTES = 2 << 20;

    /// What a following archiver may take above its limit: it looks once a second, and one event is
    /// taken whole.
    private static final long SLACK_BYTES = 64 << 20;

    private static void create(Session session) {
        session.execute("CREATE DATABASE d");
        session.execute("CREATE TABLE d.t (id INT PRIMARY KEY AUTO_INCREMENT, v LONGBLOB)");
    }

    private static void write(Session session, int count) {
        for (int i = 0; i < count; i++) {
            session.execute("INSERT INTO d.t (v) VALUES (REPEAT(RANDOM_BYTES(1000), 100))");
        }
    }

    @Test
    void atItsLimitTheJournalPausesWarnsOfThePurgeAndGoesOn() throws Exception {
        try (var server = TestServer.start();
                Session session = RunningArchiver.session(server)) {
            create(session);
            try (var archive = new RunningArchiver()) {
                pause(archive, server, session);
                assertThat(archive.events())
                        .noneMatch(RunningArchiver.warning(BackupError.ARCHIVE_PURGE_NEAR));
                session.execute("SET GLOBAL binlog_expire_logs_seconds = 2");
                archive.awaitEvent(
                        "a warning of the purge",
                        RunningArchiver.warning(BackupError.ARCHIVE_PURGE_NEAR));
                session.execute("SET GLOBAL binlog_expire_logs_seconds = 2592000");
                archive.store().open();
                archive.awaitArchived(session);
                archive.stop();
                assertThat(archive.histories()).hasSize(1);
                assertThat(archive.histories().getFirst().continuity().gaps()).isEmpty();
                assertThat(archive.compareWithServer(server)).isGreaterThanOrEqualTo(2);
            }
            try (var archive = new RunningArchiver()) {
                session.execute("FLUSH BINARY LOGS");
                pause(archive, server, session);
                String newest = session.query("SHOW BINARY LOG STATUS").only().string(0);
                endDumps(archive, session); // a file that is being read is not purged
                session.execute("PURGE BINARY LOGS TO '" + newest + "'");
                write(session, 3);
                archive.store().open();
                archive.await("a second history", () -> archive.histories().size() == 2);
                archive.awaitArchived(session);
                archive.stop();
                History second = archive.histories().getLast().history();
                assertThat(second.reason()).isEqualTo(History.Reason.GAP);
                assertThat(second.firstFile()).isEqualTo(newest);
            }
        }
    }

    /// Archives with the repository's gate shut until the journal is full, and writes on.
    private static void pause(RunningArchiver archive, TestServer server, Session session)
            throws Exception {
        ArchiveOptions options = RunningArchiver.small().withJournalBytesMax(LIMIT_BYTES);
        archive.follow(RunningArchiver.socket(server.socket()), options);
        archive.awaitEvent("a connection", ArchiveEvent.Connected.class::isInstance);
        archive.store().shut();
        write(session, 30);
        archive.awaitEvent("a pause", RunningArchiver.warning(BackupError.JOURNAL_FULL));
        for (int file = 0; file < 2; file++) {
            session.execute("FLUSH BINARY LOGS");
            write(session, 30);
        }
        assertThat(bytes(archive.journal())).isBetween(LIMIT_BYTES, LIMIT_BYTES + SLACK_BYTES);
    }

    private static void endDumps(RunningArchiver archive, Session session)
            throws InterruptedException {
        String dumps =
                "SELECT PROCESSLIST_ID FROM performance_schema.threads"
                        + " WHERE PROCESSLIST_COMMAND LIKE 'Binlog Dump%'";
        for (Rows.Row dump : session.query(dumps)) {
            try {
                session.execute("KILL " + dump.string(0));
            } catch (SqlErrorException _) {
                // It has ended by itself.
            }
        }
        archive.await("no dump", () -> session.query(dumps).isEmpty());
    }

    private static long bytes(Path folder) throws IOException {
        long sum = 0;
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                try {
                    sum += Files.size(file);
                } catch (NoSuchFileException _) {
                    // It was not finished, or is not needed any more.
                }
            }
        }
        return sum;
    }

    @Test
    void onAFullDiskTheJournalSaysSoAndGoesOnWhenThereIsRoom() throws Exception {
        try (var server = TestServer.start();
                var archive = new RunningArchiver();
                Session session = RunningArchiver.session(server)) {
            Path disk = Files.createDirectory(archive.folder().resolve("disk"));
            Assumptions.assumeTrue(
                    run("mount", "-t", "tmpfs", "-o", "size=150m", "tmpfs", disk.toString()),
                    "a full disk needs the right to mount a small one");
            try {
                create(session);
                archive.store().shut();
                archive.follow(
                        RunningArchiver.socket(server.socket()),
                        ArchiveOptions.following()
                                .withParts(Duration.ofMillis(300), 8 << 20)
                                .withJournal(disk.resolve("journal")));
                archive.awaitEvent("a connection", ArchiveEvent.Connected.class::isInstance);
                for (int row = 0; row < 170; row++) {
                    session.execute(
                            "INSERT INTO d.t (v) VALUES (REPEAT(RANDOM_BYTES(1000), 1000))");
                }
                archive.awaitEvent(
                        "a full disk", RunningArchiver.warning(BackupError.JOURNAL_UNWRITABLE));
                archive.store().open();
                archive.awaitArchived(session);
                session.execute("FLUSH BINARY LOGS");
                write(session, 1);
                archive.awaitArchived(session);
                archive.stop();
                assertThat(archive.histories()).hasSize(1);
                assertThat(archive.histories().getFirst().continuity().gaps()).isEmpty();
                assertThat(archive.compareWithServer(server)).isEqualTo(1);
            } finally {
                archive.end();
                assertThat(run("umount", disk.toString())).isTrue();
            }
        }
    }

    private static boolean run(String... command) throws IOException, InterruptedException {
        try {
            return new ProcessBuilder(command).inheritIO().start().waitFor() == 0;
        } catch (IOException _) {
            return false; // no such program
        }
    }
}
