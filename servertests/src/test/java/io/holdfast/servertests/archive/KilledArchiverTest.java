package io.holdfast.servertests.archive;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.backup.archive.ArchiveEvent;
import io.holdfast.backup.archive.Archiver;
import io.holdfast.client.Session;
import io.holdfast.core.Problem;
import io.holdfast.repository.Repository;
import io.holdfast.repository.archive.Archive;
import io.holdfast.repository.archive.HistoryArchive;
import io.holdfast.servertests.TestServer;
import io.holdfast.store.DirectoryStore;
import io.holdfast.testkit.Seeded;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Goal: `kill -9` of the archiver at any moment costs nothing. Method: the real command in a JVM
/// of its own, killed three times after a random number of transactions while somebody writes; then
/// the exported files are compared with the server's. `bench/archive.sh torture` does the same
/// twenty times, and kills the server, too.
@Seeded
class KilledArchiverTest {
    private static final int KILLS = 3;

    @Test
    void whatIsExportedIsWhatTheServerWroteHoweverOftenItWasKilled(RandomGenerator random)
            throws Exception {
        try (var server = TestServer.start("--max-binlog-size=1M");
                var archive = new RunningArchiver();
                Session session = RunningArchiver.session(server)) {
            session.execute("CREATE DATABASE d");
            session.execute("CREATE TABLE d.t (id INT PRIMARY KEY AUTO_INCREMENT, v LONGBLOB)");
            var isOver = new AtomicBoolean();
            Thread writer = Thread.ofVirtual().start(() -> write(server, isOver));
            try {
                for (int kill = 0; kill < KILLS; kill++) {
                    Process child = child(archive, server);
                    try {
                        awaitConnected(child);
                        awaitMore(session, random.nextInt(1, 400));
                    } finally {
                        child.destroyForcibly().waitFor();
                    }
                }
            } finally {
                isOver.set(true);
                writer.join();
            }
            session.execute("FLUSH BINARY LOGS");
            session.execute("INSERT INTO d.t (v) VALUES ('last')");
            archive.catchUp(server);
            assertThat(archive.histories()).hasSize(1);
            HistoryArchive history = archive.histories().getFirst();
            assertThat(history.continuity().gaps()).isEmpty();
            assertThat(history.continuity().runs().getLast().executed())
                    .isEqualTo(RunningArchiver.executed(session));
            int closed = session.query("SHOW BINARY LOGS").count() - 1;
            assertThat(archive.compareWithServer(server)).isEqualTo(closed);
        }
    }

    /// Method: the journal that a process leaves which is killed when a file's first event is
    /// durable and its second is not. It is that of a running archiver, with what came later cut
    /// off.
    @Test
    void oneKilledBetweenAFilesFirstAndSecondEventGoesOn() throws Exception {
        try (var server = TestServer.start();
                var archive = new RunningArchiver();
                Session session = RunningArchiver.session(server)) {
            session.execute("CREATE DATABASE d");
            archive.followSocket(server);
            archive.awaitArchived(session);
            archive.store().shut();
            session.execute("FLUSH BINARY LOGS");
            session.execute("CREATE TABLE d.t (id INT PRIMARY KEY)");
            var left = new JournalLeft(archive.folder().resolve("left"));
            archive.await("the second file", () -> left.take(archive.journal(), "binlog.000002"));
            Path repository = left.copy(archive.folder().resolve("repo"));
            archive.end();
            left.cutBehindTheFirstEvent();

            Repository opened = Repository.open(DirectoryStore.open(repository));
            new Archiver(
                            RunningArchiver.small()
                                    .withJournal(left.journal())
                                    .untilItHasCaughtUp(),
                            RunningArchiver.options(server),
                            opened,
                            archive.folder(),
                            KilledArchiverTest::demandUninterrupted)
                    .run();
            assertThat(new Archive(opened).histories()).hasSize(1);
            HistoryArchive history = new Archive(opened).histories().getFirst();
            assertThat(history.continuity().gaps()).isEmpty();
            assertThat(history.continuity().runs().getLast().executed())
                    .isEqualTo(RunningArchiver.executed(session));
            assertThat(archive.compareWithServer(server, history)).isEqualTo(1);
        }
    }

    /// What an archiver cannot read it asks for again, for ever.
    private static void demandUninterrupted(ArchiveEvent event) {
        if (event instanceof ArchiveEvent.Interrupted(Problem problem, _)) {
            throw new AssertionError(problem.toString());
        }
    }

    /// Some small rows and now and then a larger one, until it is over.
    private static void write(TestServer server, AtomicBoolean isOver) {
        try (Session session = RunningArchiver.session(server)) {
            for (int i = 0; !isOver.get(); i++) {
                session.execute(
                        i % 50 == 0
                                ? "INSERT INTO d.t (v) VALUES (REPEAT('large', 40000))"
                                : "INSERT INTO d.t (v) VALUES (REPEAT('x', 100))");
            }
        }
    }

    private static void awaitMore(Session session, int transactions) {
        long end = count(session) + transactions;
        while (count(session) < end) {
            Thread.onSpinWait(); // each look is a statement that waits for its answer
        }
    }

    private static long count(Session session) {
        return session.query("SELECT COALESCE(MAX(id), 0) FROM d.t").only().integer(0);
    }

    private static Process child(RunningArchiver archive, TestServer server) throws IOException {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(
                List.of(
                        "-Xmx256m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow",
                        "-Duser.home=" + archive.folder(),
                        "-cp",
                        System.getProperty(
                                "surefire.test.class.path", System.getProperty("java.class.path")),
                        "io.holdfast.cli.Main",
                        "archive",
                        "--json",
                        "--server",
                        "mysql://root@127.0.0.1:" + server.port(),
                        "--repo",
                        archive.folder().resolve("repo").toString(),
                        "--journal",
                        archive.journal().toString(),
                        "--from",
                        "binlog.000001",
                        "--part-seconds",
                        "0.2"));
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .redirectInput(ProcessBuilder.Redirect.PIPE)
                .start();
    }

    /// Reads what the command says until it follows the server, and goes on reading so that it is
    /// never held up.
    private static void awaitConnected(Process child) throws IOException {
        BufferedReader said = child.inputReader(StandardCharsets.UTF_8);
        for (String line = said.readLine(); line != null; line = said.readLine()) {
            if (line.contains("\"connected\"")) {
                Thread _ = Thread.ofVirtual().start(() -> drain(said));
                return;
            }
        }
        throw new AssertionError("the archiver ended with status " + child.exitValue());
    }

    private static void drain(BufferedReader said) {
        try {
            @Nullable String line = said.readLine();
            while (line != null) {
                line = said.readLine();
            }
        } catch (IOException _) {
            // It was killed.
        }
    }
}
