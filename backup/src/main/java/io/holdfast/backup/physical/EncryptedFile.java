package io.holdfast.backup.physical;

import io.holdfast.backup.BackupError;
import io.holdfast.core.Problem;
import io.holdfast.core.RefusedException;
import java.nio.file.Path;

/// The refusals of files that only the server's keyring opens.
final class EncryptedFile {
    private EncryptedFile() {}

    static RefusedException redo(Path path) {
        return new RefusedException(
                Problem.of(BackupError.REDO_ENCRYPTED)
                        .what("the redo log is encrypted")
                        .where("%s", path)
                        .remedy(
                                "SET GLOBAL innodb_redo_log_encrypt = OFF; or take a logical"
                                        + " backup: `holdfast backup --logical`."));
    }

    static RefusedException withoutKeyring(Path path) {
        return new RefusedException(
                Problem.of(BackupError.KEYRING_MISSING)
                        .what("the file is encrypted, and the server has no active keyring")
                        .where("%s", path)
                        .remedy(
                                "See performance_schema.keyring_component_status; mend the"
                                        + " configuration of the server's keyring, then run the"
                                        + " backup again."));
    }
}
