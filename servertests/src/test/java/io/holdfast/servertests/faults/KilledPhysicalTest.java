package io.holdfast.servertests.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.client.Session;
import io.holdfast.repository.BackupId;
import io.holdfast.repository.BackupListing;
import io.holdfast.repository.Manifest;
import io.holdfast.repository.PackUse;
import io.holdfast.repository.Repository;
import io.holdfast.repository.verify.Verify;
import io.holdfast.servertests.TestServer;
import io.holdfast.servertests.physical.Contents;
import io.holdfast.servertests.recovery.RecoveredServer;
import io.holdfast.store.DirectoryStore;
import io.holdfast.testkit.Seeded;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Goal: `kill -9` of a physical backup, a restore or a `--delta` at any moment leaves nothing that
/// could be taken for good, and nothing that is in the way of the next run. Method: the real
/// commands in processes of their own, killed after a random part of the time that a whole run
/// takes (`-Dholdfast.kills=N` for more of them).
@Seeded
class KilledPhysicalTest {
    private static final int KILLS = Integer.getInteger("holdfast.kills", 2);
    private static final int TABLES = 4;
    private static final int FROZEN_SECONDS_MAX = 60;

    /// With so many more, one pack is full and durable before the last table.
    private static final int TABLES_MORE = 7;

    @SuppressWarnings("NullAway.Init") // set before all tests
    private static TestServer server;

    @BeforeAll
    static void start() {
        server = TestServer.start();
        Shop.fill(server, "shop", TABLES);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static String[] backup(CommandLine line, String... more) throws Exception {
        var words = new ArrayList<>(List.of("backup", "--physical", "--json"));
        words.addAll(List.of(more));
        words.addAll(List.of("--defaults-file", line.rootOf(server).toString()));
        return line.withRepository(words.toArray(String[]::new));
    }

    private static Repository repository(CommandLine line) {
        return Repository.open(DirectoryStore.open(line.repository()));
    }

    private static String[] restore(CommandLine line, String backup, Path into, String... more) {
        var words = new ArrayList<>(List.of("restore", backup, "--into", into.toString()));
        words.addAll(List.of(more));
        return line.withRepository(words.toArray(String[]::new));
    }

    private static Map<String, String> contents() {
        try (Session root = Locks.root(server)) {
            return Contents.of(root);
        }
    }

    private static void demandContents(Path into, Map<String, String> expected) {
        try (var restored = new RecoveredServer(into)) {
            assertThat(Contents.of(restored.session())).isEqualTo(expected);
            assertThat(Contents.faults(restored.session())).isEmpty();
        }
    }

    /// How long a command takes if it is left alone.
    private static long millisOf(CommandLine line, String... words) throws Exception {
        long begun = System.nanoTime();
        line.run(words).succeeded();
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun);
    }

    /// Starts a command and kills it after a random part of that time.
    ///
    /// @return whether it had succeeded before
    private static boolean killed(
            CommandLine line, RandomGenerator random, long wholeMillis, String... words)
            throws Exception {
        Process process = line.start(words).process();
        boolean hasEnded = process.waitFor(random.nextLong(wholeMillis), TimeUnit.MILLISECONDS);
        process.destroyForcibly();
        return process.waitFor() == 0 && hasEnded;
    }

    @Test
    void aKilledBackupIsInNobodysWay(RandomGenerator random) throws Exception {
        try (var line = new CommandLine()) {
            long millis = millisOf(line, backup(line));
            int whole = 1;
            for (int kill = 0; kill < KILLS; kill++) {
                try (Session root = Locks.root(server)) {
                    root.execute(
                            "UPDATE shop.t1 SET v = RANDOM_BYTES(900) WHERE id % 5 = " + kill % 5);
                }
                String[] words =
                        kill % 2 == 0
                                ? backup(line, "--full", "--stage-every", "0s")
                                : backup(line, "--stage-every", "0s");
                whole += killed(line, random, millis, words) ? 1 : 0;
                Locks.demandNone(server);
                Locks.demandNoRedoKept(server);
                List<BackupListing> listed = repository(line).catalogue().provenBackups();
                assertThat(listed).allMatch(BackupListing.Whole.class::isInstance);
                // It may have died between its manifest and its last word.
                assertThat(listed.size()).isBetween(whole, whole + 1);
                whole = listed.size();
                assertThat(Verify.everything(repository(line), _ -> {}).findings()).isEmpty();
            }
            Map<String, String> contents = contents();
            line.run(backup(line)).succeeded();
            String last = line.wholeBackups().getLast();
            Path into = line.folder().resolve("into");
            line.run(restore(line, last, into)).succeeded();
            demandContents(into, contents);
            assertThat(line.objects("unfinished")).isEmpty();
        }
    }

    /// One that is neither dead nor alive holds nothing up: the server drops it when it has said
    /// nothing for a while.
    @Test
    void aFrozenBackupLetsTheServerGo() throws Exception {
        try (var line = new CommandLine();
                Session root = Locks.root(server)) {
            CommandLine.Running frozen =
                    line.start(backup(line, "--full", "--rate", "1M", "--ddl-block-max", "5s"));
            try {
                while (!Locks.isRedoKept(root)) {
                    assertThat(frozen.process().waitFor(5, TimeUnit.MILLISECONDS)).isFalse();
                }
                signal("STOP", frozen.process());
                long giveUp = System.nanoTime() + TimeUnit.SECONDS.toNanos(FROZEN_SECONDS_MAX);
                while (Locks.isRedoKept(root) && System.nanoTime() < giveUp) {
                    root.execute("DO SLEEP(0.1)");
                }
                assertThat(Locks.isRedoKept(root)).isFalse();
                root.execute("SET lock_wait_timeout = " + FROZEN_SECONDS_MAX);
                root.execute("CREATE DATABASE later");
                root.execute("DROP DATABASE later");
                signal("CONT", frozen.process());
                assertThat(frozen.await().status()).isEqualTo(4);
                assertThat(line.wholeBackups()).isEmpty();
            } finally {
                frozen.process().destroyForcibly();
            }
        }
    }

    private static void signal(String name, Process process) throws Exception {
        var kill = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start();
        assertThat(kill.waitFor()).isZero();
    }

    /// What the first process had stored when it died is not stored again.
    @Test
    void theNextBackupTakesUpWhatAKilledOneHadStored() throws Exception {
        Shop.fill(server, "stock", TABLES_MORE);
        try (var line = new CommandLine()) {
            Process first =
                    line.start(
                                    backup(
                                            line,
                                            "--compress",
                                            "none",
                                            "--threads",
                                            "1",
                                            "--rate",
                                            "40M",
                                            "--stage-every",
                                            "0s"))
                            .process();
            while (line.objects("unfinished").isEmpty()) {
                assertThat(first.waitFor(5, TimeUnit.MILLISECONDS)).as("ended early").isFalse();
            }
            first.destroyForcibly();
            int _ = first.waitFor();
            assertThat(line.wholeBackups()).isEmpty();
            // unfinished/SERVER/BACKUP/N
            Path stage = line.repository().relativize(line.objects("unfinished").getFirst());
            String brokenOff = String.valueOf(stage.getName(2));
            CommandLine.Ended second = line.run(backup(line, "--compress", "none")).succeeded();
            assertThat(second.out()).contains("\"unfinished\":[\"" + brokenOff + "\"]");
            Manifest manifest = manifest(line, line.wholeBackups().getFirst());
            long needed = manifest.packs().stream().mapToLong(PackUse::liveBytes).sum();
            assertThat(manifest.storedBytes()).isLessThan(needed * 3 / 4);
            Map<String, String> contents = contents();
            Path into = line.folder().resolve("into");
            line.run(restore(line, line.wholeBackups().getFirst(), into)).succeeded();
            demandContents(into, contents);
            assertThat(Verify.everything(repository(line), _ -> {}).findings()).isEmpty();
        } finally {
            try (Session root = Locks.root(server)) {
                root.execute("DROP DATABASE stock");
            }
        }
    }

    private static Manifest manifest(CommandLine line, String backup) {
        return repository(line).openBackup(new BackupId(backup)).manifest();
    }

    @Test
    void aKilledRestoreOrDeltaIsNeverTakenForAServer(RandomGenerator random) throws Exception {
        try (var line = new CommandLine()) {
            line.run(backup(line)).succeeded();
            Map<String, String> contents = contents();
            String first = line.wholeBackups().getFirst();
            try (Session root = Locks.root(server)) {
                root.execute("UPDATE shop.t2 SET v = RANDOM_BYTES(900)");
                root.execute("DROP TABLE shop.t3");
            }
            line.run(backup(line)).succeeded();
            String second = line.wholeBackups().getLast();

            Path whole = line.folder().resolve("whole");
            long millis = millisOf(line, restore(line, second, whole));
            for (int kill = 0; kill < KILLS / 2; kill++) {
                Path into = line.folder().resolve("into-" + kill);
                if (!killed(line, random, millis, restore(line, second, into))) {
                    Processes.demandNoServerOf(into);
                    demandNoGood(line, into, restore(line, second, into));
                }
            }
            for (int kill = 0; kill < KILLS / 2; kill++) {
                boolean _ = killed(line, random, millis, restore(line, first, whole, "--delta"));
                Processes.demandNoServerOf(whole);
            }
            line.run(restore(line, first, whole, "--delta")).succeeded();
            demandContents(whole, contents);
        }
    }

    /// A folder of a restore that was killed is not there yet, says of itself that it is unfinished
    /// and is refused, or was finished but for the last word.
    private static void demandNoGood(CommandLine line, Path into, String[] again) throws Exception {
        Path marker = into.resolve("holdfast.marker");
        if (Files.exists(marker)) {
            CommandLine.Ended refused = line.run(again).failed(3, "TARGET_NOT_EMPTY");
            if (Files.readString(marker).contains("state: unfinished")) {
                assertThat(refused.error()).contains("unfinished").contains("rm -r " + into);
            } else {
                new RecoveredServer(into).close();
            }
        } else {
            assertThat(into.resolve("data")).doesNotExist();
        }
    }
}
