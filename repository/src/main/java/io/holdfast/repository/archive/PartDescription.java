package io.holdfast.repository.archive;

import io.holdfast.core.BinlogPosition;
import java.time.Instant;
import java.util.UUID;

/// What a part says of itself: its last block.
///
/// @param sha256 over the range's bytes, 64 hex digits
public record PartDescription(
        HistoryId history,
        UUID server,
        PartRange range,
        PartFacts facts,
        String sha256,
        Instant created) {

    /// Where the part begins.
    public BinlogPosition begin() {
        return range.beginPosition();
    }

    /// One behind its last byte.
    public BinlogPosition end() {
        return range.endPosition();
    }
}
