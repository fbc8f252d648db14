package io.holdfast.backup.clone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.backup.BackupError;
import io.holdfast.backup.physical.BaseChoice;
import io.holdfast.backup.physical.BaseFit;
import io.holdfast.core.CorruptDataException;
import io.holdfast.core.GtidSet;
import io.holdfast.innodb.PageSize;
import io.holdfast.innodb.RedoFileHeader;
import io.holdfast.repository.BackupKind;
import io.holdfast.repository.BackupReader;
import io.holdfast.repository.BackupState;
import io.holdfast.repository.BackupWriter;
import io.holdfast.repository.PackUse;
import io.holdfast.repository.PhysicalSection;
import io.holdfast.repository.Repository;
import io.holdfast.repository.ServerIdentity;
import io.holdfast.repository.StreamInput;
import io.holdfast.repository.StreamWriter;
import io.holdfast.repository.format.BlockRun;
import io.holdfast.repository.format.PackId;
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
    private final SpoolFile maps;
    private BackupWriter backup = repository.beginBackup(SERVER.uuid(), "test");
    private ClonedPages pages;
    private BaseChoice choice = BaseChoice.none("it is the first");

    /// Each backup is of a later moment, as the newest is the base of the next.
    private int commitCount;

    ClonedPagesTest(@TempDir Path folder) {
        maps = SpoolFile.create(folder, 1 << 30);
        pages = new ClonedPages(backup, maps, new EarlierPages(null));
    }

    /// Begins another backup, based on the one before.
    private void again() {
        close(pages, backup);
        backup = repository.beginBackup(SERVER.uuid(), "test");
        choice =
                BaseChoice.of(
                        repository,
                        new BaseFit(SERVER, 16384, Long.MAX_VALUE, GtidSet.EMPTY, null, Map.of()),
                        List.of());
        assertThat(choice.base()).as(choice.why()).isNotNull();
        pages = new ClonedPages(backup, maps, new EarlierPages(choice.base()));
    }

    private static void close(ClonedPages pages, BackupWriter backup) {
        pages.close();
        backup.close();
    }

    @AfterEach
    void close() {
        close(pages, backup);
        maps.close();
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
        return commit(1);
    }

    /// @param startLsn the next backup's pages that are older may be this one's
    private List<PhysicalFile.Tablespace> commit(long startLsn) {
        try (StreamWriter files = backup.openStream()) {
            var lines = new JsonLines.Writer(files);
            pages.finish(lines);
            lines.end();
            StreamRef reference = files.finish();
            var _ =
                    backup.commit(
                            new BackupState(
                                    BackupKind.PHYSICAL,
                                    SERVER,
                                    null,
                                    GtidSet.EMPTY,
                                    null,
                                    Instant.ofEpochSecond(++commitCount),
                                    Map.of(),
                                    List.of(),
                                    null,
                                    new PhysicalSection(
                                            reference,
                                            StreamRef.EMPTY,
                                            startLsn,
                                            startLsn + 1000,
                                            RedoFileHeader.FORMAT,
                                            false,
                                            16384,
                                            PhysicalSection.Method.CLONE,
                                            choice.backup(),
                                            Instant.EPOCH,
                                            0,
                                            pages.pageCount(),
                                            pages.storedCount())),
                            choice.uses());
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

    /// A file of which every page was changed at another LSN, from 1 on.
    private static byte[] file(int pageCount, RandomGenerator random) {
        byte[] bytes = new byte[pageCount * PAGE_BYTES];
        for (int i = 0; i < pageCount; i++) {
            put(bytes, i, page(i, 1 + i, random));
        }
        return bytes;
    }

    private static void put(byte[] file, int number, byte[] page) {
        System.arraycopy(page, 0, file, number * PAGE_BYTES, PAGE_BYTES);
    }

    /// Goal: what the base has is not stored again, what changed is, also what was first the base's
    /// and changed while the clone was under way. Method: a chain of clones of one file; each is
    /// compared with the file, and all packs that it needs are named by it.
    @Test
    void onlyWhatChangedIsStoredAgain(RandomGenerator random) throws IOException {
        byte[] model = file(600, random);
        long lsn = 1000;
        int changedBefore = 0;
        for (int round = 0; round < 4; round++) {
            add(0, "f0", model.length);
            send(ClonePhase.FILES, 0, 0, model);
            long checkpointLsn = lsn;
            pages.memoryBegins(checkpointLsn);
            int[] changed = random.ints(random.nextInt(5), 1, 600).sorted().distinct().toArray();
            for (int page : changed) {
                put(model, page, page(page, lsn++, random));
                send(ClonePhase.PAGES, 0, page, copy(model, page));
            }
            List<PhysicalFile.Tablespace> files = commit(checkpointLsn);
            assertThat(bytes(files.getFirst())).isEqualTo(model);
            assertThat(choice.whyNot()).isEqualTo(round == 0 ? "it is the first" : "");
            if (round == 0) {
                assertThat(pages.storedCount()).isEqualTo(600);
            } else {
                // What came from memory before is stored once more, as it has no mark.
                assertThat(pages.storedCount())
                        .isBetween((long) changed.length, (long) changed.length + changedBefore);
            }
            changedBefore = changed.length;
            assertAllPacksAreNamed(files.getFirst());
            again();
        }
        add(0, "renamed", model.length);
        send(ClonePhase.FILES, 0, 0, model);
        assertThat(bytes(commit(lsn).getFirst())).isEqualTo(model);
    }

    private static byte[] copy(byte[] model, int page) {
        return Arrays.copyOfRange(model, page * PAGE_BYTES, (page + 1) * PAGE_BYTES);
    }

    private void assertAllPacksAreNamed(PhysicalFile.Tablespace file) throws IOException {
        List<PackId> named = reader().manifest().packs().stream().map(PackUse::pack).toList();
        for (StreamRef segment : file.segments()) {
            segment.runs().forEach(run -> assertThat(named).contains(run.pack()));
            try (StreamInput in = reader().open(segment)) {
                for (PageRun run : PageSegment.decode(in.readAllBytes(), "map").runs()) {
                    if (run instanceof PageRun.Stored stored) {
                        assertThat(named).contains(stored.pack());
                    }
                }
            }
        }
    }

    /// A segment in which nothing changed is a reference to the map that is there.
    @Test
    void anUnchangedSegmentIsTheBasesOwn(RandomGenerator random) {
        byte[] model = file(50, random);
        add(0, "f0", model.length);
        send(ClonePhase.FILES, 0, 0, model);
        List<StreamRef> maps = commit(1000).getFirst().segments();
        again();
        add(0, "f0", model.length);
        send(ClonePhase.FILES, 0, 0, model);
        assertThat(commit(1000).getFirst().segments()).isEqualTo(maps);
        assertThat(pages.storedCount()).isZero();
    }

    /// Goal: a page that the base had from memory, and that is still older on the server's disk,
    /// contradicts nothing.
    @Test
    void aPageThatIsOlderOnDiskThanInMemoryIsNoContradiction(RandomGenerator random)
            throws IOException {
        byte[] onDisk = file(50, random);
        add(0, "f0", onDisk.length);
        send(ClonePhase.FILES, 0, 0, onDisk);
        pages.memoryBegins(1000);
        send(ClonePhase.PAGES, 0, 7, page(7, 1001, random));
        commit(1000);
        again();
        add(0, "f0", onDisk.length);
        send(ClonePhase.FILES, 0, 0, onDisk);
        assertThat(bytes(commit(1000).getFirst())).isEqualTo(onDisk);
        assertThat(choice.whyNot()).isEmpty();
        assertThat(pages.storedCount()).isEqualTo(1);
    }

    /// Goal: from an old page on that differs, nothing is taken from the base; the backup is whole.
    @Test
    void anOldPageThatDiffersEndsTheBase(RandomGenerator random) throws IOException {
        byte[] model = file(50, random);
        add(0, "f0", model.length);
        send(ClonePhase.FILES, 0, 0, model);
        commit(1000);
        again();
        put(model, 30, page(30, 700, random));
        add(0, "f0", model.length);
        send(ClonePhase.FILES, 0, 0, model);
        assertThat(bytes(commit(1000).getFirst())).isEqualTo(model);
        assertThat(choice.whyNot())
                .contains(Objects.requireNonNull(choice.backup()).toString())
                .contains("page 30 of f0 was changed at LSN 700");
        assertThat(pages.storedCount()).isEqualTo(20);
    }

    /// A page that came torn is not compared: it may be anything.
    @Test
    void aTornPageContradictsNothing(RandomGenerator random) throws IOException {
        byte[] model = file(50, random);
        add(0, "f0", model.length);
        send(ClonePhase.FILES, 0, 0, model);
        commit(1000);
        again();
        add(0, "f0", model.length);
        byte[] coming = model.clone();
        coming[20 * PAGE_BYTES + 2000] ^= 1;
        send(ClonePhase.FILES, 0, 0, coming);
        send(ClonePhase.PAGES, 0, 20, copy(model, 20));
        assertThat(bytes(commit(1000).getFirst())).isEqualTo(model);
        assertThat(choice.whyNot()).isEmpty();
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
