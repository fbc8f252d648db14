package io.holdfast.backup.physical;

import io.holdfast.core.CorruptDataException;
import io.holdfast.core.Progress;
import io.holdfast.innodb.PageHeader;
import io.holdfast.innodb.PageVerdict;
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

/// Copies one segment of a tablespace's file into the repository: reads pieces of 1 MiB, verifies
/// every page, looks again at those that are not right, and stores all but those of zero bytes and
/// those that the base has.
///
/// A page is the base's if the server says that it changed it before the base began (by its LSN)
/// *and* it is the very page that the base has (by its mark). The first alone would do for a server
/// whose files only ever went forward. One that was brought back from a snapshot goes on from an
/// earlier LSN and comes to the base's again with other pages; the second finds that out, because
/// there is no page in which it differs that both have old. So an old page with another mark
/// refutes the base as a whole.
///
/// Thread-safe; each call works on a file of its own.
final class SegmentCopy {
    private static final int PIECE_BYTES = 1 << 20;

    private final BackupWriter backup;
    private final RateLimit rate;
    private final Runnable mayGoOn;
    private final Progress.Work work;
    private final LongAdder rereadPages = new LongAdder();

    /// @param mayGoOn called before each piece; throws if the backup cannot be completed any more
    SegmentCopy(BackupWriter backup, RateLimit rate, Runnable mayGoOn, Progress.Work work) {
        this.backup = backup;
        this.rate = rate;
        this.mayGoOn = mayGoOn;
        this.work = work;
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
        try (FileChannel channel = FileChannel.open(file.file(), StandardOpenOption.READ);
                var verifier = new PageVerifier(file.pageSize(), file.mayBeEncrypted())) {
            demandPlanned(file, channel);
            return new Run(file, segment, isLast, channel, verifier, before).copy();
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
        long pageCount =
                Math.min(file.pageCount() - segment * PageSegment.PAGES_MAX, PageSegment.PAGES_MAX);
        StreamRef map = pageCount < 1 ? null : before.baseMap(segment, pageCount);
        if (map == null) {
            return null;
        }
        work.advance(pageCount * file.pageBytes());
        return new Copied(map, (int) pageCount, 0, Before.Account.NONE, List.of());
    }

    /// Pages that were caught in the middle of a write.
    long rereadPages() {
        return rereadPages.sum();
    }

    /// One segment on its way.
    private final class Run {
        private final TablespaceFile file;
        private final boolean isLast;
        private final FileChannel channel;
        private final PageVerifier verifier;
        private final long segment;
        private final long firstPage;
        private final int pageBytes;
        private final @Nullable Before earlier;
        private final Before.@Nullable Segment from;
        private final @Nullable BaseSegment before;
        private final @Nullable BitSet changed;
        private final SegmentPages pages;
        private final PageMark marks = new PageMark();
        private @Nullable StreamWriter stream;

        Run(
                TablespaceFile file,
                long segment,
                boolean isLast,
                FileChannel channel,
                PageVerifier verifier,
                @Nullable Before earlier) {
            this.file = file;
            this.segment = segment;
            this.isLast = isLast;
            this.channel = channel;
            this.verifier = verifier;
            this.firstPage = segment * PageSegment.PAGES_MAX;
            this.pageBytes = file.pageBytes();
            this.earlier = earlier;
            this.from = earlier == null ? null : earlier.segment(segment);
            this.before = from == null ? null : from.pages();
            this.changed = earlier == null ? null : earlier.changed(segment);
            this.pages = new SegmentPages(pageBytes, this.before);
        }

        @Nullable Copied copy() {
            try {
                readAll();
                if (pages.pageCount() == 0) {
                    return null;
                }
                if (before != null && pages.isBase()) {
                    return new Copied(
                            before.map(),
                            pages.pageCount(),
                            0,
                            account(before.map(), before.pages()),
                            List.of());
                }
                StreamRef content = stream == null ? StreamRef.EMPTY : stream.finish();
                PageSegment pageMap = pages.build(content);
                StreamRef map = store(pageMap.encode(pages.marks()));
                return new Copied(
                        map,
                        pages.pageCount(),
                        pages.storedCount(),
                        account(map, pageMap),
                        packs(map, pageMap));
            } finally {
                if (stream != null) {
                    stream.close();
                }
            }
        }

        private Before.Account account(StreamRef map, PageSegment now) {
            return earlier == null || from == null
                    ? Before.Account.NONE
                    : earlier.account(segment, from, map, now);
        }

        private void readAll() {
            long planned = Math.min(PageSegment.PAGES_MAX, file.pageCount() - firstPage);
            // With a list, what came after it was made is left to the redo.
            long wantedPages = isLast && changed == null ? PageSegment.PAGES_MAX : planned;
            byte[] piece = new byte[(int) Math.min(PIECE_BYTES, pieceBytes(planned))];
            while (pages.pageCount() < wantedPages) {
                keepUntouched(wantedPages);
                mayGoOn.run();
                int wanted = (int) Math.min(piece.length, nextCount(wantedPages) * pageBytes);
                if (wanted == 0) {
                    break;
                }
                rate.take(wanted);
                long offset = (firstPage + pages.pageCount()) * pageBytes;
                int read = Reading.at(file.file(), channel, piece, offset, wanted);
                settle(piece, read / pageBytes);
                take(piece, read / pageBytes);
                work.advance(read);
                if (read < wanted) {
                    break;
                }
            }
            if (pages.pageCount() < planned) {
                throw Unreadable.shorter(
                        file.file(), (firstPage + pages.pageCount()) * pageBytes, file.bytes());
            }
        }

        /// Keeps the base's pages from here to the next one that may have changed.
        private void keepUntouched(long wantedPages) {
            if (changed == null || before == null) {
                return;
            }
            long keepable = Math.min(wantedPages, before.pageCount());
            int begin = pages.pageCount();
            while (pages.pageCount() < keepable && !changed.get(pages.pageCount())) {
                pages.addKept();
            }
            work.advance((long) (pages.pageCount() - begin) * pageBytes);
        }

        /// How many pages from here on are to be read.
        private long nextCount(long wantedPages) {
            int page = pages.pageCount();
            if (changed == null || before == null || page >= before.pageCount()) {
                return wantedPages - page;
            }
            return Math.min(changed.nextClearBit(page), wantedPages) - page;
        }

        /// Small tables need small buffers; one page more, so that growth shows at once.
        private long pieceBytes(long planned) {
            return Math.max(1, planned + 1) * pageBytes;
        }

        private void settle(byte[] piece, int count) {
            if (file.mayBeEncrypted()) {
                rereadPages.add(
                        new BlindPages(file, channel, verifier)
                                .settle(piece, count, firstPage + pages.pageCount()));
            }
        }

        private void take(byte[] piece, int count) {
            int runFrom = 0;
            for (int i = 0; i < count; i++) {
                int offset = i * pageBytes;
                PageVerdict verdict = verifier.verify(piece, offset);
                if (verdict instanceof PageVerdict.Zero) {
                    write(piece, runFrom, offset);
                    runFrom = offset + pageBytes;
                    pages.addZero();
                    continue;
                }
                long page = firstPage + pages.pageCount();
                if (!SecondLook.problemOf(verdict, piece, offset, file, page).isEmpty()) {
                    lookAgain(page, piece, offset);
                }
                int mark =
                        page == 0
                                ? marks.ofFirst(piece, offset, pageBytes)
                                : marks.of(piece, offset);
                if (isBases(page, PageHeader.lsn(piece, offset), mark)) {
                    write(piece, runFrom, offset);
                    runFrom = offset + pageBytes;
                    pages.addKept();
                } else {
                    pages.addStored(mark);
                }
            }
            write(piece, runFrom, count * pageBytes);
        }

        private boolean isBases(long page, long lsn, int mark) {
            if (from == null) {
                return false;
            }
            Base base = from.base();
            return switch (from.pages()
                    .match(pages.pageCount(), page == 0, lsn, mark, base.sinceLsn())) {
                case SAME -> true;
                case CHANGED -> false;
                case FOREIGN -> throw base.refuted(base.foreign(file.file().toString(), page, lsn));
            };
        }

        private void lookAgain(long page, byte[] piece, int offset) {
            rereadPages.increment();
            String problem = new SecondLook(file, channel, verifier).until(page, piece, offset);
            if (!problem.isEmpty()) {
                throw new CorruptDataException(
                        FirstPages.corrupt(file.file(), page, page * pageBytes, problem));
            }
        }

        private void write(byte[] piece, int from, int to) {
            if (from < to) {
                if (stream == null) {
                    stream = backup.openStream();
                }
                stream.write(piece, from, to - from);
            }
        }
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
        try (StreamWriter out = backup.openStream()) {
            out.write(map);
            return out.finish();
        }
    }
}
