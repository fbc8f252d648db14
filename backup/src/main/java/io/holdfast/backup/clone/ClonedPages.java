package io.holdfast.backup.clone;

import io.holdfast.backup.BackupError;
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
import io.holdfast.repository.physical.PageSegment;
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

/// Takes pages as a donor sends them and stores them at once, so that nothing of the database lies
/// on this machine or in memory.
///
/// The donor sends every file from front to back, then, sorted, the pages that changed meanwhile.
/// Pages that come one after another in one segment are a [SegmentLayer]: they go to one stream,
/// and when another segment's page comes, are laid over what the segment had. Its map waits in a
/// local file. Any other order would be right too, and only make more streams.
///
/// A page that came torn with its file counts as damaged only if no whole one follows: the server
/// was writing it, so it is among those that changed.
///
/// Memory: a block, and some 300 bytes for each file. Confined to one thread.
final class ClonedPages implements AutoCloseable {
    /// So many torn pages are no chance.
    private static final int SUSPECTS_MAX = 100_000;

    private static final long FILES_MAX = 1 << 20;

    private final BackupWriter backup;
    private final SpoolFile maps;
    private final Map<Long, ClonedFile> files = new HashMap<>();
    private final Map<PageSize, PageVerifier> verifiers = new HashMap<>();
    private final Map<PagePlace, String> suspects = new HashMap<>();
    private @Nullable Visit visit;
    private long suspectCount;
    private long storedCount;
    private long newestLsn;

    /// @param maps for page maps
    ClonedPages(BackupWriter backup, SpoolFile maps) {
        this.backup = backup;
        this.maps = maps;
    }

    private record PagePlace(ClonedFile file, long page) {}

    /// A file that pages will come of; nothing new if it was named before.
    void add(long index, ClonedFile file, long bytes) {
        if (files.size() >= FILES_MAX) {
            throw impossible("the server has more than 1,048,576 files", file.path());
        }
        files.putIfAbsent(index, file);
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
        PageVerifier verifier =
                verifiers.computeIfAbsent(file.pageSize(), size -> new PageVerifier(size, false));
        for (int i = 0; i < count; i++) {
            long page = firstPage + i;
            PageVerdict verdict = verifier.verify(bytes, i * pageBytes);
            var place = new PagePlace(file, page);
            String problem = problemOf(verdict, bytes, i * pageBytes, place);
            judge(place, problem, block.phase());
            Visit at = visit(file, page);
            if (verdict instanceof PageVerdict.Zero) {
                at.layer.addZero(at.index(page));
            } else {
                if (problem.isEmpty()) {
                    newestLsn = Math.max(newestLsn, PageHeader.lsn(bytes, i * pageBytes));
                }
                at.store(page, bytes, i * pageBytes);
            }
        }
        // A file that ends within a page does so in the middle of growing; redo makes the rest.
        file.reach(firstPage + count);
    }

    private void judge(PagePlace place, String problem, ClonePhase phase) {
        if (problem.isEmpty()) {
            if (!suspects.isEmpty()) {
                suspects.remove(place);
            }
            return;
        }
        suspectCount++;
        if (phase != ClonePhase.FILES || suspects.size() == SUSPECTS_MAX) {
            throw corrupt(place, problem);
        }
        suspects.put(place, problem);
    }

    /// Why a page is not good, in words; empty if it is. Also good pages may lie at the wrong
    /// place; but the system tablespace may have several files, and of servers older than 8.0.20
    /// copies of other pages.
    private static String problemOf(
            PageVerdict verdict, byte[] bytes, int offset, PagePlace place) {
        if (verdict.isSuspect()) {
            return verdict.describe();
        }
        boolean isNumbered = verdict instanceof PageVerdict.Whole && place.file().space() != 0;
        long says = PageHeader.pageNumber(bytes, offset);
        return isNumbered && says != place.page() && PageHeader.lsn(bytes, offset) != 0
                ? "page says it is page " + says + " of its tablespace"
                : "";
    }

    /// The visit that a page belongs to; begins a new one if it is not the present one.
    private Visit visit(ClonedFile file, long page) {
        int segment = (int) (page / PageSegment.PAGES_MAX);
        Visit present = visit;
        if (present != null
                && present.file == file
                && present.segment == segment
                && present.layer.takes(present.index(page))) {
            return present;
        }
        endVisit();
        var next = new Visit(file, segment);
        visit = next;
        return next;
    }

    private void endVisit() {
        Visit ended = visit;
        visit = null;
        if (ended != null) {
            ended.end();
        }
    }

    /// All pages have come. Writes what is known of each file.
    ///
    /// @return the number of pages of all files
    /// @throws CorruptDataException with `PAGE_CORRUPT` if a page that came damaged did not come
    ///   again
    long finish(JsonLines.Writer lines) {
        endVisit();
        suspects.forEach((place, problem) -> {
            throw corrupt(place, problem);
        });
        long pages = 0;
        for (ClonedFile file : files.values()) {
            lines.write(line(file));
            pages += file.pageCount();
        }
        return pages;
    }

    private PhysicalFile line(ClonedFile file) {
        List<StreamRef> segments = new ArrayList<>();
        for (int segment = 0; segment < file.segmentCount(); segment++) {
            // A file may have grown after its last segment was seen, also by whole ones.
            PageSegment map =
                    new SegmentLayer(file.pageBytes())
                            .over(below(file, segment), StreamRef.EMPTY, file.pageCount(segment));
            try (StreamWriter out = backup.openStream()) {
                out.write(map.encode());
                segments.add(out.finish());
            }
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

    private @Nullable PageSegment below(ClonedFile file, int segment) {
        SpoolFile.Place place = file.map(segment);
        return place == null ? null : PageSegment.decode(maps.read(place), file.path());
    }

    /// Pages that came torn, and whole later.
    long suspectCount() {
        return suspectCount;
    }

    /// Pages that were stored, those that others replaced included.
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

    /// Pages of one segment on their way, one after another.
    private final class Visit {
        private final ClonedFile file;
        private final int segment;
        private final SegmentLayer layer;
        private @Nullable StreamWriter stream;

        Visit(ClonedFile file, int segment) {
            this.file = file;
            this.segment = segment;
            this.layer = new SegmentLayer(file.pageBytes());
        }

        int index(long page) {
            return (int) (page % PageSegment.PAGES_MAX);
        }

        void store(long page, byte[] bytes, int offset) {
            if (stream == null) {
                stream = backup.openStream();
            }
            stream.write(bytes, offset, file.pageBytes());
            layer.addStored(index(page));
        }

        void end() {
            StreamRef content = stream == null ? StreamRef.EMPTY : stream.finish();
            storedCount += layer.storedCount();
            long first = (long) segment * PageSegment.PAGES_MAX;
            file.reach(first + layer.end());
            PageSegment map = layer.over(below(file, segment), content, file.pageCount(segment));
            file.map(segment, maps.append(map.encode()));
        }

        void abandon() {
            if (stream != null) {
                stream.close();
            }
        }
    }

    private static CorruptDataException corrupt(PagePlace place, String problem) {
        return new CorruptDataException(
                Problem.of(BackupError.PAGE_CORRUPT)
                        .what("%s; the server sent it so", problem)
                        .where(
                                "%s page %d (offset %d)",
                                place.file().path(),
                                place.page(),
                                place.page() * place.file().pageBytes())
                        .remedy(
                                "Run `innochecksum` on a copy of the file; restore this table from an"
                                        + " earlier backup, or drop it."));
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
