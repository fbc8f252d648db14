package io.holdfast.backup.clone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.backup.BackupError;
import io.holdfast.core.BinlogPosition;
import io.holdfast.core.CorruptDataException;
import io.holdfast.core.GtidSet;
import io.holdfast.innodb.PageSize;
import io.holdfast.repository.BackupKind;
import io.holdfast.repository.BackupReader;
import io.holdfast.repository.BackupState;
import io.holdfast.repository.BackupWriter;
import io.holdfast.repository.Repository;
import io.holdfast.repository.ServerIdentity;
import io.holdfast.repository.StreamInput;
import io.holdfast.repository.StreamWriter;
import io.holdfast.repository.format.BlockRun;
import io.holdfast.repository.format.StreamRef;
import io.holdfast.repository.logical.JsonLines;
import io.holdfast.repository.physical.PageRun;
import io.holdfast.repository.physical.PageSegment;
import io.holdfast.repository.physical.PhysicalFile;
import io.holdfast.store.MemoryStore;
import io.holdfast.testkit.Seeded;
import io.holdfast.wire.clone.CloneDescriptor;
import io.holdfast.wire.clone.ClonePhase;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.random.RandomGenerator;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Goal: whatever order blocks come in, each page of the backup is the last one that came, and a
/// damaged one is no part of any. Method: blocks of two files against arrays of their bytes; the
/// backup is read by its document.
@Seeded
final class ClonedPagesTest {
    private static final int PAGE_BYTES = 4096;
    private static final int SPACE = 7;
    private static final ServerIdentity SERVER =
            new ServerIdentity(new UUID(1, 2), "9.7.4", "test", "h", 3306, 1);

    private final Repository repository = Repository.create(new MemoryStore());
    private final BackupWriter backup = repository.beginBackup(SERVER.uuid(), "test");
    private final SpoolFile maps;
    private final ClonedPages pages;

    ClonedPagesTest(@TempDir Path folder) {
        maps = SpoolFile.create(folder, 1 << 30);
        pages = new ClonedPages(backup, maps);
    }

    @AfterEach
    void close() {
        pages.close();
        maps.close();
        backup.close();
    }

    private static byte[] page(long number, long lsn, RandomGenerator random) {
        byte[] page = new byte[PAGE_BYTES];
        random.nextBytes(page);
        ByteBuffer fields = ByteBuffer.wrap(page);
        fields.putInt(4, (int) number).putLong(16, lsn).putShort(24, (short) 17855);
        fields.putInt(34, SPACE).putInt(PAGE_BYTES - 4, (int) lsn);
        var head = new CRC32C();
        head.update(page, 4, 22);
        var body = new CRC32C();
        body.update(page, 38, PAGE_BYTES - 46);
        int sum = (int) (head.getValue() ^ body.getValue());
        fields.putInt(0, sum).putInt(PAGE_BYTES - 8, sum);
        return page;
    }

    private void add(long index, String path, long bytes) {
        pages.add(index, new ClonedFile(path, null, SPACE, 0, PageSize.plain(PAGE_BYTES)), bytes);
    }

    private void send(ClonePhase phase, long file, long firstPage, byte[] bytes) {
        pages.take(
                new CloneDescriptor.Block(
                        phase, 0, 0, 0, file, bytes.length, firstPage * PAGE_BYTES, 0),
                bytes);
    }

    private List<PhysicalFile.Tablespace> commit() {
        try (StreamWriter files = backup.openStream()) {
            var lines = new JsonLines.Writer(files);
            long _ = pages.finish(lines);
            lines.end();
            StreamRef reference = files.finish();
            var _ =
                    backup.commit(
                            new BackupState(
                                    BackupKind.PHYSICAL,
                                    SERVER,
                                    null,
                                    GtidSet.EMPTY,
                                    new BinlogPosition("b.1", 4),
                                    Instant.EPOCH,
                                    Map.of(),
                                    List.of(),
                                    null,
                                    null));
            var all = new ArrayList<PhysicalFile.Tablespace>();
            JsonLines.read(
                    reader().open(reference),
                    "files",
                    PhysicalFile.class,
                    file -> all.add((PhysicalFile.Tablespace) file));
            return all;
        }
    }

    private BackupReader reader() {
        return repository.openBackup(backup.id());
    }

    private byte[] bytes(PhysicalFile.Tablespace file) throws IOException {
        byte[] bytes = new byte[(int) file.bytes()];
        int at = 0;
        for (StreamRef segment : file.segments()) {
            byte[] map;
            try (StreamInput in = reader().open(segment)) {
                map = in.readAllBytes();
            }
            for (PageRun run : PageSegment.decode(map, "map").runs()) {
                if (run instanceof PageRun.Stored(int count, var pack, int block, int first)) {
                    int to = at;
                    reader().blocks(
                                    new BlockRun(pack, block, 1),
                                    (_, raw, _) ->
                                            System.arraycopy(
                                                    raw,
                                                    first * PAGE_BYTES,
                                                    bytes,
                                                    to,
                                                    count * PAGE_BYTES));
                }
                at += run.pageCount() * PAGE_BYTES;
            }
        }
        assertThat(at).isEqualTo(bytes.length);
        return bytes;
    }

    @Test
    void eachPageIsTheLastThatCame(RandomGenerator random) throws IOException {
        byte[][] model = new byte[2][];
        for (int file = 0; file < 2; file++) {
            model[file] = new byte[(500 + random.nextInt(600)) * PAGE_BYTES];
            add(file, "f" + file, model[file].length);
        }
        for (ClonePhase phase : List.of(ClonePhase.FILES, ClonePhase.PAGES)) {
            for (int i = 0; i < 300; i++) {
                int file = random.nextInt(2);
                int count = 1 + random.nextInt(40);
                int first = random.nextInt(model[file].length / PAGE_BYTES - count);
                for (int k = 0; k < count; k++) {
                    byte[] page =
                            random.nextInt(8) == 0
                                    ? new byte[PAGE_BYTES]
                                    : page(first + k, 1 + i, random);
                    System.arraycopy(page, 0, model[file], (first + k) * PAGE_BYTES, PAGE_BYTES);
                }
                send(
                        phase,
                        file,
                        first,
                        Arrays.copyOfRange(
                                model[file], first * PAGE_BYTES, (first + count) * PAGE_BYTES));
            }
        }
        for (PhysicalFile.Tablespace file : commit()) {
            assertThat(bytes(file)).isEqualTo(model[file.path().charAt(1) - '0']);
        }
        assertThat(pages.suspectCount()).isZero();
    }

    @Test
    void filesGrowOverSegments(RandomGenerator random) throws IOException {
        add(0, "f0", 0);
        add(1, "empty", 0);
        long far = PageSegment.PAGES_MAX * 2L + 3;
        byte[] page = page(far, 9, random);
        send(ClonePhase.FILES, 0, far, page);
        List<PhysicalFile.Tablespace> files = commit();
        PhysicalFile.Tablespace grown =
                files.stream().filter(file -> file.path().equals("f0")).findFirst().orElseThrow();
        assertThat(grown.segments()).hasSize(3);
        assertThat(grown.bytes()).isEqualTo((far + 1) * PAGE_BYTES);
        byte[] bytes = bytes(grown);
        assertThat(Arrays.copyOfRange(bytes, (int) far * PAGE_BYTES, bytes.length)).isEqualTo(page);
        assertThat(pages.newestLsn()).isEqualTo(9);
        assertThat(files).anyMatch(file -> file.bytes() == 0 && file.segments().isEmpty());
    }

    private static byte[] torn(long number, RandomGenerator random) {
        byte[] page = page(number, 5, random);
        page[2000] ^= 1;
        return page;
    }

    @Test
    void aTornPageIsForgottenWhenItComesAgainWhole(RandomGenerator random) throws IOException {
        add(0, "f0", 2 * PAGE_BYTES);
        send(ClonePhase.FILES, 0, 0, torn(0, random));
        send(ClonePhase.FILES, 0, 1, page(1, 5, random));
        byte[] whole = page(0, 6, random);
        send(ClonePhase.PAGES, 0, 0, whole);
        PhysicalFile.Tablespace file = commit().getFirst();
        assertThat(Arrays.copyOf(bytes(file), PAGE_BYTES)).isEqualTo(whole);
        assertThat(pages.suspectCount()).isEqualTo(1);
    }

    @Test
    void aPageThatStaysDamagedIsNamed(RandomGenerator random) {
        add(0, "db/t.ibd", 2 * PAGE_BYTES);
        send(ClonePhase.FILES, 0, 1, torn(1, random));
        assertCorrupt(this::commit);
    }

    @Test
    void aPageFromMemoryMustBeWhole(RandomGenerator random) {
        add(0, "db/t.ibd", 2 * PAGE_BYTES);
        assertCorrupt(() -> send(ClonePhase.PAGES, 0, 1, torn(1, random)));
    }

    @Test
    void aGoodPageAtAWrongPlaceIsDamage(RandomGenerator random) {
        add(0, "db/t.ibd", 2 * PAGE_BYTES);
        assertCorrupt(() -> send(ClonePhase.PAGES, 0, 1, page(3, 5, random)));
    }

    private static void assertCorrupt(Runnable action) {
        assertThatThrownBy(action::run)
                .isInstanceOfSatisfying(
                        CorruptDataException.class,
                        damage -> {
                            assertThat(damage.problem().code()).isEqualTo(BackupError.PAGE_CORRUPT);
                            assertThat(Objects.requireNonNull(damage.problem().where()))
                                    .isEqualTo("db/t.ibd page 1 (offset 4096)");
                        });
    }

    @Test
    void aBlockNoFileHasIsRefused() {
        add(0, "db/t.ibd", 2 * PAGE_BYTES);
        assertThatThrownBy(() ->
                        pages.take(
                                new CloneDescriptor.Block(
                                        ClonePhase.FILES, 0, 0, 0, 0, PAGE_BYTES, 100, 0),
                                new byte[PAGE_BYTES]))
                .isInstanceOf(CorruptDataException.class);
        assertThatThrownBy(() ->
                        pages.take(
                                new CloneDescriptor.Block(
                                        ClonePhase.FILES,
                                        0,
                                        0,
                                        0,
                                        0,
                                        PAGE_BYTES,
                                        0,
                                        Long.MAX_VALUE),
                                new byte[PAGE_BYTES]))
                .isInstanceOf(CorruptDataException.class);
    }
}
