package io.holdfast.backup.physical;

import io.holdfast.innodb.SpaceId;
import io.holdfast.repository.physical.PageSegment;
import io.holdfast.repository.physical.PhysicalFile;
import java.util.BitSet;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/// How an incremental backup finds what changed: by its base, and by the server's list if there is
/// one. Thread-safe.
///
/// The list has what the server wrote through its buffer pool. Two things go past it: `IMPORT
/// TABLESPACE`, which puts another file in place of the table's and keeps its number, and the
/// shutdown, which notes an LSN in the system tablespace. So the list is believed only of a file
/// that is the very file that it was, by the file system's account, and never of the system
/// tablespace.
final class Increment {
    private final Base base;
    private final @Nullable TrackedPages tracked;
    private final long untilLsn;
    private final LongAdder readWhole = new LongAdder();

    /// @param tracked the server's list up to `untilLsn`; null if all pages are to be read
    Increment(Base base, @Nullable TrackedPages tracked, long untilLsn) {
        this.base = base;
        this.tracked = tracked;
        this.untilLsn = untilLsn;
    }

    /// What the base has of a file.
    ///
    /// @param tracked null if all pages of the file are to be read
    record Before(Base base, PhysicalFile.Tablespace line, @Nullable TrackedPages tracked) {
        /// The pages of a segment that may have changed; null if all may.
        @Nullable BitSet changed(long segment) {
            return tracked == null ? null : tracked.segment(line.space(), segment);
        }

        /// The same without the list, which does not have what DDL did after it was made.
        Before untracked() {
            return new Before(base, line, null);
        }

        /// How many pages the base has of a segment.
        long pageCount(long segment) {
            long pages = line.bytes() / line.pageBytes() - segment * PageSegment.PAGES_MAX;
            return Math.clamp(pages, 0L, (long) PageSegment.PAGES_MAX);
        }
    }

    /// What the base has of a file; null if it has nothing. To be asked once for each file.
    @Nullable Before before(TablespaceFile file) {
        PhysicalFile.Tablespace line = base.claim(file.space(), file.path(), file.pageBytes());
        if (line == null) {
            return null;
        }
        if (tracked == null) {
            return new Before(base, line, null);
        }
        if (!isTracked(file, line, tracked)) {
            readWhole.increment();
            return new Before(base, line, null);
        }
        return new Before(base, line, tracked);
    }

    private boolean isTracked(
            TablespaceFile file, PhysicalFile.Tablespace line, TrackedPages pages) {
        boolean isFirstUntouched =
                file.headerLsn() < base.sinceLsn() || file.headerLsn() > untilLsn;
        return file.space() != SpaceId.SYSTEM
                && file.identity() != null
                && file.identity().equals(line.identity())
                && (isFirstUntouched || pages.contains(file.space(), 0));
    }

    Base base() {
        return base;
    }

    boolean isTracked() {
        return tracked != null;
    }

    /// Files that were read whole although there was a list.
    long readWhole() {
        return readWhole.sum();
    }
}
