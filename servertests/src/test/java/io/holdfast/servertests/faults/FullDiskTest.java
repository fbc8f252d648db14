package io.holdfast.servertests.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.client.Session;
import io.holdfast.servertests.TestServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Physical backups and restores whose disk is full: of the repository, of the redo that waits, of
/// the folder that is restored into.
class FullDiskTest {
    private static final int FILE_KIBIBYTES_MAX = 8 << 10;

    @SuppressWarnings("NullAway.Init") // set before all tests
    private static TestServer server;

    @BeforeAll
    static void start() {
        server = TestServer.start();
        Shop.fill(server, "shop", 3);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static String[] backup(CommandLine line, Path repository, String... more)
            throws Exception {
        var words = new ArrayList<>(List.of("backup", "--physical", "--compress", "none"));
        words.addAll(List.of(more));
        words.addAll(List.of("--repo", repository.toString()));
        words.addAll(List.of("--defaults-file", line.rootOf(server).toString()));
        return words.toArray(String[]::new);
    }

    private static void demandNoBackup(CommandLine line, Path repository) throws Exception {
        Locks.demandNone(server);
        Locks.demandNoRedoKept(server);
        CommandLine.Ended listed =
                line.run("list", "--json", "--repo", repository.toString()).succeeded();
        assertThat(listed.out()).doesNotContain("\"type\":\"backup\"");
        try (var entries = Files.walk(repository)) {
            assertThat(entries.filter(Files::isRegularFile).map(Path::getFileName))
                    .noneMatch(name -> name.toString().contains("tmp"));
        }
    }

    @Test
    void aRepositoryWithoutRoomHoldsNoBackupUntilItHas() throws Exception {
        try (var line = new CommandLine();
                SmallDisk disk = SmallDisk.of(24)) {
            Path repository = disk.folder().resolve("repo");
            line.run(backup(line, repository)).failed(4, "STORE_FULL");
            demandNoBackup(line, repository);
            disk.grow(400);
            line.run(backup(line, repository)).succeeded();
        }
    }

    /// As on a full disk, for those who may mount none: packs are files that may not grow.
    @Test
    void aRepositoryThatTakesNoMoreHoldsNoBackup() throws Exception {
        try (var line = new CommandLine()) {
            Path repository = line.repository();
            CommandLine.Ended ended =
                    line.startWithSmallFiles(FILE_KIBIBYTES_MAX, backup(line, repository)).await();
            ended.failed(4, "STORE_UNAVAILABLE");
            demandNoBackup(line, repository);
        }
    }

    /// The server's writers never wait for room of ours.
    @Test
    void aSpoolWithoutRoomEndsTheBackupAndNotTheServer() throws Exception {
        try (var line = new CommandLine()) {
            line.run(backup(line, line.repository())).succeeded();
            List<Path> before = line.objects("backups");
            // An incremental backup stores little, so that only the spool needs a large file.
            CommandLine.Running running =
                    line.startWithSmallFiles(
                            FILE_KIBIBYTES_MAX, backup(line, line.repository(), "--rate", "1M"));
            try (Session root = Locks.root(server)) {
                for (int i = 0; running.process().isAlive(); i++) {
                    root.execute(
                            "UPDATE shop.t1 SET v = RANDOM_BYTES(900) WHERE id % 10 = " + i % 10);
                }
            }
            running.await().failed(4, "REDO_SPOOL_FULL");
            assertThat(line.objects("backups")).isEqualTo(before);
            Locks.demandNone(server);
            Locks.demandNoRedoKept(server);
        }
    }

    @Test
    void aTargetWithoutRoomIsRefusedUntouched() throws Exception {
        try (var line = new CommandLine();
                SmallDisk disk = SmallDisk.of(24)) {
            line.run(backup(line, line.repository())).succeeded();
            Path into = disk.folder().resolve("into");
            String[] restore =
                    line.withRepository(
                            "restore", line.wholeBackups().getFirst(), "--into", into.toString());
            CommandLine.Ended ended = line.run(restore).failed(4, "TARGET_SPACE_SHORT");
            assertThat(ended.error()).contains(into.toString());
            assertThat(into).doesNotExist();
        }
    }

    /// What is full only in mid-restore.
    @Test
    void aTargetThatTakesNoMoreIsNoServer() throws Exception {
        try (var line = new CommandLine()) {
            line.run(backup(line, line.repository())).succeeded();
            Path into = line.folder().resolve("into");
            String[] restore =
                    line.withRepository(
                            "restore", line.wholeBackups().getFirst(), "--into", into.toString());
            CommandLine.Ended ended = line.startWithSmallFiles(FILE_KIBIBYTES_MAX, restore).await();
            ended.failed(4, "TARGET_UNWRITABLE");
            Processes.demandNoServerOf(into);
            assertThat(into).doesNotExist();
            line.run(restore).succeeded();
        }
    }
}
