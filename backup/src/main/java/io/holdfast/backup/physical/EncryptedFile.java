package io.holdfast.backup.physical;

import io.holdfast.backup.BackupError;
import io.holdfast.core.Problem;
import io.holdfast.core.RefusedException;
import java.nio.file.Path;

/// The refusal of files that only the server's keyring opens.
final class EncryptedFile {
    private EncryptedFile() {}

    static RefusedException refused(Path path) {
        return new RefusedException(
                Problem.of(BackupError.TABLESPACE_ENCRYPTED)
                        .what("the file is encrypted")
                        .where("%s", path)
                        .remedy("Take a logical backup: `holdfast backup --logical`."));
    }
}
