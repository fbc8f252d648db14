package io.holdfast.backup.clone;

import io.holdfast.innodb.PageSize;
import io.holdfast.repository.physical.PageSegment;
import io.holdfast.repository.physical.PhysicalFile;
import org.jspecify.annotations.Nullable;

/// A tablespace's file that pages come of.
final class ClonedFile {
    private final String path;
    private final @Nullable String outside;
    private final long space;
    private final int flags;
    private final PageSize pageSize;
    private PhysicalFile.@Nullable Tablespace earlier;
    private long pageCount;

    /// @param path relative to the data directory
    /// @param outside the absolute path if it lies elsewhere; null else
    ClonedFile(String path, @Nullable String outside, long space, int flags, PageSize pageSize) {
        this.path = path;
        this.outside = outside;
        this.space = space;
        this.flags = flags;
        this.pageSize = pageSize;
    }

    String path() {
        return path;
    }

    @Nullable String outside() {
        return outside;
    }

    long space() {
        return space;
    }

    int flags() {
        return flags;
    }

    PageSize pageSize() {
        return pageSize;
    }

    int pageBytes() {
        return pageSize.physicalBytes();
    }

    /// Whole pages of the file as large as it is known to be.
    long pageCount() {
        return pageCount;
    }

    /// The file is at least so large.
    void reach(long pages) {
        pageCount = Math.max(pageCount, pages);
    }

    int segmentCount() {
        return Math.toIntExact(Math.ceilDiv(pageCount, PageSegment.PAGES_MAX));
    }

    /// Pages of a segment.
    int pageCount(int segment) {
        long first = (long) segment * PageSegment.PAGES_MAX;
        return Math.clamp(pageCount - first, 0, PageSegment.PAGES_MAX);
    }

    /// The base's line of the file; null if it has none.
    PhysicalFile.@Nullable Tablespace earlier() {
        return earlier;
    }

    void earlier(PhysicalFile.@Nullable Tablespace line) {
        earlier = line;
    }
}
