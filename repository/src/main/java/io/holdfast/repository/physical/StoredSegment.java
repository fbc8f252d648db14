package io.holdfast.repository.physical;

import io.holdfast.repository.format.PackId;
import io.holdfast.repository.format.StreamRef;
import java.util.List;

/// A segment of a tablespace's file that a backup under way has stored.
///
/// @param path as [PhysicalFile#path()]
/// @param space id of the tablespace
/// @param pageBytes of a page as it lies in the file
/// @param number of the segment in the file, from 0
/// @param map its [PageSegment]
/// @param packs in which the map and the pages lie, each once
public record StoredSegment(
        String path, long space, int pageBytes, int number, StreamRef map, List<PackId> packs) {
    public StoredSegment {
        packs = List.copyOf(packs);
    }
}
