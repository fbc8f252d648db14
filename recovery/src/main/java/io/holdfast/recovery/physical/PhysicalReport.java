package io.holdfast.recovery.physical;

import io.holdfast.core.GtidSet;
import java.util.List;

/// What was made of a physical backup.
///
/// @param files lines of the backup's list, folders included
/// @param pages of all tablespaces, those of zeros included
/// @param startLsn where crash recovery began
/// @param endLsn where it ended
/// @param added GTIDs of statements that changed no InnoDB table; no table's content tells of them
/// @param errors that other parts of the server than InnoDB reported while it started
/// @param channels what the original followed, and how it could be followed again
public record PhysicalReport(
        long files,
        long pages,
        long startLsn,
        long endLsn,
        GtidSet added,
        List<String> errors,
        List<String> channels) {
    public PhysicalReport {
        errors = List.copyOf(errors);
        channels = List.copyOf(channels);
    }
}
