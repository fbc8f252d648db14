package io.holdfast.servertests.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.client.Session;
import io.holdfast.servertests.TestServer;
import io.holdfast.testkit.Seeded;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Backups that are cut short: by the death of the server, of the process, of the disk's space.
@Seeded
class LostBackupTest {
    private static final int ROWS = 60_000;
    private static final int KILLS = 4;

    @SuppressWarnings("NullAway.Init") // set before all tests
    private static TestServer server;

    @BeforeAll
    static void start() {
        server = TestServer.start();
        try (Session root = Locks.root(server)) {
            root.execute("CREATE DATABASE shop");
            root.execute("CREATE TABLE shop.a (id INT PRIMARY KEY AUTO_INCREMENT, v BLOB)");
            root.execute("SET cte_max_recursion_depth = " + ROWS);
            root.execute(
                    "INSERT INTO shop.a (v) WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i +"
                            + " 1 FROM n WHERE i < "
                            + ROWS
                            + ") SELECT RANDOM_BYTES(1000) FROM n");
        }
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    /// Goal: whatever a process had begun when it died, the next backup works at once and what is
    /// listed is whole. Method: kill it after a random time, again and again, in one repository.
    @Test
    void aKilledBackupIsInNobodysWay(RandomGenerator random) throws Exception {
        try (var line = new CommandLine()) {
            String options = line.rootOf(server).toString();
            long begun = System.nanoTime();
            line.run(line.withRepository("backup", "--logical", "--defaults-file", options))
                    .succeeded();
            long wholeMillis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun);
            int whole = 1;
            for (int kill = 0; kill < KILLS; kill++) {
                CommandLine.Running backup =
                        line.start(
                                line.withRepository(
                                        "backup", "--logical", "--defaults-file", options));
                if (!backup.process()
                        .waitFor(random.nextLong(wholeMillis), TimeUnit.MILLISECONDS)) {
                    backup.process().destroyForcibly();
                }
                whole = backup.process().waitFor() == 0 ? whole + 1 : whole;
                Locks.demandNone(server);
                // It may have died between its manifest and its last word.
                int listed = line.wholeBackups().size();
                assertThat(listed).isBetween(whole, whole + 1);
                whole = listed;
            }
            line.run(line.withRepository("backup", "--logical", "--defaults-file", options))
                    .succeeded();
            assertThat(line.wholeBackups()).hasSize(whole + 1);
            assertThat(
                            io.holdfast.repository.verify.Verify.everything(
                                            io.holdfast.repository.Repository.open(
                                                    io.holdfast.store.DirectoryStore.open(
                                                            line.repository())),
                                            _ -> {})
                                    .findings())
                    .isEmpty();
        }
    }

    @Test
    void aServerThatDiesInMidBackupLeavesNoBackup() throws Exception {
        try (var line = new CommandLine();
                Session root = Locks.root(server)) {
            CommandLine.Running backup =
                    line.start(
                            line.withRepository(
                                    "backup",
                                    "--logical",
                                    "--defaults-file",
                                    line.rootOf(server).toString()));
            String reading =
                    "SELECT COUNT(*) FROM performance_schema.threads WHERE PROCESSLIST_INFO LIKE"
                            + " 'SELECT % FROM `shop`.`a`%' AND THREAD_ID <>"
                            + " PS_CURRENT_THREAD_ID()";
            while (root.query(reading).only().integer(0) == 0 && backup.process().isAlive()) {
                root.execute("DO SLEEP(0.001)");
            }
            server.kill();
            backup.await().failed(4, "SERVER_GONE");
            assertThat(line.objects("backups")).isEmpty();
            demandNoTemporaryFiles(line.repository());
            server.restart();
            line.run(
                            line.withRepository(
                                    "backup",
                                    "--logical",
                                    "--defaults-file",
                                    line.rootOf(server).toString()))
                    .succeeded();
            assertThat(line.wholeBackups()).hasSize(1);
        }
    }

    @Test
    void aDiskThatIsFullLeavesNoBackup() throws Exception {
        Path disk = TestServer.temporaryFolder();
        Assumptions.assumeTrue(
                ended("mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", disk.toString()) == 0,
                "no disk may be mounted here: FailingStoreTest has to do");
        try (var line = new CommandLine()) {
            Path repository = disk.resolve("repo");
            line.run(
                            "backup",
                            "--logical",
                            "--defaults-file",
                            line.rootOf(server).toString(),
                            "--repo",
                            repository.toString())
                    .failed(4, "STORE_FULL");
            Locks.demandNone(server);
            demandNoTemporaryFiles(repository);
            CommandLine.Ended listed =
                    line.run("list", "--json", "--repo", repository.toString()).succeeded();
            assertThat(listed.out()).doesNotContain("\"type\":\"backup\"");
        } finally {
            ended("umount", "-l", disk.toString());
            Files.delete(disk);
        }
    }

    private static int ended(String... command) throws Exception {
        return new ProcessBuilder(command).inheritIO().start().waitFor();
    }

    private static void demandNoTemporaryFiles(Path repository) throws Exception {
        try (var entries = Files.walk(repository)) {
            assertThat(entries.filter(Files::isRegularFile).map(Path::getFileName))
                    .noneMatch(name -> name.toString().contains("tmp"));
        }
    }
}
