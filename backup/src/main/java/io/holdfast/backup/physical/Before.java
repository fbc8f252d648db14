package io.holdfast.backup.physical;

import io.holdfast.repository.format.BlockRun;
import io.holdfast.repository.format.StreamRef;
import io.holdfast.repository.physical.PageSegment;
import io.holdfast.repository.physical.PhysicalFile;
import java.util.ArrayList;
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

    /// What a copy of a segment needs of earlier packs, and does without. It is settled when it is
    /// certain that no other copy of the file takes this one's place.
    ///
    /// @param whole the base; null if the segment has nothing to do with it
    /// @param unneeded blocks of the base
    /// @param unfinished from which pages were taken beside the base; null if from none
    /// @param used blocks of it
    record Account(
            @Nullable Base whole,
            List<BlockRun> unneeded,
            @Nullable Base unfinished,
            List<BlockRun> used) {
        static final Account NONE = new Account(null, List.of(), null, List.of());

        Account {
            unneeded = List.copyOf(unneeded);
            used = List.copyOf(used);
        }

        void settle() {
            if (whole != null) {
                whole.drop(unneeded);
            }
            if (unfinished != null) {
                unfinished.use(used);
            }
        }
    }

    /// The account of a segment.
    ///
    /// @param from where the segment's unchanged pages are
    /// @param map as the backup names it
    /// @param now what the segment has become
    Account account(long number, Segment from, StreamRef map, PageSegment now) {
        boolean isOfBase = base != null && from.base() == base.base();
        Segment whole = base == null ? null : isOfBase ? from : base.segment(number);
        BaseSegment ofBase = whole == null ? null : whole.pages();
        List<BlockRun> used = new ArrayList<>();
        if (!isOfBase) {
            used.addAll(map.runs());
            used.addAll(BaseSegment.blocks(now, ofBase == null ? null : ofBase.pages()));
        }
        Base unfinished = isOfBase ? null : from.base();
        return base == null || ofBase == null || ofBase.map().equals(map)
                ? new Account(null, List.of(), unfinished, used)
                : new Account(base.base(), ofBase.unneeded(now), unfinished, used);
    }

    /// The same without the list, which does not have what DDL did after it was made.
    Before untracked() {
        return new Before(unfinished, base, null);
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
