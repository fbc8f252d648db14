package io.holdfast.servertests.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.client.CloneDonor;
import io.holdfast.client.Session;
import io.holdfast.core.SqlErrorException;
import io.holdfast.servertests.TestServer;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Physical backups that are cut short, in the middle of copying: the server is locked by then and
/// keeps its redo for the backup, which would stop all writers if it stayed so.
class LostPhysicalBackupTest {
    /// Whether a donor sends. It blocks in it, because so little is read.
    private static final String SENDING =
            "SELECT COUNT(*) FROM information_schema.PROCESSLIST WHERE COMMAND = 'Clone' AND STATE ="
                    + " 'Sending to client'";

    private static final int TOO_MANY_CLONES = 3634;

    private static final int LOOKS_MAX = 1_000;

    @SuppressWarnings("NullAway.Init") // set before all tests
    private static TestServer server;

    @BeforeAll
    static void start() {
        server = TestServer.start("--innodb-redo-log-capacity=8M");
        try (Session root = Locks.root(server)) {
            root.execute("INSTALL PLUGIN clone SONAME 'mysql_clone.so'");
        }
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    /// Starts a backup that takes minutes, and waits until it is in the middle.
    private static CommandLine.Running inTheMiddle(CommandLine line) throws Exception {
        CommandLine.Running backup =
                line.startInterruptible(
                        line.withRepository(
                                "backup",
                                "--physical",
                                "--rate",
                                "1M",
                                "--defaults-file",
                                line.rootOf(server).toString()));
        try (Session root = Locks.root(server)) {
            while (!Locks.isRedoKept(root)) {
                assertThat(backup.process().isAlive()).as("the backup runs").isTrue();
                root.execute("DO SLEEP(0.01)");
            }
        }
        return backup;
    }

    /// Holds if the server is as free as before and the repository shows nothing.
    private static void demandNothingLeft(CommandLine line) throws Exception {
        Locks.demandNone(server);
        Locks.demandNoRedoKept(server);
        assertThat(line.wholeBackups()).isEmpty();
        assertThat(line.objects("backups")).isEmpty();
    }

    @Test
    void aKilledBackupLeavesTheServerFree() throws Exception {
        try (var line = new CommandLine()) {
            CommandLine.Running backup = inTheMiddle(line);
            backup.process().destroyForcibly();
            int _ = backup.process().waitFor();
            demandNothingLeft(line);
        }
    }

    @Test
    void anInterruptedBackupLeavesTheServerFree() throws Exception {
        try (var line = new CommandLine()) {
            CommandLine.Running backup = inTheMiddle(line);
            int _ =
                    new ProcessBuilder("kill", "-INT", String.valueOf(backup.process().pid()))
                            .start()
                            .waitFor();
            assertThat(backup.await().status()).isEqualTo(130);
            demandNothingLeft(line);
        }
    }

    @Test
    void aServerThatDiesInMidCopyLeavesNoBackup() throws Exception {
        try (var line = new CommandLine()) {
            CommandLine.Running backup = inTheMiddle(line);
            server.kill();
            backup.await().failed(4, "SERVER_GONE");
            assertThat(line.objects("backups")).isEmpty();
        } finally {
            server.restart();
        }
        try (var line = new CommandLine()) {
            line.run(
                            line.withRepository(
                                    "backup",
                                    "--physical",
                                    "--defaults-file",
                                    line.rootOf(server).toString()))
                    .succeeded();
        }
    }

    /// Starts a clone that takes minutes, and waits until the donor sends.
    private static CommandLine.Running inTheMiddleOfAClone(CommandLine line) throws Exception {
        CommandLine.Running backup =
                line.start(
                        line.withRepository(
                                "backup",
                                "--physical",
                                "--via-clone",
                                "--rate",
                                "1M",
                                "--defaults-file",
                                line.rootOf(server).toString()));
        try (Session root = Locks.root(server)) {
            while (root.query(SENDING).only().integer(0) == 0) {
                assertThat(backup.process().isAlive()).as("the backup runs").isTrue();
                root.execute("DO SLEEP(0.01)");
            }
        }
        return backup;
    }

    /// A donor whose recipient vanished waits for it for minutes, with DDL held back; but it yields
    /// to the next one as soon as it has noticed.
    @Test
    void aKilledCloneMakesWayForTheNext() throws Exception {
        try (var line = new CommandLine()) {
            CommandLine.Running backup = inTheMiddleOfAClone(line);
            backup.process().destroyForcibly();
            int _ = backup.process().waitFor();
            assertThat(line.wholeBackups()).isEmpty();
            assertThat(line.objects("backups")).isEmpty();
            cloneOnceMore();
            Locks.demandNone(server);
        }
    }

    private static void cloneOnceMore() {
        try (Session root = Locks.root(server)) {
            for (int look = 0; look < LOOKS_MAX; look++) {
                try (var next = CloneDonor.open(server.as("root", ""), Duration.ofSeconds(10))) {
                    assertThat(next).isNotNull();
                    return;
                } catch (SqlErrorException notYet) {
                    assertThat(notYet.number()).isEqualTo(TOO_MANY_CLONES);
                    root.execute("DO SLEEP(0.01)");
                }
            }
        }
        throw new AssertionError("the donor does not notice that the recipient is gone");
    }

    @Test
    void aDonorThatDiesLeavesNoBackup() throws Exception {
        try (var line = new CommandLine()) {
            CommandLine.Running backup = inTheMiddleOfAClone(line);
            server.kill();
            assertThat(backup.await().status()).isEqualTo(4);
            assertThat(line.objects("backups")).isEmpty();
        } finally {
            server.restart();
        }
    }
}
