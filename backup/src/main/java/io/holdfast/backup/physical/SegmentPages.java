package io.holdfast.backup.physical;

import io.holdfast.repository.format.StreamRef;
import io.holdfast.repository.physical.PageMarks;
import io.holdfast.repository.physical.PageRun;
import io.holdfast.repository.physical.PageSegment;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Remembers which pages of a segment went to its stream and which the base has, and makes the map
/// of them once the stream says in which blocks they lie. Pure.
final class SegmentPages {
    private static final int MARKS_AT_FIRST = 64;

    private final int pageBytes;
    private final @Nullable BaseSegment base;
    private final BitSet stored = new BitSet();
    private final BitSet kept = new BitSet();
    private int[] marks = new int[MARKS_AT_FIRST];
    private int pageCount;
    private boolean hasOtherZeros;

    /// @param pageBytes of a page as it lies in the file
    /// @param base what the base has of the segment; null without a base
    SegmentPages(int pageBytes, @Nullable BaseSegment base) {
        this.pageBytes = pageBytes;
        this.base = base;
    }

    /// The next page went to the stream.
    void addStored(int mark) {
        stored.set(pageCount);
        add(mark);
    }

    /// The next page is the base's.
    void addKept() {
        if (base == null) {
            throw new IllegalStateException("there is no base");
        }
        if (!base.isZero(pageCount)) {
            kept.set(pageCount);
        }
        add(base.marks().of(pageCount));
    }

    /// The next page is of zero bytes and went nowhere.
    void addZero() {
        hasOtherZeros |= base == null || pageCount >= base.pageCount() || !base.isZero(pageCount);
        add(PageMarks.ZERO_PAGE);
    }

    private void add(int mark) {
        if (pageCount == marks.length) {
            marks = Arrays.copyOf(marks, Math.min(2 * pageCount, PageSegment.PAGES_MAX));
        }
        marks[pageCount++] = mark;
    }

    int pageCount() {
        return pageCount;
    }

    /// Pages that went to the stream.
    int storedCount() {
        return stored.cardinality();
    }

    /// Whether the segment is the base's, page by page.
    boolean isBase() {
        return base != null && stored.isEmpty() && !hasOtherZeros && pageCount == base.pageCount();
    }

    PageMarks marks() {
        return PageMarks.of(marks, pageCount);
    }

    /// Makes the map.
    ///
    /// @param stream the finished stream; [StreamRef#EMPTY] if no page went anywhere
    PageSegment build(StreamRef stream) {
        return new PageSegment(pageCount, runs(stream));
    }

    /// The map's runs.
    List<PageRun> runs(StreamRef stream) {
        var runs = new PageRuns();
        var places = new BlockPlaces(stream, pageBytes, storedCount());
        var slices = new RunSlices(base == null ? List.of() : base.pages().runs());
        int page = 0;
        while (page < pageCount) {
            int end;
            if (stored.get(page)) {
                end = stored.nextClearBit(page);
                places.addTo(runs, end - page);
            } else if (kept.get(page)) {
                end = kept.nextClearBit(page);
                slices.addTo(runs, page, end);
            } else {
                end = Math.min(next(stored, page), next(kept, page));
                runs.add(new PageRun.Zero(end - page));
            }
            page = end;
        }
        return runs.list();
    }

    private int next(BitSet pages, int page) {
        int next = pages.nextSetBit(page);
        return next < 0 ? pageCount : next;
    }
}
