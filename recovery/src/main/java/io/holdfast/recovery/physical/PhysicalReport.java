package io.holdfast.recovery.physical;

import io.holdfast.core.GtidSet;
import java.util.List;
import java.util.Optional;

/// What was made of a physical backup.
///
/// @param files lines of the backup's list, folders included
/// @param pages of all tablespaces, those of zeros included
/// @param startLsn where crash recovery began
/// @param endLsn where it ended
/// @param added GTIDs of statements that changed no InnoDB table; no table's content tells of them
/// @param errors that other parts of the server than InnoDB reported while it started
/// @param channels what the original followed, and how it could be followed again
/// @param delta empty if the files were made, not laid over others
public record PhysicalReport(
        long files,
        long pages,
        long startLsn,
        long endLsn,
        GtidSet added,
        List<String> errors,
        List<String> channels,
        Optional<DeltaReport> delta) {
    public PhysicalReport {
        errors = List.copyOf(errors);
        channels = List.copyOf(channels);
    }

    /// The same files, laid over others.
    public PhysicalReport over(DeltaReport changes) {
        return new PhysicalReport(
                files, pages, startLsn, endLsn, added, errors, channels, Optional.of(changes));
    }
}
