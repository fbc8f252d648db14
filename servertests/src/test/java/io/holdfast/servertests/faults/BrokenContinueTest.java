package io.holdfast.servertests.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.client.Rows;
import io.holdfast.client.Session;
import io.holdfast.mysqld.DataDirectory;
import io.holdfast.mysqld.MysqldProcess;
import io.holdfast.mysqld.StartOptions;
import io.holdfast.servertests.TestServer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/// Goal: a folder that cost hours survives a replay that breaks off. Method: a transaction that
/// cannot be applied in the middle of a `--continue`, with scheduled events created, changed and
/// changed again on both sides of it; then the command that the error shows, word by word, or an
/// earlier moment first.
class BrokenContinueTest {
    private static final String[] WITH = {"--event-scheduler=OFF"};
    private static final String[] WITHOUT = {
        "--event-scheduler=OFF", "--gtid-mode=OFF", "--enforce-gtid-consistency=OFF"
    };

    /// A server with a backup, and behind it a transaction that only it can execute.
    private static final class Story implements AutoCloseable {
        final TestServer server;
        final CommandLine line = new CommandLine();
        final String options;
        final String first;
        final String beforeConflict;
        final Map<String, String> statusesBeforeConflict;
        final Path into = line.folder().resolve("into");

        Story(boolean hasGtids) throws Exception {
            server = TestServer.start(hasGtids ? WITH : WITHOUT);
            options = line.rootOf(server).toString();
            try (Session root = Locks.root(server)) {
                run(
                        root,
                        "CREATE DATABASE d",
                        "CREATE TABLE d.t (a INT PRIMARY KEY)",
                        "CREATE EVENT d.commented ON SCHEDULE EVERY 1 DAY DO SELECT 1",
                        "CREATE EVENT d.renamed ON SCHEDULE EVERY 1 DAY DISABLE DO SELECT 1",
                        "CREATE EVENT d.left_alone ON SCHEDULE EVERY 1 DAY DO SELECT 1");
                line.run(line.withRepository("backup", "--logical", "--defaults-file", options))
                        .succeeded();
                run(root, "INSERT INTO d.t VALUES (1)");
                first = place(root);
                run(
                        root,
                        "ALTER EVENT d.commented COMMENT 'still enabled'",
                        "ALTER EVENT d.renamed RENAME TO d.`new name`",
                        "CREATE EVENT d.made ON SCHEDULE EVERY 1 DAY DO SELECT 1",
                        "CREATE EVENT IF NOT EXISTS d.commented ON SCHEDULE EVERY 1 DAY DISABLE DO SELECT 1",
                        "INSERT INTO d.t VALUES (2)");
                beforeConflict = place(root);
                statusesBeforeConflict = events(root);
                run(
                        root,
                        "SET sql_log_bin = 0",
                        "DELETE FROM d.t WHERE a = 2",
                        "SET sql_log_bin = 1",
                        "INSERT INTO d.t VALUES (2)",
                        "ALTER EVENT d.made DISABLE",
                        "ALTER EVENT d.commented COMMENT 'again'",
                        "INSERT INTO d.t VALUES (3)",
                        "FLUSH BINARY LOGS");
            }
            line.run(
                            line.withRepository(
                                    "archive", "--until-caught-up", "--defaults-file", options))
                    .succeeded();
            line.run(line.withRepository("recover", "--to", first, "--into", into.toString()))
                    .succeeded();
        }

        private static void run(Session session, String... statements) {
            for (String statement : statements) {
                session.execute(statement);
            }
        }

        private static String place(Session session) {
            Rows.Row row = session.query("SHOW BINARY LOG STATUS").only();
            return row.string("File") + ":" + row.string("Position");
        }

        CommandLine.Ended goOn(String moment) throws Exception {
            return line.run(
                    line.withRepository("recover", "--to", moment, "--continue", into.toString()));
        }

        /// The command behind "do:" of an error, as a shell would split it: nothing in it is
        /// quoted.
        static String[] command(CommandLine.Ended failed) {
            String remedy =
                    failed.error()
                            .lines()
                            .filter(line -> line.startsWith("  do:"))
                            .reduce("", (_, last) -> last);
            List<String> words =
                    new ArrayList<>(
                            List.of(
                                    remedy.substring(remedy.indexOf("holdfast recover"))
                                            .split(" ", -1)));
            words.removeFirst();
            return words.toArray(String[]::new);
        }

        void demandWholeStory() {
            try (Session root = Locks.root(server)) {
                demand(
                        "1,2,3",
                        events(root),
                        root.query("SELECT @@gtid_executed").only().string(0));
            }
        }

        void demand(String rows, Map<String, String> statuses, String executed) {
            try (var process =
                            MysqldProcess.start(
                                    TestServer.home(),
                                    DataDirectory.open(into.resolve("data")),
                                    StartOptions.in(into.resolve("run"))
                                            .withOptions(
                                                    "--skip-log-bin", "--event-scheduler=OFF"));
                    Session root =
                            Session.open(
                                    io.holdfast.client.ConnectOptions.of(
                                            new io.holdfast.client.ServerAddress.UnixSocket(
                                                    process.socket()),
                                            "root",
                                            io.holdfast.client.Secret.EMPTY))) {
                assertThat(root.query("SELECT GROUP_CONCAT(a) FROM d.t").only().string(0))
                        .isEqualTo(rows);
                assertThat(events(root)).isEqualTo(statuses);
                if (!executed.isEmpty()) {
                    assertThat(root.query("SELECT @@gtid_executed").only().string(0))
                            .isEqualTo(executed);
                }
            }
        }

        static Map<String, String> events(Session session) {
            var statuses = new TreeMap<String, String>();
            for (Rows.Row row :
                    session.query(
                            "SELECT EVENT_NAME, CONCAT_WS(' ', STATUS, EVENT_COMMENT) FROM"
                                    + " information_schema.EVENTS WHERE EVENT_SCHEMA = 'd'")) {
                statuses.put(row.string(0), row.string(1));
            }
            return statuses;
        }

        @Override
        public void close() {
            line.close();
            server.close();
        }
    }

    @Test
    void theCommandThatAnApplierErrorShowsGoesOn() throws Exception {
        try (var story = new Story(true)) {
            CommandLine.Ended stopped = story.goOn("latest").failed(3, "APPLIER_STOPPED");
            assertThat(stopped.error()).contains("1062");
            // Without the skip the same transaction is in the way again.
            story.goOn("latest").failed(3, "APPLIER_STOPPED");
            story.line.run(Story.command(stopped)).succeeded();
            story.demandWholeStory();
        }
    }

    /// Without GTIDs, and an earlier moment first.
    @Test
    void anEarlierMomentIsReachedFromWhereItBrokeOff() throws Exception {
        try (var story = new Story(false)) {
            CommandLine.Ended stopped = story.goOn("latest").failed(3, "APPLIER_STOPPED");
            story.goOn(story.first).failed(3, "CONTINUE_BACKWARDS");
            story.goOn(story.beforeConflict).succeeded();
            story.demand("1,2", story.statusesBeforeConflict, "");
            story.line.run(Story.command(stopped)).succeeded();
            story.demandWholeStory();
        }
    }
}
