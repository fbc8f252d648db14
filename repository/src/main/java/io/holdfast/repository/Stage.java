package io.holdfast.repository;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.holdfast.repository.format.PackId;
import io.holdfast.repository.physical.StoredSegment;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

/// What a physical backup stored between two points of its way, for the case that it does not come
/// to its end. All that it names is durable.
///
/// @param requires features a reader must know; this version knows none
/// @param holdfast version of the writer
/// @param state of the moment when the backup began to copy; the streams it names are empty
public record Stage(
        BackupId backup,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) List<String> requires,
        String holdfast,
        Instant written,
        BackupState state,
        List<StoredSegment> segments) {
    // Absent members come as null from JSON, whatever their declared type.
    @SuppressWarnings({"NullAway", "RedundantNullCheck"})
    public Stage {
        requires = requires == null ? List.of() : List.copyOf(requires);
        segments = segments == null ? List.of() : List.copyOf(segments);
    }

    /// The packs that its segments lie in, each once.
    public Stream<PackId> packs() {
        return segments.stream().flatMap(segment -> segment.packs().stream()).distinct();
    }
}
