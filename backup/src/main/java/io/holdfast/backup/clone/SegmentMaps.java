package io.holdfast.backup.clone;

import io.holdfast.repository.format.StreamRef;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The maps of all segments that pages came of, as they are by now. They lie in a local file:
/// memory is some 100 bytes for each. Confined to one thread.
final class SegmentMaps {
    private final SpoolFile spool;
    private final Map<Segment, SpoolFile.Place> places = new HashMap<>();

    private record Segment(ClonedFile file, int number) {}

    SegmentMaps(SpoolFile spool) {
        this.spool = spool;
    }

    /// A segment's map; null if no page of it came.
    @Nullable SegmentMap get(ClonedFile file, int segment) {
        SpoolFile.Place place = places.get(new Segment(file, segment));
        return place == null ? null : SegmentMap.decode(spool.read(place), file.path());
    }

    void put(ClonedFile file, int segment, SegmentMap map) {
        places.put(new Segment(file, segment), spool.append(map.encode()));
    }

    /// A segment's map with as many pages as the file has by now: it may have grown after its last
    /// page came, also by whole segments.
    SegmentMap whole(ClonedFile file, int segment) {
        int pageCount = file.pageCount(segment);
        SegmentMap map = get(file, segment);
        return map != null && map.pages().pageCount() == pageCount
                ? map
                : new SegmentLayer(file.pageBytes(), null).over(map, StreamRef.EMPTY, pageCount);
    }
}
