package io.holdfast.backup.physical;

import io.holdfast.repository.physical.PageSegment;

/// Pages that follow one another in a tablespace's file.
///
/// @param first the first one's number in the file
/// @param countMax how many, if the file does not end before
/// @param isToEnd whether the file ended in the range when it was first looked at and is to be read
///   to its present end; if not, what came since is left out
record PageRange(long first, int countMax, boolean isToEnd) {
    /// Large enough that a part's last, smaller block does not count, and small enough that at the
    /// end of a backup no thread has much to do alone.
    private static final long PART_BYTES = 32L << 20;

    static PageRange segment(long segment, boolean isToEnd) {
        return new PageRange(segment * PageSegment.PAGES_MAX, PageSegment.PAGES_MAX, isToEnd);
    }

    /// How many parts a segment of a file has, at least 1.
    static int partCount(TablespaceFile file, long segment) {
        return (int) Math.max(1, Math.ceilDiv(plannedPages(file, segment), partPages(file)));
    }

    /// One part of a segment; the last one goes on to the segment's end.
    ///
    /// @param isLast whether the file ended in this segment when it was first looked at
    static PageRange part(TablespaceFile file, long segment, int part, boolean isLast) {
        int begin = part * partPages(file);
        boolean isLastPart = part == partCount(file, segment) - 1;
        return new PageRange(
                segment * PageSegment.PAGES_MAX + begin,
                isLastPart ? PageSegment.PAGES_MAX - begin : partPages(file),
                isLast && isLastPart);
    }

    /// Pages that a segment of a file had when it was planned; below 1 if the file ended before.
    static long plannedPages(TablespaceFile file, long segment) {
        return Math.min(file.pageCount() - segment * PageSegment.PAGES_MAX, PageSegment.PAGES_MAX);
    }

    private static int partPages(TablespaceFile file) {
        return (int) (PART_BYTES / file.pageBytes());
    }
}
