package io.holdfast.recovery.physical;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.core.GtidSet;
import io.holdfast.core.Progress;
import io.holdfast.core.RefusedException;
import io.holdfast.innodb.RedoFileHeader;
import io.holdfast.innodb.RedoFileStart;
import io.holdfast.recovery.error.RecoveryError;
import io.holdfast.recovery.sandbox.Marker;
import io.holdfast.recovery.sandbox.RecoveredFolder;
import io.holdfast.repository.BackupReader;
import io.holdfast.repository.format.StreamRef;
import io.holdfast.repository.physical.PhysicalFile;
import io.holdfast.testkit.OrdinaryPages;
import io.holdfast.testkit.Seeded;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Goal: whatever a data directory holds, it becomes the backup's, only what differs is written, no
/// log and no file of a person is lost, and until the end no server would start on it. Method:
/// made-up tablespaces that were changed, renamed, grown, cut off and replaced since.
@Seeded
final class DeltaLayingTest {
    private static final int PAGE_BYTES = OrdinaryPages.PAGE_BYTES;
    private static final int PAGES = 100;
    private static final long LSN = 8_716;

    @TempDir
    @SuppressWarnings("NullAway.Init") // set before each test
    private Path folder;

    @Test
    void onlyPagesThatDifferAreWritten(RandomGenerator random) throws IOException {
        try (var backups = new Backups()) {
            byte[] a = OrdinaryPages.pages(5, PAGES, random);
            byte[] b = OrdinaryPages.pages(6, PAGES, random);
            backups.add(new PhysicalFile.Folder("shop"));
            backups.add(MadeUpPages.file(backups, "shop/a.ibd", 5, a));
            backups.add(MadeUpPages.file(backups, "shop/b.ibd", 6, b));
            BackupReader backup = backups.of(StreamRef.EMPTY, LSN, LSN);
            RecoveredFolder target = target();
            byte[] changed = a.clone();
            // Whoever compares less than whole pages misses one of these.
            changed[PAGE_BYTES] ^= 1;
            changed[3 * PAGE_BYTES - 1] ^= 1;
            int differing = 2;
            for (int page = 3; page < PAGES; page++) {
                if (random.nextInt(4) == 0) {
                    changed[page * PAGE_BYTES + random.nextInt(PAGE_BYTES)] ^= 1;
                    differing++;
                }
            }
            write(target, "shop/a.ibd", changed);
            write(target, "shop/b.ibd", b);

            DeltaReport report = lay(backup, target);
            assertThat(report.pagesCompared()).isEqualTo(2 * PAGES);
            assertThat(report.pagesWritten()).isEqualTo(differing);
            assertThat(report.bytesWritten()).isEqualTo((long) differing * PAGE_BYTES);
            assertThat(target.data().resolve("shop/a.ibd")).hasBinaryContent(a);
            assertThat(target.data().resolve("shop/b.ibd")).hasBinaryContent(b);
        }
    }

    @Test
    void renamedAndExchangedTablesKeepTheirPages(RandomGenerator random) throws IOException {
        try (var backups = new Backups()) {
            byte[] a = OrdinaryPages.pages(5, PAGES, random);
            byte[] b = OrdinaryPages.pages(6, PAGES, random);
            byte[] c = OrdinaryPages.pages(7, PAGES, random);
            backups.add(MadeUpPages.file(backups, "shop/a.ibd", 5, a));
            backups.add(MadeUpPages.file(backups, "shop/b.ibd", 6, b));
            backups.add(MadeUpPages.file(backups, "gone/c.ibd", 7, c));
            BackupReader backup = backups.of(StreamRef.EMPTY, LSN, LSN);
            RecoveredFolder target = target();
            write(target, "shop/a.ibd", b);
            write(target, "shop/b.ibd", a);
            write(target, "later/moved.ibd", c);

            DeltaReport report = lay(backup, target);
            assertThat(report.pagesWritten()).isZero();
            assertThat(report.renamed()).hasSize(3);
            assertThat(target.data().resolve("shop/a.ibd")).hasBinaryContent(a);
            assertThat(target.data().resolve("shop/b.ibd")).hasBinaryContent(b);
            assertThat(target.data().resolve("gone/c.ibd")).hasBinaryContent(c);
            assertThat(target.data().resolve("later")).doesNotExist();
        }
    }

    @Test
    void filesOfAnyLengthBecomeTheBackups(RandomGenerator random) throws IOException {
        try (var backups = new Backups()) {
            byte[] a = OrdinaryPages.pages(5, PAGES, random);
            // Zeros in the backup, something else in the folder.
            Arrays.fill(a, 40 * PAGE_BYTES, 60 * PAGE_BYTES, (byte) 0);
            backups.add(MadeUpPages.file(backups, "short.ibd", 5, a));
            byte[] b = OrdinaryPages.pages(6, PAGES, random);
            backups.add(MadeUpPages.file(backups, "long.ibd", 6, b));
            BackupReader backup = backups.of(StreamRef.EMPTY, LSN, LSN);
            RecoveredFolder target = target();
            write(
                    target,
                    "short.ibd",
                    Arrays.copyOf(OrdinaryPages.pages(5, PAGES, random), 50 * PAGE_BYTES));
            write(target, "long.ibd", Arrays.copyOf(b, b.length + 7 * PAGE_BYTES));

            DeltaReport report = lay(backup, target);
            assertThat(report.pagesWritten()).isEqualTo(PAGES - 10);
            assertThat(target.data().resolve("short.ibd")).hasBinaryContent(a);
            assertThat(target.data().resolve("long.ibd")).hasBinaryContent(b);
        }
    }

    @Test
    void logsAreKeptAndWhatWouldDoHarmIsRemoved(RandomGenerator random) throws IOException {
        try (var backups = new Backups()) {
            backups.add(
                    MadeUpPages.file(backups, "a.ibd", 5, OrdinaryPages.pages(5, PAGES, random)));
            backups.add(new PhysicalFile.Other("mysql/log.CSV", backups.stream(bytes("new"))));
            BackupReader backup = backups.of(StreamRef.EMPTY, LSN, LSN);
            RecoveredFolder target = target();
            List<String> harmful =
                    List.of(
                            "#ib_16384_0.dblwr",
                            "ibtmp1",
                            "auto.cnf",
                            "ib_buffer_pool",
                            "undo_003",
                            "undo_1_trunc.log",
                            "extra.ibu",
                            "late/t.ibd",
                            "late/m.MYD",
                            "late/m_123.sdi",
                            "#innodb_temp/temp_1.ibt");
            List<String> aside =
                    List.of(
                            "bin.index",
                            "bin.000001",
                            "bin.000002",
                            "relay.index",
                            "host-relay.000007",
                            "mysqld-auto.cnf");
            List<String> kept =
                    List.of(
                            "keyring",
                            "undo_trunc.log",
                            "notes.txt",
                            "bin.txt",
                            "exports/people.CSV",
                            "late/x.txt");
            for (List<String> each : List.of(harmful, aside, kept)) {
                for (String path : each) {
                    write(target, path, bytes(path));
                }
            }
            write(target, "relay.index", bytes("./host-relay.000007\n"));
            write(target, "mysql/log.CSV", bytes("old"));

            DeltaReport report = lay(backup, target);
            assertThat(report.removed()).containsExactlyInAnyOrderElementsOf(harmful);
            assertThat(report.aside()).containsExactlyInAnyOrderElementsOf(aside);
            assertThat(report.kept()).containsExactlyInAnyOrderElementsOf(kept);
            for (String path : aside) {
                assertThat(target.data().resolve(path)).doesNotExist();
                assertThat(Path.of(report.asideFolder(), path)).isNotEmptyFile();
            }
            for (String path : harmful) {
                assertThat(target.data().resolve(path)).doesNotExist();
            }
            for (String path : kept) {
                assertThat(target.data().resolve(path)).hasContent(path);
            }
            assertThat(target.data().resolve("#innodb_temp")).doesNotExist();
            assertThat(target.data().resolve("mysql/log.CSV")).hasContent("new");
        }
    }

    /// Goal: there is no moment before the end at which the redo log would let a server start.
    /// Method: break off behind each step; then run it again.
    @Test
    void untilTheEndTheRedoLogSaysThatNothingCanBeRecovered(RandomGenerator random)
            throws IOException {
        try (var backups = new Backups()) {
            byte[] a = OrdinaryPages.pages(5, PAGES, random);
            backups.add(MadeUpPages.file(backups, "shop/a.ibd", 5, a));
            BackupReader backup = backups.of(StreamRef.EMPTY, LSN, LSN);
            RecoveredFolder target = target();
            write(target, "shop/old.ibd", a);
            write(target, "#innodb_redo/#ib_redo7", new byte[4096]);
            write(target, "#innodb_redo/#ib_redo8_tmp", new byte[4096]);

            DeltaLaying first = laying(backup, target);
            first.plan();
            first.raiseBarrier(4711, "MySQL 9.7.4");
            first.prepare();
            demandBarred(target);
            first.layFiles();
            demandBarred(target);

            DeltaLaying second = laying(backup, target);
            second.plan();
            second.raiseBarrier(4712, "MySQL 9.7.4");
            second.prepare();
            demandBarred(target);
            second.layFiles();
            assertThat(second.report().pagesWritten()).isZero();
            second.layRedo(4713, "MySQL 9.7.4");
            assertThat(redo(target)).containsExactly("#ib_redo0");
            assertThat(header(target).flags()).isZero();
            assertThat(target.data().resolve("shop/a.ibd")).hasBinaryContent(a);
            assertThat(target.data().resolve(RedoBarrier.NEW_LOGS)).doesNotExist();

            second.raiseBarrier(4714, "MySQL 9.7.4");
            demandBarred(target);
        }
    }

    @Test
    void nothingIsWrittenThroughALink(RandomGenerator random) throws IOException {
        try (var backups = new Backups()) {
            backups.add(
                    MadeUpPages.file(
                            backups, "shop/a.ibd", 5, OrdinaryPages.pages(5, PAGES, random)));
            BackupReader backup = backups.of(StreamRef.EMPTY, LSN, LSN);
            RecoveredFolder target = target();
            Path elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
            Files.createSymbolicLink(target.data().resolve("shop"), elsewhere);
            assertThatThrownBy(() -> laying(backup, target).plan())
                    .isInstanceOfSatisfying(
                            RefusedException.class,
                            refusal ->
                                    assertThat(refusal.problem().code())
                                            .isEqualTo(RecoveryError.DELTA_REFUSED));
            assertThat(elsewhere).isEmptyDirectory();
        }
    }

    @Test
    void whatLiesElsewhereIsNotLeftToBeFound() throws IOException {
        Path data = Files.createDirectory(folder.resolve("moved"));
        Path elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
        Path index = Files.createFile(elsewhere.resolve("bin.index"));
        Files.createDirectory(elsewhere.resolve("#innodb_redo"));
        PlacesElsewhere.of(
                        data,
                        Map.of(
                                "datadir", "/srv/mysql/",
                                "innodb_log_group_home_dir", "/srv/mysql",
                                "innodb_undo_directory", "./",
                                "innodb_data_home_dir", folder.resolve("nowhere").toString(),
                                "log_bin_index", "/srv/mysql/binlog.index"))
                .demandNone();
        assertThatThrownBy(() ->
                        PlacesElsewhere.of(
                                        data,
                                        Map.of("innodb_log_group_home_dir", elsewhere.toString()))
                                .demandNone())
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("innodb_log_group_home_dir");
        for (String variable : List.of("log_bin_index", "relay_log_index")) {
            assertThatThrownBy(() ->
                            PlacesElsewhere.of(data, Map.of(variable, index.toString()))
                                    .demandNone())
                    .isInstanceOf(RefusedException.class)
                    .hasMessageContaining("mv " + index + " " + index + ".replaced");
        }
    }

    private static void demandBarred(RecoveredFolder target) throws IOException {
        assertThat(redo(target)).containsExactly("#ib_redo0");
        assertThat(header(target).flags())
                .isEqualTo(RedoFileHeader.NO_LOGGING | RedoFileHeader.CRASH_UNSAFE);
    }

    private static RedoFileHeader header(RecoveredFolder target) throws IOException {
        byte[] bytes = Files.readAllBytes(target.data().resolve("#innodb_redo/#ib_redo0"));
        return RedoFileStart.decode(bytes, bytes.length, "#ib_redo0").header();
    }

    private static List<String> redo(RecoveredFolder target) throws IOException {
        try (var entries = Files.list(target.data().resolve("#innodb_redo"))) {
            return entries.map(entry -> entry.getFileName().toString()).toList();
        }
    }

    private RecoveredFolder target() {
        RecoveredFolder made =
                RecoveredFolder.make(
                        folder.resolve("target"),
                        new Marker(
                                Marker.Stage.REWRITING,
                                "",
                                "",
                                "",
                                GtidSet.EMPTY,
                                null,
                                null,
                                Marker.Attempt.NONE));
        write(made, "#innodb_redo/#ib_redo3", new byte[4096]);
        return made;
    }

    private static DeltaLaying laying(BackupReader backup, RecoveredFolder target) {
        return new DeltaLaying(backup, target, 2, Progress.NONE);
    }

    private static DeltaReport lay(BackupReader backup, RecoveredFolder target) {
        DeltaLaying laying = laying(backup, target);
        laying.plan();
        laying.raiseBarrier(4711, "MySQL 9.7.4");
        laying.prepare();
        laying.layFiles();
        laying.layRedo(4712, "MySQL 9.7.4");
        return laying.report();
    }

    private static void write(RecoveredFolder target, String path, byte[] bytes) {
        Path place = target.data().resolve(path);
        try {
            Files.createDirectories(place.getParent());
            Files.write(place, bytes);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
