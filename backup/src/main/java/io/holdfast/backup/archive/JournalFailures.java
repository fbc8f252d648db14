package io.holdfast.backup.archive;

import io.holdfast.backup.BackupError;
import io.holdfast.core.CorruptDataException;
import io.holdfast.core.Problem;
import io.holdfast.core.UnavailableException;
import java.io.IOException;
import java.nio.file.Path;

/// How the journal's failures read.
final class JournalFailures {
    private JournalFailures() {}

    static UnavailableException unwritable(Path path, Throwable cause) {
        return new UnavailableException(
                Problem.of(BackupError.JOURNAL_UNWRITABLE)
                        .what("the file system refused a write: %s", reason(cause))
                        .where("%s", path)
                        .remedy(
                                "Make space in the journal's file system; archiving resumes by"
                                        + " itself."),
                cause);
    }

    static UnavailableException unreadable(Path path, Throwable cause) {
        return new UnavailableException(
                Problem.of(BackupError.JOURNAL_UNWRITABLE)
                        .what("the file system refused a read: %s", reason(cause))
                        .where("%s", path)
                        .remedy("Check the journal's folder and its permissions."),
                cause);
    }

    static CorruptDataException damaged(Path path, String what) {
        return new CorruptDataException(
                Problem.of(BackupError.JOURNAL_DAMAGED)
                        .what("%s", what)
                        .where("%s", path)
                        .remedy(
                                "Check the disk, move the journal folder away and start again: the"
                                        + " archive goes on from what the repository holds."));
    }

    private static String reason(Throwable cause) {
        String message = cause.getMessage();
        return cause instanceof IOException && message != null ? message : cause.toString();
    }
}
