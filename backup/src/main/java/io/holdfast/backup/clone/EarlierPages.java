package io.holdfast.backup.clone;

import io.holdfast.backup.physical.Base;
import io.holdfast.backup.physical.BaseSegment;
import io.holdfast.core.CorruptDataException;
import io.holdfast.repository.format.StreamRef;
import io.holdfast.repository.physical.PageRun;
import io.holdfast.repository.physical.PageSegment;
import io.holdfast.repository.physical.PhysicalFile;
import org.jspecify.annotations.Nullable;

/// What the base has of the pages that come.
///
/// A base that is refuted gives no more pages, and the clone goes on: those that it gave were
/// compared one by one and are the server's, whatever became of others. To begin anew, as a backup
/// from files does that did not read all that it kept, would send everything twice.
///
/// Confined to one thread.
final class EarlierPages {
    private final @Nullable Base base;

    /// @param base null if all pages are to be stored
    EarlierPages(@Nullable Base base) {
        this.base = base;
    }

    /// Finds what the base has of a file. To be asked once for each file.
    void claim(ClonedFile file) {
        if (base != null) {
            file.earlier(base.claim(file.space(), file.path(), file.pageBytes()));
        }
    }

    /// What pages of a segment can be taken from; null if there is nothing.
    @Nullable BaseSegment usable(ClonedFile file, int segment) {
        return base == null || base.refutation() != null ? null : read(base, file, segment);
    }

    private static @Nullable BaseSegment read(Base base, ClonedFile file, int segment) {
        PhysicalFile.Tablespace line = file.earlier();
        try {
            return line == null ? null : base.segment(line, segment);
        } catch (CorruptDataException _) {
            return null; // which has refuted the base
        }
    }

    /// Whether a page that came is the base's, who is refuted if it cannot be.
    ///
    /// @param before the segment, as [#usable] gave it
    /// @param page its number in the file
    boolean has(BaseSegment before, ClonedFile file, long page, long lsn, int mark) {
        if (base == null || base.refutation() != null) {
            return false;
        }
        int index = (int) (page % PageSegment.PAGES_MAX);
        return switch (before.match(index, page == 0, lsn, mark, base.sinceLsn())) {
            case SAME -> true;
            case CHANGED -> false;
            case FOREIGN -> {
                base.refute(base.foreign(file.path(), page, lsn));
                yield false;
            }
        };
    }

    /// The base's own map of a segment, if that is still right. Otherwise what it has of the
    /// segment and is not in `now` is not needed any more. To be asked once for each segment, when
    /// all pages have come.
    @Nullable StreamRef unchanged(ClonedFile file, int segment, PageSegment now) {
        BaseSegment before = base == null ? null : read(base, file, segment);
        if (base == null || before == null) {
            return null;
        }
        if (before.pages().equals(now)) {
            return before.map();
        }
        base.drop(before.unneeded(now));
        return null;
    }

    /// What the base has of a file behind its last segment is not needed.
    void dropBehind(ClonedFile file) {
        PhysicalFile.Tablespace line = file.earlier();
        if (base != null && line != null) {
            base.dropFrom(line, file.segmentCount());
        }
    }

    /// Whether a run's pages were stored by this backup.
    boolean isNew(PageRun.Stored run) {
        return base == null || !base.isIn(run.pack());
    }
}
