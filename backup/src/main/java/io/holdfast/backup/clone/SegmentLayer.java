package io.holdfast.backup.clone;

import io.holdfast.backup.physical.BaseSegment;
import io.holdfast.backup.physical.BlockPlaces;
import io.holdfast.backup.physical.PageRuns;
import io.holdfast.backup.physical.RunSlices;
import io.holdfast.repository.format.StreamRef;
import io.holdfast.repository.physical.PageMarks;
import io.holdfast.repository.physical.PageRun;
import io.holdfast.repository.physical.PageSegment;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Pages of one segment that came in rising order, to be laid over what the segment had before:
/// each went to one stream, or is the base's and went nowhere, or is of zeros. Pure, but for its
/// own growth.
///
/// Invariant: a page of the result is this layer's if the layer has it, else the one below, else of
/// zeros. So a page that was the base's in one layer is the one stored in a later one, and the
/// other way round.
final class SegmentLayer {
    private final int pageBytes;
    private final @Nullable BaseSegment base;
    private final BitSet present = new BitSet();
    private final BitSet stored = new BitSet();
    private final BitSet kept = new BitSet();
    private int[] marks = {};

    /// @param pageBytes of a page as it lies in the file
    /// @param base what the base has of the segment; null without a base
    SegmentLayer(int pageBytes, @Nullable BaseSegment base) {
        this.pageBytes = pageBytes;
        this.base = base;
    }

    /// Whether a page may be added: it lies behind all others.
    boolean takes(int page) {
        return page >= present.length();
    }

    /// The page went to the stream.
    void addStored(int page, int mark) {
        add(page, mark);
        stored.set(page);
    }

    /// The page is the base's.
    void addKept(int page, int mark) {
        if (base == null || page >= base.pageCount()) {
            throw new IllegalArgumentException("the base has no page " + page);
        }
        add(page, mark);
        kept.set(page);
    }

    /// The page is of zero bytes and went nowhere.
    void addZero(int page) {
        add(page, PageMarks.ZERO_PAGE);
    }

    private void add(int page, int mark) {
        if (!takes(page)) {
            throw new IllegalArgumentException("page " + page + " comes too late");
        }
        present.set(page);
        if (page >= marks.length) {
            marks = Arrays.copyOf(marks, Math.min(2 * page + 1, PageSegment.PAGES_MAX));
        }
        marks[page] = mark;
    }

    /// Behind the last page.
    int end() {
        return present.length();
    }

    /// Pages that went to the stream.
    int storedCount() {
        return stored.cardinality();
    }

    /// Makes the segment's map.
    ///
    /// @param below what the segment had before; null for nothing
    /// @param stream the finished stream; [StreamRef#EMPTY] if no page went anywhere
    /// @param pageCount of the segment now
    SegmentMap over(@Nullable SegmentMap below, StreamRef stream, int pageCount) {
        return new SegmentMap(
                new PageSegment(pageCount, runs(below, stream, pageCount)),
                marks(below, pageCount));
    }

    private List<PageRun> runs(@Nullable SegmentMap below, StreamRef stream, int pageCount) {
        var runs = new PageRuns();
        var places = new BlockPlaces(stream, pageBytes, storedCount());
        var under = new RunSlices(below == null ? List.of() : below.pages().runs());
        var bases = new RunSlices(base == null ? List.of() : base.pages().runs());
        int belowCount = below == null ? 0 : below.pages().pageCount();
        for (int page = 0, end; page < pageCount; page = end) {
            if (stored.get(page)) {
                end = stored.nextClearBit(page);
                places.addTo(runs, end - page);
            } else if (kept.get(page)) {
                end = kept.nextClearBit(page);
                bases.addTo(runs, page, end);
            } else if (!present.get(page) && page < belowCount) {
                end = Math.min(belowCount, next(present, page));
                under.addTo(runs, page, end);
            } else {
                end = page + 1;
                runs.add(new PageRun.Zero(1));
            }
        }
        return runs.list();
    }

    private static int next(BitSet set, int page) {
        int next = set.nextSetBit(page);
        return next < 0 ? Integer.MAX_VALUE : next;
    }

    private PageMarks marks(@Nullable SegmentMap below, int pageCount) {
        int[] all = new int[pageCount];
        for (int page = 0; page < pageCount; page++) {
            if (present.get(page)) {
                all[page] = marks[page];
            } else if (below != null && page < below.pages().pageCount()) {
                all[page] = below.marks().of(page);
            } else {
                all[page] = PageMarks.ZERO_PAGE;
            }
        }
        return PageMarks.of(all, pageCount);
    }
}
