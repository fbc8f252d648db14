package io.holdfast.backup.physical;

import io.holdfast.core.GtidSet;
import io.holdfast.core.Text;
import io.holdfast.innodb.RedoFileHeader;
import io.holdfast.repository.BackupId;
import io.holdfast.repository.BackupKind;
import io.holdfast.repository.BackupReader;
import io.holdfast.repository.BackupState;
import io.holdfast.repository.BackupWriter;
import io.holdfast.repository.PackUse;
import io.holdfast.repository.PhysicalSection;
import io.holdfast.repository.Repository;
import io.holdfast.repository.ServerIdentity;
import io.holdfast.repository.StreamWriter;
import io.holdfast.repository.format.BlockRun;
import io.holdfast.repository.format.PackId;
import io.holdfast.repository.format.StreamRef;
import io.holdfast.repository.logical.JsonLines;
import io.holdfast.repository.physical.PageMarks;
import io.holdfast.repository.physical.PageRun;
import io.holdfast.repository.physical.PageSegment;
import io.holdfast.repository.physical.PhysicalFile;
import io.holdfast.store.DirectoryStore;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.UUID;

/// What an incremental backup of a huge database costs beside its pages: reading the base's list of
/// files and the maps of segments in which something changed, writing these anew, and the account of
/// packs. The base has maps as real ones, and pages of one byte. Arguments: a new folder, terabytes.
final class PageMapBench {
    private static final int PAGE_BYTES = 16 << 10;
    private static final int PAGES_PER_BLOCK = BlockPlaces.BLOCK_BYTES / PAGE_BYTES;
    private static final int SEGMENTS_PER_FILE = 256; // 64 GiB
    private static final UUID SERVER = new UUID(1, 1);

    private final Repository repository;
    private final SplittableRandom random = new SplittableRandom(1);
    private final long segmentCount;
    private long changedPages;
    private long mapBytes;

    private PageMapBench(Repository repository, double terabytes) {
        this.repository = repository;
        this.segmentCount =
                Math.max(1, Math.round(terabytes * 1e12 / PAGE_BYTES / PageSegment.PAGES_MAX));
    }

    public static void main(String[] arguments) {
        Repository repository = Repository.create(DirectoryStore.create(Path.of(arguments[0])));
        var bench = new PageMapBench(repository, Double.parseDouble(arguments[1]));
        long began = System.nanoTime();
        BackupId base = bench.makeBase();
        System.err.println(Text.format("base made in %.0f s", seconds(began)));
        System.out.println(
                Text.format(
                        "| change, in %,d segments | segments written | pages | map | s |",
                        bench.segmentCount));
        System.out.println("|---|---:|---:|---:|---:|");
        bench.measure(base, "none", 0, 0);
        bench.measure(base, "one page in a segment of a hundred", 100, PageSegment.PAGES_MAX);
        bench.measure(base, "1 % of the pages, together", 100, 1);
        bench.measure(base, "one page in each segment", 1, PageSegment.PAGES_MAX);
        bench.measure(base, "1 % of the pages, everywhere", 1, 100);
    }

    private BackupId makeBase() {
        try (BackupWriter backup = repository.beginBackup(SERVER, "bench")) {
            StreamWriter stream = backup.openStream();
            var lines = new JsonLines.Writer(stream);
            for (long first = 0; first < segmentCount; first += SEGMENTS_PER_FILE) {
                List<StreamRef> maps = new ArrayList<>();
                for (long i = first; i < Math.min(segmentCount, first + SEGMENTS_PER_FILE); i++) {
                    maps.add(makeMap(backup));
                }
                lines.write(line(1 + first / SEGMENTS_PER_FILE, maps));
            }
            lines.end();
            return backup.commit(state(stream.finish(), lines.count())).backup();
        }
    }

    private StreamRef makeMap(BackupWriter backup) {
        List<PageRun> runs = new ArrayList<>();
        for (int i = 0; i < PageSegment.PAGES_MAX / PAGES_PER_BLOCK; i++) {
            BlockRun block = write(backup, new byte[1]).runs().getFirst();
            runs.add(new PageRun.Stored(PAGES_PER_BLOCK, block.pack(), block.first(), 0));
        }
        int[] marks = random.ints(PageSegment.PAGES_MAX, 1, Integer.MAX_VALUE).toArray();
        return write(
                backup,
                new PageSegment(PageSegment.PAGES_MAX, runs)
                        .encode(PageMarks.of(marks, PageSegment.PAGES_MAX)));
    }

    /// @param everySegment in which segments pages change; 0: in none
    /// @param everyPage which of their pages change
    private void measure(BackupId id, String what, int everySegment, int everyPage) {
        changedPages = 0;
        mapBytes = 0;
        long changedSegments = 0;
        long began = System.nanoTime();
        BackupReader reader = repository.openBackup(id);
        Base base = Base.read(reader);
        try (BackupWriter backup = repository.beginBackup(SERVER, "bench")) {
            StreamWriter stream = backup.openStream();
            var lines = new JsonLines.Writer(stream);
            long segment = 0;
            for (long space = 1; segment < segmentCount; space++) {
                PhysicalFile.Tablespace before = base.claim(space, path(space), PAGE_BYTES);
                List<StreamRef> maps = new ArrayList<>(before.segments());
                for (int i = 0; i < maps.size(); i++, segment++) {
                    if (everySegment > 0 && segment % everySegment == 0) {
                        maps.set(i, change(base, backup, before, i, everyPage));
                        changedSegments++;
                    }
                }
                lines.write(line(space, maps));
            }
            lines.end();
            List<PackUse> earlier = base.uses();
            backup.commit(state(stream.finish(), lines.count()), earlier);
        }
        System.out.println(
                Text.format(
                        "| %s | %,d | %,d | %,.1f MB | %.2f |",
                        what, changedSegments, changedPages, mapBytes / 1e6, seconds(began)));
    }

    private StreamRef change(
            Base base, BackupWriter backup, PhysicalFile.Tablespace file, int i, int everyPage) {
        BaseSegment before = base.segment(file, i);
        var pages = new SegmentPages(PAGE_BYTES, before);
        int phase = random.nextInt(everyPage);
        for (int page = 0; page < PageSegment.PAGES_MAX; page++) {
            if (page % everyPage == phase) {
                pages.addStored(1);
            } else {
                pages.addKept();
            }
        }
        int blocks = Math.ceilDiv(pages.storedCount(), PAGES_PER_BLOCK);
        var content = new BlockRun(new PackId(9, 9), 0, blocks);
        PageSegment map = pages.build(new StreamRef(List.of(content), 1, "00000000"));
        base.drop(before.unneeded(map));
        changedPages += pages.storedCount();
        StreamRef written = write(backup, map.encode(pages.marks()));
        mapBytes += written.bytes();
        return written;
    }

    private static StreamRef write(BackupWriter backup, byte[] bytes) {
        try (StreamWriter out = backup.openStream()) {
            out.write(bytes);
            return out.finish();
        }
    }

    private static String path(long space) {
        return "bench/t" + space + ".ibd";
    }

    private static PhysicalFile.Tablespace line(long space, List<StreamRef> maps) {
        long bytes = (long) maps.size() * PageSegment.PAGES_MAX * PAGE_BYTES;
        return new PhysicalFile.Tablespace(path(space), null, space, 0, PAGE_BYTES, bytes, maps);
    }

    private static BackupState state(StreamRef files, long fileCount) {
        return new BackupState(
                BackupKind.PHYSICAL,
                new ServerIdentity(SERVER, "9.7.4", "", "bench", 3306, 1),
                null,
                GtidSet.parse(SERVER + ":1"),
                null,
                Instant.EPOCH,
                Map.of(),
                List.of(),
                null,
                new PhysicalSection(
                        files,
                        StreamRef.EMPTY,
                        1000,
                        2000,
                        RedoFileHeader.FORMAT,
                        false,
                        PAGE_BYTES,
                        PhysicalSection.Method.FULL,
                        null,
                        Instant.EPOCH,
                        fileCount,
                        0,
                        0));
    }

    private static double seconds(long since) {
        return (System.nanoTime() - since) / 1e9;
    }
}
