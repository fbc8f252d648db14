package io.holdfast.backup.clone;

import io.holdfast.backup.physical.BaseSegment;
import io.holdfast.repository.BackupWriter;
import io.holdfast.repository.StreamWriter;
import io.holdfast.repository.format.StreamRef;
import io.holdfast.repository.physical.PageSegment;
import org.jspecify.annotations.Nullable;

/// Pages of one segment on their way, one after another: a [SegmentLayer] and its stream. Confined
/// to one thread.
final class SegmentVisit {
    private final BackupWriter backup;
    private final SegmentMaps maps;
    private final EarlierPages earlier;
    private final ClonedFile file;
    private final int segment;
    private final @Nullable BaseSegment before;
    private final SegmentLayer layer;
    private @Nullable StreamWriter stream;

    /// @param page the first that comes
    SegmentVisit(
            BackupWriter backup,
            SegmentMaps maps,
            EarlierPages earlier,
            ClonedFile file,
            long page) {
        this.backup = backup;
        this.maps = maps;
        this.earlier = earlier;
        this.file = file;
        this.segment = (int) (page / PageSegment.PAGES_MAX);
        this.before = earlier.usable(file, segment);
        this.layer = new SegmentLayer(file.pageBytes(), before);
    }

    /// Whether a page may come next.
    boolean takes(ClonedFile of, long page) {
        return of == file && page / PageSegment.PAGES_MAX == segment && layer.takes(index(page));
    }

    private static int index(long page) {
        return (int) (page % PageSegment.PAGES_MAX);
    }

    /// A page of zero bytes.
    void addZero(long page) {
        layer.addZero(index(page));
    }

    /// A whole page, which is stored if the base does not have it.
    ///
    /// @param mark as it is
    /// @param noted as the next backup is to compare it
    void add(long page, long lsn, int mark, int noted, byte[] bytes, int offset) {
        if (before != null && earlier.has(before, file, page, lsn, mark)) {
            layer.addKept(index(page), noted);
        } else {
            store(page, noted, bytes, offset);
        }
    }

    /// Stores a page.
    void store(long page, int noted, byte[] bytes, int offset) {
        if (stream == null) {
            stream = backup.openStream();
        }
        stream.write(bytes, offset, file.pageBytes());
        layer.addStored(index(page), noted);
    }

    /// The next page is another segment's.
    void end() {
        StreamRef content = stream == null ? StreamRef.EMPTY : stream.finish();
        file.reach((long) segment * PageSegment.PAGES_MAX + layer.end());
        maps.put(
                file,
                segment,
                layer.over(maps.get(file, segment), content, file.pageCount(segment)));
    }

    void abandon() {
        if (stream != null) {
            stream.close();
        }
    }
}
