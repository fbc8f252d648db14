package io.holdfast.servertests.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.client.ConnectOptions;
import io.holdfast.client.Secret;
import io.holdfast.client.ServerAddress;
import io.holdfast.client.Session;
import io.holdfast.core.SqlErrorException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Recovered servers that are to go on running when the command has ended.
class LeftRunningTest {
    private static final int OPTION_PREVENTS_STATEMENT = 1290;

    private static final Pattern RUNNING =
            Pattern.compile("\"running\":\\{\"pid\":(\\d+),\"socket\":\"([^\"]+)\"");

    @SuppressWarnings("NullAway.Init") // set before all tests
    private static Protected its;

    @BeforeAll
    static void protect() throws IOException, InterruptedException {
        its = new Protected();
    }

    @AfterAll
    static void close() {
        its.close();
    }

    /// A server that a command left behind; ended with the test, whatever happens.
    private record Left(ProcessHandle process, Path socket) implements AutoCloseable {
        static Left of(CommandLine.Ended ended) {
            Matcher said = RUNNING.matcher(ended.succeeded().out());
            assertThat(said.find()).as("%s", ended).isTrue();
            return new Left(
                    ProcessHandle.of(Long.parseLong(said.group(1))).orElseThrow(),
                    Path.of(said.group(2)));
        }

        Session root() {
            return Session.open(
                    ConnectOptions.of(new ServerAddress.UnixSocket(socket), "root", Secret.EMPTY));
        }

        /// As the report says: `kill PID`.
        void stop() throws Exception {
            assertThat(process.destroy()).isTrue();
            process.onExit().get(60, TimeUnit.SECONDS);
        }

        @Override
        public void close() {
            process.destroyForcibly();
        }
    }

    private static String[] start(Path into, String... words) {
        String[] all = java.util.Arrays.copyOf(words, words.length + 4);
        all[words.length] = "--into";
        all[words.length + 1] = into.toString();
        all[words.length + 2] = "--start";
        all[words.length + 3] = "--json";
        return its.line.withRepository(all);
    }

    @Test
    void aRecoveredServerRunsOnAndNobodyCanWriteOnIt() throws Exception {
        Path into = its.line.folder().resolve("kept");
        CommandLine.Ended ended = its.line.run(start(into, "recover", "--to", "latest"));
        try (Left left = Left.of(ended)) {
            assertThat(left.process().isAlive()).isTrue();
            assertThat(sessionOf(left.process().pid()))
                    .as("its own session, which no Ctrl-C of ours reaches")
                    .isEqualTo(left.process().pid());
            try (Session root = left.root()) {
                assertThat(root.query("SELECT GROUP_CONCAT(id) FROM shop.a").only().string(0))
                        .isEqualTo("2,3,4");
                assertThat(
                                root.query(
                                                "SELECT CONCAT_WS(' ', @@super_read_only, @@event_scheduler,"
                                                        + " @@skip_networking, (SELECT COUNT(*) FROM mysql.user"
                                                        + " WHERE user LIKE 'holdfast%'))")
                                        .only()
                                        .string(0))
                        .isEqualTo("1 OFF 1 0");
                assertThatThrownBy(() -> root.execute("INSERT INTO shop.a VALUES (9, 'nine')"))
                        .isInstanceOfSatisfying(
                                SqlErrorException.class,
                                refusal ->
                                        assertThat(refusal.number())
                                                .isEqualTo(OPTION_PREVENTS_STATEMENT));
            }
            String[] goOn =
                    its.line.withRepository(
                            "recover", "--to", "latest", "--continue", into.toString());
            CommandLine.Ended refused = its.line.run(goOn).failed(3, "CONTINUE_REFUSED");
            assertThat(refused.error()).contains("kill " + left.process().pid());
            left.stop();
            its.line.run(goOn).succeeded();
        }
    }

    @Test
    void aServerThatWasWrittenOnIsNotRolledForward() throws Exception {
        Path into = its.line.folder().resolve("written");
        CommandLine.Ended ended = its.line.run(start(into, "restore", its.backup, "--writable"));
        try (Left left = Left.of(ended)) {
            try (Session root = left.root()) {
                assertThat(root.query("SELECT GROUP_CONCAT(id) FROM shop.a").only().string(0))
                        .isEqualTo("1,2");
                root.execute("INSERT INTO shop.a VALUES (9, 'nine')");
            }
            left.stop();
            its.line
                    .run(
                            its.line.withRepository(
                                    "recover", "--to", "latest", "--continue", into.toString()))
                    .failed(3, "CONTINUE_REFUSED");
        }
    }

    @Test
    void onlyAServerThatIsStartedCanBeWritable() throws Exception {
        Path into = its.line.folder().resolve("neither");
        its.line
                .run(
                        its.line.withRepository(
                                "restore", its.backup, "--into", into.toString(), "--writable"))
                .failed(2, "ARGUMENTS_NOT_UNDERSTOOD");
        assertThat(into).doesNotExist();
    }

    /// Source: Linux `proc_pid_stat(5)`, field 6; the name in field 2 may hold spaces.
    private static long sessionOf(long pid) throws IOException {
        String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
        return Long.parseLong(stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1)[3]);
    }
}
