package io.holdfast.backup.physical;

import io.holdfast.repository.format.StreamRef;
import io.holdfast.repository.physical.PageSegment;
import io.holdfast.repository.physical.PhysicalFile;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What earlier backups have of a file. Each segment is taken from the newest that has it: of an
/// unfinished backup if one has, else of the base.
///
/// @param unfinished what unfinished backups have, newest first
/// @param base what the base has; null if it has nothing
/// @param tracked of the base's pages, which changed since; null if all pages of the file are to be
///   read
record Before(List<Of> unfinished, @Nullable Of base, @Nullable TrackedPages tracked) {
    Before {
        unfinished = List.copyOf(unfinished);
        if (tracked != null && (base == null || !unfinished.isEmpty())) {
            throw new IllegalArgumentException("the server's list is about the base alone");
        }
    }

    /// A file as one backup has it.
    record Of(Base base, PhysicalFile.Tablespace line) {
        @Nullable Segment segment(long number) {
            BaseSegment pages = base.segment(line, number);
            return pages == null ? null : new Segment(base, pages);
        }
    }

    /// A segment as one backup has it.
    record Segment(Base base, BaseSegment pages) {}

    /// The newest that is known of a segment; null if nothing is.
    @Nullable Segment segment(long number) {
        for (Of file : unfinished) {
            Segment found = file.segment(number);
            if (found != null) {
                return found;
            }
        }
        return base == null ? null : base.segment(number);
    }

    /// Keeps account of what is needed of earlier packs, once for each segment.
    ///
    /// @param from where the segment's unchanged pages are
    /// @param map as the backup names it
    /// @param now what the segment has become
    void became(long number, Segment from, StreamRef map, PageSegment now) {
        Segment whole =
                base == null ? null : from.base() == base.base() ? from : base.segment(number);
        if (whole != null && !whole.pages().map().equals(map)) {
            whole.base().drop(whole.pages(), now);
        }
        if (base == null || from.base() != base.base()) {
            from.base().use(map, now, whole == null ? null : whole.pages());
        }
    }

    /// The pages of a segment that may have changed since the base; null if all may.
    @Nullable BitSet changed(long segment) {
        return tracked == null || base == null
                ? null
                : tracked.segment(base.line().space(), segment);
    }

    /// The base's segment if it has that many pages.
    @Nullable StreamRef baseMap(long segment, long pageCount) {
        if (base == null) {
            return null;
        }
        PhysicalFile.Tablespace line = base.line();
        long pages = line.bytes() / line.pageBytes() - segment * PageSegment.PAGES_MAX;
        return Math.clamp(pages, 0L, (long) PageSegment.PAGES_MAX) == pageCount
                ? line.segments().get((int) segment)
                : null;
    }

    /// The base's segments from this number on are not needed.
    void endsAt(int segmentCount) {
        if (base != null) {
            base.base().dropFrom(base.line(), segmentCount);
        }
    }
}
