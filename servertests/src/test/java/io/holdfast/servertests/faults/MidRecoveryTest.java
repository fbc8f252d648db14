package io.holdfast.servertests.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.client.Session;
import io.holdfast.mysqld.DataDirectory;
import io.holdfast.mysqld.MysqldProcess;
import io.holdfast.mysqld.StartOptions;
import io.holdfast.servertests.TestServer;
import io.holdfast.testkit.Seeded;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Recoveries that are cut off while they load and replay: by `kill -9`, by Ctrl-C, by a part of
/// the archive that is damaged or gone.
@Seeded
class MidRecoveryTest {
    private static final int ROWS = 20_000;
    private static final int TRANSACTIONS_PER_PART = 400;
    private static final int PARTS = 4;

    /// A phase's name, as the command says it on standard error when it begins.
    private static final String LOAD = "loading the backup";

    private static final String REPLAY = "replaying the log";

    @SuppressWarnings("NullAway.Init") // set before all tests
    private static TestServer server;

    @SuppressWarnings("NullAway.Init") // set before all tests
    private static CommandLine line;

    /// Where the server stood when each part ended.
    private static final List<String> PLACES = new ArrayList<>();

    private static int folders;

    @BeforeAll
    static void protect() throws Exception {
        server = TestServer.start();
        line = new CommandLine();
        String options = line.rootOf(server).toString();
        try (Session root = Locks.root(server)) {
            root.execute("CREATE DATABASE shop");
            root.execute("CREATE TABLE shop.a (id INT PRIMARY KEY AUTO_INCREMENT, v BLOB)");
            root.execute("SET cte_max_recursion_depth = " + ROWS);
            root.execute(
                    "INSERT INTO shop.a (v) WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i +"
                            + " 1 FROM n WHERE i < "
                            + ROWS
                            + ") SELECT RANDOM_BYTES(500) FROM n");
            line.run(line.withRepository("backup", "--logical", "--defaults-file", options))
                    .succeeded();
            for (int part = 0; part < PARTS; part++) {
                for (int i = 0; i < TRANSACTIONS_PER_PART; i++) {
                    root.execute("INSERT INTO shop.a (v) VALUES (RANDOM_BYTES(500))");
                }
                root.execute("FLUSH BINARY LOGS");
                var row = root.query("SHOW BINARY LOG STATUS").only();
                PLACES.add(row.string("File") + ":" + row.string("Position"));
                // Each run ends with parts of what is new.
                line.run(
                                line.withRepository(
                                        "archive", "--until-caught-up", "--defaults-file", options))
                        .succeeded();
            }
        }
    }

    @AfterAll
    static void close() {
        line.close();
        server.close();
    }

    private static Path newFolder() {
        return line.folder().resolve("into-" + folders++);
    }

    private static String[] recover(Path into) {
        return line.withRepository("recover", "--to", "latest", "--into", into.toString());
    }

    @Test
    void aKilledRecoveryLeavesNoServerAndAFolderThatIsRefused(RandomGenerator random)
            throws Exception {
        for (String phase : List.of(LOAD, REPLAY)) {
            Path into = newFolder();
            CommandLine.Running recovery = line.start(recover(into));
            boolean hasEnded = awaitIn(recovery, phase, random.nextInt(400));
            recovery.process().destroyForcibly();
            recovery.process().waitFor();
            Processes.demandNoServerOf(into);
            if (!hasEnded) {
                demandRefused(into);
            }
        }
        Path other = newFolder();
        line.run(recover(other)).succeeded();
        demandAllRows(other);
    }

    private static void demandRefused(Path unfinished) throws Exception {
        CommandLine.Ended again = line.run(recover(unfinished)).failed(3, "TARGET_NOT_EMPTY");
        assertThat(again.error()).contains("unfinished").contains("rm -r " + unfinished);
        CommandLine.Ended further = line.run(goOn(unfinished)).failed(3, "CONTINUE_REFUSED");
        assertThat(further.error()).contains("never finished").contains("new folder");
    }

    /// Goal: what was finished once is not lost by what goes on from it. Method: as above, with a
    /// replay that continues a folder; and one that comes upon a damaged part.
    @Test
    void aFolderWhoseContinuationBrokeOffIsContinued(RandomGenerator random) throws Exception {
        Path into = newFolder();
        line.run(
                        line.withRepository(
                                "recover", "--to", PLACES.getFirst(), "--into", into.toString()))
                .succeeded();
        CommandLine.Running recovery = line.start(goOn(into));
        boolean hasEnded = awaitIn(recovery, REPLAY, random.nextInt(1_000));
        recovery.process().destroyForcibly();
        recovery.process().waitFor();
        Processes.demandNoServerOf(into);
        if (!hasEnded) {
            Path part = lastPart();
            byte[] good = damage(part, random);
            try {
                CommandLine.Ended further = line.run(goOn(into));
                assertThat(further.status()).as("%s", further).isEqualTo(5);
                demandNamed(further, part);
            } finally {
                write(part, good);
            }
            // Once the part is whole again, from another copy say, the folder is as good as ever.
            line.run(goOn(into)).succeeded();
        }
        demandAllRows(into);
    }

    @ParameterizedTest
    @ValueSource(strings = {LOAD, REPLAY})
    void anInterruptedRecoveryCleansUp(String phase, RandomGenerator random) throws Exception {
        Path into = newFolder();
        CommandLine.Running recovery = line.startInterruptible(recover(into));
        boolean hasEnded = awaitIn(recovery, phase, random.nextInt(400));
        if (hasEnded) {
            return;
        }
        interrupt(recovery);
        CommandLine.Ended ended = recovery.await();
        if (ended.status() == 0) {
            return; // it was done before the signal came
        }
        assertThat(ended.status()).as("%s", ended).isEqualTo(130);
        assertThat(ended.error()).contains("error[INTERRUPTED]: ");
        Processes.demandNoServerOf(into);
        assertThat(into).doesNotExist();
    }

    @Test
    void aPartThatIsDamagedInMidReplayIsNamedAndNothingIsHandedOver(RandomGenerator random)
            throws Exception {
        Path part = middlePart();
        byte[] good = damage(part, random);
        Path into = newFolder();
        try {
            CommandLine.Ended ended = line.run(recover(into));
            assertThat(ended.status()).as("%s", ended).isEqualTo(5);
            demandNamed(ended, part);
            assertThat(ended.error()).contains(REPLAY);
            Processes.demandNoServerOf(into);
            assertThat(into).doesNotExist();
        } finally {
            write(part, good);
        }
    }

    /// Flips a bit, not in the first or last tenth, which hold what is read before anything is
    /// touched.
    ///
    /// @return what was there before
    private static byte[] damage(Path part, RandomGenerator random) throws IOException {
        byte[] good = Files.readAllBytes(part);
        byte[] bad = good.clone();
        int bit = 8 * (good.length / 10) + random.nextInt(8 * (good.length * 8 / 10));
        bad[bit / 8] ^= (byte) (1 << (bit % 8));
        write(part, bad);
        return good;
    }

    private static String[] goOn(Path folder) {
        return line.withRepository("recover", "--to", "latest", "--continue", folder.toString());
    }

    private static void demandNamed(CommandLine.Ended ended, Path part) {
        // archive/HISTORY/…/NAME.part
        String history = line.repository().relativize(part).getName(1).toString();
        assertThat(ended.error())
                .containsPattern("error\\[(OBJECT|BLOCK)_")
                .contains(history)
                .contains(String.valueOf(part.getFileName()))
                .containsPattern("binlog\\.\\d{6}:\\d+")
                .contains("do:    ");
    }

    @Test
    void aPartThatIsGoneIsRefusedBeforeAnythingIsTouched() throws Exception {
        Path part = middlePart();
        Path away = line.folder().resolve("away");
        Files.move(part, away);
        Path into = newFolder();
        try {
            CommandLine.Ended ended = line.run(recover(into)).failed(3, "ARCHIVE_GAP");
            assertThat(ended.error()).doesNotContain("making a data directory");
            assertThat(into).doesNotExist();
        } finally {
            Files.move(away, part);
        }
    }

    private static List<Path> parts() throws IOException {
        List<Path> parts =
                line.objects("archive").stream()
                        .filter(object -> object.toString().endsWith(".part"))
                        .sorted()
                        .toList();
        assertThat(parts).hasSizeGreaterThan(2);
        return parts;
    }

    /// The largest part that is neither the first nor the last.
    private static Path middlePart() throws IOException {
        List<Path> parts = parts();
        return largest(parts.subList(1, parts.size() - 1));
    }

    /// The largest of those behind the middle: there are transactions in it, and many before it.
    private static Path lastPart() throws IOException {
        List<Path> parts = parts();
        return largest(parts.subList(parts.size() / 2, parts.size()));
    }

    private static Path largest(List<Path> parts) {
        return parts.stream()
                .max(java.util.Comparator.comparingLong(part -> part.toFile().length()))
                .orElseThrow();
    }

    private static void write(Path object, byte[] bytes) throws IOException {
        Files.setPosixFilePermissions(
                object, java.nio.file.attribute.PosixFilePermissions.fromString("rw-------"));
        Files.write(object, bytes);
    }

    /// Waits until the command says that it is in a phase, and some more.
    ///
    /// @return whether it ended instead
    private static boolean awaitIn(CommandLine.Running running, String phase, int moreMillis)
            throws IOException, InterruptedException {
        while (!Files.readString(running.error()).contains(phase)) {
            if (running.process().waitFor(5, TimeUnit.MILLISECONDS)) {
                return true;
            }
        }
        return running.process().waitFor(moreMillis, TimeUnit.MILLISECONDS);
    }

    private static void interrupt(CommandLine.Running running) throws Exception {
        int _ =
                new ProcessBuilder("kill", "-INT", Long.toString(running.process().pid()))
                        .inheritIO()
                        .start()
                        .waitFor();
    }

    private static void demandAllRows(Path folder) {
        try (Session source = Locks.root(server);
                var process =
                        MysqldProcess.start(
                                TestServer.home(),
                                DataDirectory.open(folder.resolve("data")),
                                StartOptions.in(folder.resolve("run"))
                                        .withOptions("--skip-log-bin", "--event-scheduler=OFF"));
                Session recovered =
                        Session.open(
                                io.holdfast.client.ConnectOptions.of(
                                        new io.holdfast.client.ServerAddress.UnixSocket(
                                                process.socket()),
                                        "root",
                                        io.holdfast.client.Secret.EMPTY))) {
            for (String question :
                    List.of(
                            "CHECKSUM TABLE shop.a",
                            "SELECT '', COUNT(*) FROM shop.a",
                            "SELECT '', @@gtid_executed")) {
                assertThat(recovered.query(question).only().string(1))
                        .as(question)
                        .isEqualTo(source.query(question).only().string(1));
            }
        }
    }
}
