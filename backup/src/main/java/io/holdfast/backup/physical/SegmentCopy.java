package io.holdfast.backup.physical;

import io.holdfast.core.CorruptDataException;
import io.holdfast.core.Progress;
import io.holdfast.innodb.PageHeader;
import io.holdfast.innodb.PageVerifier;
import io.holdfast.innodb.SpaceId;
import io.holdfast.repository.BackupWriter;
import io.holdfast.repository.StreamWriter;
import io.holdfast.repository.format.PackId;
import io.holdfast.repository.format.StreamRef;
import io.holdfast.repository.physical.PageRun;
import io.holdfast.repository.physical.PageSegment;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;
import java.util.BitSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/// Copies one segment of a tablespace's file into the repository, as a whole or in parts, and
/// stores the map of its pages. What the base has as it is, is neither read nor stored where the
/// server says so, and not stored again in any case.
///
/// Thread-safe; each call works on a file of its own.
final class SegmentCopy {
    private final PageCopy.Tools tools;

    /// @param mayGoOn called before each piece; throws if the backup cannot be completed any more
    SegmentCopy(BackupWriter backup, RateLimit rate, Runnable mayGoOn, Progress.Work work) {
        this.tools = new PageCopy.Tools(backup, rate, mayGoOn, work, new LongAdder());
    }

    /// What a segment came to.
    ///
    /// @param map its page map, the base's own if it has the segment as it is
    /// @param pageCount of the segment; fewer than [PageSegment#PAGES_MAX] at the file's end
    /// @param storedCount of these, how many were stored now
    /// @param account what of earlier packs it needs and does without
    /// @param packs in which a map that was written now and its pages lie; empty if the map is the
    ///   base's own
    record Copied(
            StreamRef map,
            int pageCount,
            int storedCount,
            Before.Account account,
            List<PackId> packs) {}

    /// Copies the segment.
    ///
    /// @param isLast whether the file ended in this segment when it was first looked at; it may
    ///   have grown since, and is read to its present end
    /// @param before what the base has of the file; null if it has nothing
    /// @return null if the file ends before the segment
    /// @throws CorruptDataException with `PAGE_CORRUPT` if a page is damaged; with `BASE_REFUTED`
    ///   if the base was refuted
    @Nullable Copied copy(
            TablespaceFile file, long segment, boolean isLast, @Nullable Before before) {
        Copied untouched = untouched(file, segment, before);
        if (untouched != null) {
            return untouched;
        }
        Before.Segment from = before == null ? null : before.segment(segment);
        BitSet changed = before == null ? null : before.changed(segment);
        // With a list, what came after it was made is left to the redo.
        PageCopy.Read read =
                read(file, PageRange.segment(segment, isLast && changed == null), from, changed);
        SegmentPages pages = read.pages();
        if (pages.pageCount() == 0) {
            return null;
        }
        if (from != null && pages.isBase()) {
            StreamRef map = from.pages().map();
            return new Copied(
                    map,
                    pages.pageCount(),
                    0,
                    account(segment, before, from, map, from.pages().pages()),
                    List.of());
        }
        PageSegment pageMap = pages.build(read.content());
        StreamRef map = store(pageMap.encode(pages.marks()));
        return new Copied(
                map,
                pages.pageCount(),
                pages.storedCount(),
                account(segment, before, from, map, pageMap),
                packs(map, pageMap));
    }

    /// Copies a part of a segment of which no earlier backup has anything.
    SegmentParts.Part copyPart(TablespaceFile file, PageRange part) {
        PageCopy.Read read = read(file, part, null, null);
        SegmentPages pages = read.pages();
        return new SegmentParts.Part(
                pages.pageCount(), pages.storedCount(), pages.runs(read.content()), pages.marks());
    }

    /// Stores the map of a segment whose parts were all copied.
    Copied join(SegmentParts parts) {
        PageSegment pageMap = parts.map();
        StreamRef map = store(pageMap.encode(parts.marks()));
        return new Copied(
                map,
                pageMap.pageCount(),
                parts.storedCount(),
                Before.Account.NONE,
                packs(map, pageMap));
    }

    private PageCopy.Read read(
            TablespaceFile file,
            PageRange range,
            Before.@Nullable Segment from,
            @Nullable BitSet changed) {
        try (FileChannel channel = FileChannel.open(file.file(), StandardOpenOption.READ);
                var verifier = new PageVerifier(file.pageSize(), file.mayBeEncrypted())) {
            demandPlanned(file, channel);
            return new PageCopy(tools, file, channel, verifier, range, from, changed).run();
        } catch (IOException failure) {
            throw Unreadable.file(file.file(), failure);
        }
    }

    /// What was opened must be what was planned: while DDL goes on, another table may have come to
    /// the path. All that is read afterwards is of the same file, whatever happens to its name.
    private static void demandPlanned(TablespaceFile file, FileChannel channel) {
        if (file.space() == SpaceId.SYSTEM) {
            return; // its further files have no header, and none of them is ever replaced
        }
        byte[] header = new byte[PageHeader.BYTES];
        int read = Reading.at(file.file(), channel, header, 0, header.length);
        if (read < header.length || PageHeader.spaceId(header, 0) != file.space()) {
            throw Unreadable.replaced(file.file());
        }
    }

    /// The base's segment as it is, unread, if the server says that nothing in it changed.
    private @Nullable Copied untouched(TablespaceFile file, long segment, @Nullable Before before) {
        BitSet changed = before == null ? null : before.changed(segment);
        if (before == null || changed == null || !changed.isEmpty()) {
            return null;
        }
        long pageCount = PageRange.plannedPages(file, segment);
        StreamRef map = pageCount < 1 ? null : before.baseMap(segment, pageCount);
        if (map == null) {
            return null;
        }
        tools.work().advance(pageCount * file.pageBytes());
        return new Copied(map, (int) pageCount, 0, Before.Account.NONE, List.of());
    }

    /// Pages that were caught in the middle of a write.
    long rereadPages() {
        return tools.rereadPages().sum();
    }

    private static Before.Account account(
            long segment,
            @Nullable Before before,
            Before.@Nullable Segment from,
            StreamRef map,
            PageSegment now) {
        return before == null || from == null
                ? Before.Account.NONE
                : before.account(segment, from, map, now);
    }

    private static List<PackId> packs(StreamRef map, PageSegment pages) {
        Set<PackId> packs = new LinkedHashSet<>();
        map.runs().forEach(run -> packs.add(run.pack()));
        for (PageRun run : pages.runs()) {
            if (run instanceof PageRun.Stored stored) {
                packs.add(stored.pack());
            }
        }
        return List.copyOf(packs);
    }

    private StreamRef store(byte[] map) {
        try (StreamWriter out = tools.backup().openStream()) {
            out.write(map);
            return out.finish();
        }
    }
}
