package io.holdfast.backup.physical;

import io.holdfast.innodb.PageId;
import io.holdfast.repository.physical.PageSegment;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;

/// Pages that the server says it changed, by tablespace and segment. Memory: at most 2 KiB for each
/// segment in which something changed. Not changed any more once it is read from.
final class TrackedPages {
    private static final BitSet NONE = new BitSet();

    private final Map<Segment, BitSet> pages = new HashMap<>();

    private record Segment(long space, long number) {}

    /// Adds a page, as [PageId] names it. One may come more than once.
    void add(long pageId) {
        long page = PageId.pageNumber(pageId);
        var segment = new Segment(PageId.spaceId(pageId), page / PageSegment.PAGES_MAX);
        pages.computeIfAbsent(segment, _ -> new BitSet()).set((int) (page % PageSegment.PAGES_MAX));
    }

    boolean contains(long space, long page) {
        return segment(space, page / PageSegment.PAGES_MAX)
                .get((int) (page % PageSegment.PAGES_MAX));
    }

    /// The pages of a segment, counted from its beginning. Not to be changed.
    BitSet segment(long space, long number) {
        return pages.getOrDefault(new Segment(space, number), NONE);
    }
}
