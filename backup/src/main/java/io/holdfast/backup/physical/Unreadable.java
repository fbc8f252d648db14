package io.holdfast.backup.physical;

import io.holdfast.backup.BackupError;
import io.holdfast.core.Problem;
import io.holdfast.core.UnavailableException;
import java.io.IOException;
import java.nio.file.Path;

/// Files of the server that cannot be read as they should.
final class Unreadable {
    private Unreadable() {}

    static UnavailableException file(Path path, IOException failure) {
        return new UnavailableException(
                Problem.of(BackupError.FILE_UNREADABLE)
                        .what("%s", failure.toString())
                        .where("%s", path)
                        .remedy("Check the disk, and that this user may read %s.", path),
                failure);
    }

    static UnavailableException shorter(Path path, long bytes, long expectedBytes) {
        return new UnavailableException(
                Problem.of(BackupError.FILE_UNREADABLE)
                        .what("file ends at %d bytes, it had %d before", bytes, expectedBytes)
                        .where("%s", path)
                        .remedy(
                                "Nothing but the server may write to its data directory; run the"
                                        + " backup again."));
    }

    static UnavailableException replaced(Path path) {
        return new UnavailableException(
                Problem.of(BackupError.FILE_UNREADABLE)
                        .what("the file is of another tablespace than it was")
                        .where("%s", path)
                        .remedy(
                                "Nothing but the server may write to its data directory; run the"
                                        + " backup again."));
    }

    static UnavailableException missing(Path path) {
        return new UnavailableException(
                Problem.of(BackupError.FILE_UNREADABLE)
                        .what("there is no such file, but the server names it")
                        .where("%s", path)
                        .remedy("Compare information_schema.FILES with the disk."));
    }
}
