package io.holdfast.backup.clone;

import io.holdfast.backup.physical.PageMark;
import io.holdfast.core.CorruptDataException;
import io.holdfast.core.Problem;
import io.holdfast.innodb.PageHeader;
import io.holdfast.innodb.PageSize;
import io.holdfast.innodb.PageVerdict;
import io.holdfast.innodb.PageVerifier;
import io.holdfast.repository.BackupWriter;
import io.holdfast.repository.StreamWriter;
import io.holdfast.repository.format.StreamRef;
import io.holdfast.repository.logical.JsonLines;
import io.holdfast.repository.physical.PageMarks;
import io.holdfast.repository.physical.PageRun;
import io.holdfast.repository.physical.PhysicalFile;
import io.holdfast.wire.WireError;
import io.holdfast.wire.clone.CloneDescriptor;
import io.holdfast.wire.clone.ClonePhase;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Takes pages as a donor sends them and stores those that the base does not have at once, so that
/// nothing of the database lies on this machine or in memory.
///
/// The donor sends every file from front to back, then, sorted, the pages that changed meanwhile.
/// Pages that come one after another in one segment are a [SegmentVisit]: they go to one stream,
/// and when another segment's page comes, are laid over what the segment had. Any other order would
/// be right too, and only make more streams.
///
/// Pages that changed meanwhile come from the server's memory, and may be newer than they are on
/// its disk. The next backup may find the older ones there, although it is later, and must not take
/// that for a contradiction: such pages get no mark ([PageMarks#UNKNOWN]). They are those with an
/// LSN from the checkpoint on that the redo log begins with; any checkpoint before that one serves
/// ([#memoryBegins]).
///
/// Memory: a block, and some 400 bytes for each file and 100 for each segment. Confined to one
/// thread.
final class ClonedPages implements AutoCloseable {
    private static final long FILES_MAX = 1 << 20;

    private final BackupWriter backup;
    private final SegmentMaps maps;
    private final EarlierPages earlier;
    private final Suspects suspects = new Suspects();
    private final PageMark marks = new PageMark();
    private final Map<Long, ClonedFile> files = new HashMap<>();
    private final Map<PageSize, PageVerifier> verifiers = new HashMap<>();
    private @Nullable SegmentVisit visit;
    private long unsettledLsn;
    private long pageCount;
    private long storedCount;
    private long newestLsn;

    /// @param spool for page maps
    ClonedPages(BackupWriter backup, SpoolFile spool, EarlierPages earlier) {
        this.backup = backup;
        this.maps = new SegmentMaps(spool);
        this.earlier = earlier;
    }

    /// A file that pages will come of; nothing new if it was named before.
    void add(long index, ClonedFile file, long bytes) {
        if (files.size() >= FILES_MAX) {
            throw impossible("the server has more than 1,048,576 files", file.path());
        }
        if (files.putIfAbsent(index, file) == null) {
            earlier.claim(file);
        }
        reach(get(index), bytes);
    }

    private static void reach(ClonedFile file, long bytes) {
        long pages = bytes / file.pageBytes();
        if (pages > PageHeader.NONE) {
            throw impossible("the file has " + bytes + " bytes", file.path());
        }
        file.reach(pages);
    }

    boolean has(long index) {
        return files.containsKey(index);
    }

    private ClonedFile get(long index) {
        return Objects.requireNonNull(files.get(index));
    }

    /// What comes from here on comes from the server's memory.
    ///
    /// @param checkpointLsn all that is older is on its disk
    void memoryBegins(long checkpointLsn) {
        unsettledLsn = checkpointLsn;
    }

    /// Takes pages.
    ///
    /// @throws CorruptDataException with `PAGE_CORRUPT` if one is damaged and none can follow
    void take(CloneDescriptor.Block block, byte[] bytes) {
        ClonedFile file = get(block.file());
        int pageBytes = file.pageBytes();
        reach(file, block.fileBytes());
        long firstPage = block.offset() / pageBytes;
        int count = block.byteCount() / pageBytes;
        if (block.offset() % pageBytes != 0 || firstPage + count > PageHeader.NONE) {
            throw impossible("a block begins at offset " + block.offset(), file.path());
        }
        for (int i = 0; i < count; i++) {
            take(file, firstPage + i, block.phase(), bytes, i * pageBytes);
        }
        // A file that ends within a page does so in the middle of growing; redo makes the rest.
        file.reach(firstPage + count);
    }

    private void take(ClonedFile file, long page, ClonePhase phase, byte[] bytes, int offset) {
        PageVerdict verdict =
                verifiers
                        .computeIfAbsent(file.pageSize(), size -> new PageVerifier(size, false))
                        .verify(bytes, offset);
        boolean isWhole = suspects.isWhole(file, page, verdict, bytes, offset, phase);
        SegmentVisit at = visit(file, page);
        if (verdict instanceof PageVerdict.Zero) {
            at.addZero(page);
        } else if (isWhole) {
            long lsn = PageHeader.lsn(bytes, offset);
            newestLsn = Math.max(newestLsn, lsn);
            int mark =
                    page == 0
                            ? marks.ofFirst(bytes, offset, file.pageBytes())
                            : marks.of(bytes, offset);
            boolean isSettled = phase == ClonePhase.FILES || lsn < unsettledLsn;
            at.add(page, lsn, mark, isSettled ? mark : PageMarks.UNKNOWN, bytes, offset);
        } else {
            at.store(page, PageMarks.UNKNOWN, bytes, offset);
        }
    }

    /// The visit that a page belongs to; begins a new one if it is not the present one.
    private SegmentVisit visit(ClonedFile file, long page) {
        SegmentVisit present = visit;
        if (present != null && present.takes(file, page)) {
            return present;
        }
        endVisit();
        var next = new SegmentVisit(backup, maps, earlier, file, page);
        visit = next;
        return next;
    }

    private void endVisit() {
        SegmentVisit ended = visit;
        visit = null;
        if (ended != null) {
            ended.end();
        }
    }

    /// All pages have come. Writes what is known of each file.
    ///
    /// @throws CorruptDataException with `PAGE_CORRUPT` if a page that came damaged did not come
    ///   again
    void finish(JsonLines.Writer lines) {
        endVisit();
        suspects.demandNone();
        for (ClonedFile file : files.values()) {
            lines.write(line(file));
            earlier.dropBehind(file);
            pageCount += file.pageCount();
        }
    }

    private PhysicalFile line(ClonedFile file) {
        List<StreamRef> segments = new ArrayList<>();
        for (int segment = 0; segment < file.segmentCount(); segment++) {
            SegmentMap map = maps.whole(file, segment);
            StreamRef unchanged = earlier.unchanged(file, segment, map.pages());
            segments.add(unchanged == null ? store(map) : unchanged);
        }
        return new PhysicalFile.Tablespace(
                file.path(),
                file.outside(),
                file.space(),
                Integer.toUnsignedLong(file.flags()),
                file.pageBytes(),
                file.pageCount() * file.pageBytes(),
                segments);
    }

    private StreamRef store(SegmentMap map) {
        for (PageRun run : map.pages().runs()) {
            if (run instanceof PageRun.Stored stored && earlier.isNew(stored)) {
                storedCount += run.pageCount();
            }
        }
        try (StreamWriter out = backup.openStream()) {
            out.write(map.encode());
            return out.finish();
        }
    }

    /// Pages that came torn, and whole later.
    long suspectCount() {
        return suspects.count();
    }

    /// Pages of all files, when all have come.
    long pageCount() {
        return pageCount;
    }

    /// Of these, how many this backup stored itself.
    long storedCount() {
        return storedCount;
    }

    /// Of all pages that came.
    long newestLsn() {
        return newestLsn;
    }

    int fileCount() {
        return files.size();
    }

    private static CorruptDataException impossible(String what, String path) {
        return new CorruptDataException(
                Problem.of(WireError.PROTOCOL_UNEXPECTED)
                        .what("%s", what)
                        .where("clone, %s", path)
                        .remedy("Take the backup on the server's host, without `--via-clone`."));
    }

    @Override
    public void close() {
        if (visit != null) {
            visit.abandon();
            visit = null;
        }
        verifiers.values().forEach(PageVerifier::close);
    }
}
