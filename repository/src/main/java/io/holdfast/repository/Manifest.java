package io.holdfast.repository;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.List;

/// The object that makes a backup exist.
///
/// @param requires features a reader must know; this version knows none
/// @param holdfast version of the writer
/// @param rawBytes bytes of all streams
/// @param storedBytes bytes of all their blocks in the store
public record Manifest(
        BackupId backup,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) List<String> requires,
        String holdfast,
        Instant began,
        Instant ended,
        BackupState state,
        List<PackUse> packs,
        long rawBytes,
        long storedBytes) {
    // Absent members come as null from JSON, whatever their declared type.
    @SuppressWarnings({"NullAway", "RedundantNullCheck"})
    public Manifest {
        requires = requires == null ? List.of() : List.copyOf(requires);
        packs = packs == null ? List.of() : List.copyOf(packs);
    }

    /// What lists need of it.
    public BackupHead head() {
        return new BackupHead(
                backup,
                state.kind(),
                state.server(),
                state.history(),
                state.gtidSet(),
                state.position(),
                began,
                state.consistentAt(),
                ended,
                rawBytes,
                storedBytes);
    }
}
