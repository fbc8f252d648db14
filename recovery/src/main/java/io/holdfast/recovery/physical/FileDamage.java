package io.holdfast.recovery.physical;

import io.holdfast.core.CorruptDataException;
import io.holdfast.core.Problem;
import io.holdfast.recovery.error.RecoveryError;
import io.holdfast.repository.BackupId;
import io.holdfast.repository.BackupReader;

/// The failure of a physical backup whose file cannot be brought back.
final class FileDamage {
    private FileDamage() {}

    /// @param place the file, and the pages or blocks of it
    static CorruptDataException at(BackupReader backup, String place, String what) {
        BackupId id = backup.manifest().backup();
        return new CorruptDataException(
                Problem.of(RecoveryError.BACKUP_FILE_DAMAGED)
                        .what("%s", what)
                        .where("backup %s, %s", id, place)
                        .remedy(
                                "Run 'holdfast verify' to see what else is damaged; put the object back from a copy of"
                                        + " the repository, or restore another backup."));
    }
}
