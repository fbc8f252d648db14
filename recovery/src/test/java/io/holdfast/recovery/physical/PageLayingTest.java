package io.holdfast.recovery.physical;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.core.CorruptDataException;
import io.holdfast.core.GtidSet;
import io.holdfast.core.Progress;
import io.holdfast.recovery.error.RecoveryError;
import io.holdfast.recovery.sandbox.Marker;
import io.holdfast.recovery.sandbox.RecoveredFolder;
import io.holdfast.repository.BackupReader;
import io.holdfast.repository.format.BlockRun;
import io.holdfast.repository.format.StreamRef;
import io.holdfast.repository.physical.PageRun;
import io.holdfast.repository.physical.PageSegment;
import io.holdfast.repository.physical.PhysicalFile;
import io.holdfast.testkit.OrdinaryPages;
import io.holdfast.testkit.Seeded;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Goal: files are what they were, wherever their pages lie in the repository, and a page that is
/// not right is named. Method: made-up tablespaces whose pages are stored in any order.
@Seeded
final class PageLayingTest {
    private static final int PAGE_BYTES = 16_384;
    private static final int PAGES_PER_BLOCK = 64;
    private static final long SPACE = 7;

    @TempDir
    @SuppressWarnings("NullAway.Init") // set before each test
    private Path folder;

    @Test
    void filesAndFoldersAreWhatTheyWere(RandomGenerator random) throws IOException {
        try (var backups = new Backups()) {
            byte[] file = pages(300, random);
            backups.add(new PhysicalFile.Folder("empty_schema"));
            backups.add(tablespace(backups, "shop/a.ibd", file, random));
            backups.add(
                    new PhysicalFile.Other(
                            "mysql/slow_log.CSV",
                            backups.stream("a,b\n".getBytes(StandardCharsets.UTF_8))));
            backups.add(new PhysicalFile.Other("auto.cnf", backups.stream(new byte[] {1})));
            backups.add(new PhysicalFile.Other("mysqld-auto.cnf", backups.stream(new byte[] {2})));
            BackupReader backup = backups.ofFiles();
            assertThat(PageLaying.fileBytes(backup)).isEqualTo(file.length + 4 + 1 + 1);
            RecoveredFolder made = lay(backup);
            Path data = made.data();
            assertThat(Files.readAllBytes(data.resolve("shop/a.ibd"))).isEqualTo(file);
            assertThat(data.resolve("empty_schema")).isEmptyDirectory();
            assertThat(data.resolve("mysql/slow_log.CSV")).hasContent("a,b\n");
            assertThat(data.resolve("auto.cnf")).doesNotExist();
            assertThat(data.resolve("mysqld-auto.cnf")).doesNotExist();
            assertThat(made.folder().resolve("original-mysqld-auto.cnf"))
                    .hasBinaryContent(new byte[] {2});
            assertThat(rights(data.resolve("shop/a.ibd"))).isEqualTo("rw-------");
            assertThat(rights(data.resolve("shop"))).isEqualTo("rwx------");
            assertThat(rights(data)).isEqualTo("rwx------");
        }
    }

    @Test
    void aFileOfSeveralSegmentsIsWhole(RandomGenerator random) throws IOException {
        try (var backups = new Backups()) {
            // All but a few pages are holes, so that the file is large and the test is not.
            int pageCount = PageSegment.PAGES_MAX + 70;
            byte[] first = page(0, random);
            byte[] last = page(pageCount - 1, random);
            StreamRef stored = backups.stream(concat(first, last));
            BlockRun place = stored.runs().getFirst();
            var segments =
                    List.of(
                            backups.map(
                                    new PageSegment(
                                            PageSegment.PAGES_MAX,
                                            List.of(
                                                    new PageRun.Stored(
                                                            1, place.pack(), place.first(), 0),
                                                    new PageRun.Zero(PageSegment.PAGES_MAX - 1)))),
                            backups.map(
                                    new PageSegment(
                                            70,
                                            List.of(
                                                    new PageRun.Zero(69),
                                                    new PageRun.Stored(
                                                            1, place.pack(), place.first(), 1)))));
            backups.add(line("big.ibd", (long) pageCount * PAGE_BYTES, segments));
            Path made = lay(backups.ofFiles()).data().resolve("big.ibd");
            assertThat(Files.size(made)).isEqualTo((long) pageCount * PAGE_BYTES);
            try (var in = Files.newByteChannel(made)) {
                assertThat(read(in, 0)).isEqualTo(first);
                assertThat(read(in, 1)).isEqualTo(new byte[PAGE_BYTES]);
                assertThat(read(in, pageCount - 1)).isEqualTo(last);
            }
        }
    }

    @Test
    void aDamagedPageIsNamed(RandomGenerator random) {
        try (var backups = new Backups()) {
            byte[] file = pages(130, random);
            file[100 * PAGE_BYTES + 5000] ^= 1;
            backups.add(tablespace(backups, "shop/a.ibd", file, random));
            demandDamage(backups.ofFiles(), "shop/a.ibd page 100");
        }
    }

    @Test
    void aPageInAnothersPlaceIsNamed(RandomGenerator random) {
        try (var backups = new Backups()) {
            byte[] file = pages(130, random);
            System.arraycopy(file, 10 * PAGE_BYTES, file, 11 * PAGE_BYTES, PAGE_BYTES);
            backups.add(tablespace(backups, "shop/a.ibd", file, random));
            demandDamage(backups.ofFiles(), "shop/a.ibd page 11");
        }
    }

    @Test
    void aPathThatLeadsOutIsDamage() {
        for (String path :
                List.of("../outside", "/etc/outside", "shop/../../outside", "a//b", ".", "")) {
            try (var backups = new Backups()) {
                backups.add(new PhysicalFile.Other(path, backups.stream(new byte[] {1})));
                demandDamage(backups.ofFiles(), "path '" + path + "'");
            }
        }
    }

    @Test
    void aMapOfOtherPagesThanTheFileHasIsDamage(RandomGenerator random) {
        try (var backups = new Backups()) {
            StreamRef map = backups.map(new PageSegment(5, List.of(new PageRun.Zero(5))));
            backups.add(line("shop/a.ibd", 6 * PAGE_BYTES, List.of(map)));
            demandDamage(backups.ofFiles(), "shop/a.ibd");
        }
    }

    private void demandDamage(BackupReader backup, String where) {
        assertThatThrownBy(() -> lay(backup))
                .isInstanceOfSatisfying(
                        CorruptDataException.class,
                        failure -> {
                            assertThat(failure.problem().code())
                                    .isEqualTo(RecoveryError.BACKUP_FILE_DAMAGED);
                            assertThat(failure.problem().where())
                                    .startsWith("backup " + backup.manifest().backup())
                                    .contains(where);
                        });
    }

    private RecoveredFolder lay(BackupReader backup) {
        RecoveredFolder made =
                RecoveredFolder.make(
                        folder.resolve(backup.manifest().backup().text()),
                        new Marker(
                                Marker.Stage.UNFINISHED,
                                "",
                                "",
                                "",
                                GtidSet.EMPTY,
                                null,
                                null,
                                Marker.Attempt.NONE));
        var laying = new PageLaying(backup, made, 2, Progress.NONE);
        laying.layFiles();
        laying.sync();
        return made;
    }

    private static String rights(Path file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    }

    /// Stores the file's pages in any order, those of zeros not at all.
    private static PhysicalFile tablespace(
            Backups backups, String path, byte[] file, RandomGenerator random) {
        int pageCount = file.length / PAGE_BYTES;
        var order = new ArrayList<Integer>();
        for (int page = 0; page < pageCount; page++) {
            order.add(random.nextInt(order.size() + 1), page);
        }
        byte[] shuffled = new byte[file.length];
        int[] place = new int[pageCount];
        for (int i = 0; i < pageCount; i++) {
            place[order.get(i)] = i;
            System.arraycopy(file, order.get(i) * PAGE_BYTES, shuffled, i * PAGE_BYTES, PAGE_BYTES);
        }
        StreamRef stored = backups.stream(shuffled);
        BlockRun run = stored.runs().getFirst();
        assertThat(stored.runs()).hasSize(1);
        var runs = new ArrayList<PageRun>();
        for (int page = 0; page < pageCount; page++) {
            runs.add(
                    isZero(file, page)
                            ? new PageRun.Zero(1)
                            : new PageRun.Stored(
                                    1,
                                    run.pack(),
                                    run.first() + place[page] / PAGES_PER_BLOCK,
                                    place[page] % PAGES_PER_BLOCK));
        }
        return line(path, file.length, List.of(backups.map(new PageSegment(pageCount, runs))));
    }

    private static PhysicalFile line(String path, long bytes, List<StreamRef> segments) {
        return new PhysicalFile.Tablespace(path, null, SPACE, 0, PAGE_BYTES, bytes, segments);
    }

    private static boolean isZero(byte[] file, int page) {
        for (int i = page * PAGE_BYTES; i < (page + 1) * PAGE_BYTES; i++) {
            if (file[i] != 0) {
                return false;
            }
        }
        return true;
    }

    private static byte[] pages(int count, RandomGenerator random) {
        byte[] file = new byte[count * PAGE_BYTES];
        for (int page = 0; page < count; page++) {
            boolean isUsed = page == 0 || page == 10 || page == 100 || random.nextInt(5) > 0;
            if (isUsed) {
                System.arraycopy(page(page, random), 0, file, page * PAGE_BYTES, PAGE_BYTES);
            }
        }
        return file;
    }

    private static byte[] page(int number, RandomGenerator random) {
        return OrdinaryPages.page((int) SPACE, number, random);
    }

    private static byte[] concat(byte[] first, byte[] second) {
        byte[] both = new byte[first.length + second.length];
        System.arraycopy(first, 0, both, 0, first.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }

    private static byte[] read(java.nio.channels.SeekableByteChannel in, long page)
            throws IOException {
        var bytes = ByteBuffer.allocate(PAGE_BYTES);
        in.position(page * PAGE_BYTES);
        while (bytes.hasRemaining() && in.read(bytes) >= 0) {
            // until the page is full
        }
        return bytes.array();
    }
}
