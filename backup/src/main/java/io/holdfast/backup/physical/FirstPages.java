package io.holdfast.backup.physical;

import io.holdfast.backup.BackupError;
import io.holdfast.core.CorruptDataException;
import io.holdfast.core.Problem;
import io.holdfast.innodb.PageVerifier;
import io.holdfast.innodb.TablespaceHeader;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Reads the first pages of tablespaces, which say what the rest is.
final class FirstPages {
    private static final int TRIES_MAX = 100;
    private static final long PAUSE_MILLIS = 5;

    private FirstPages() {}

    /// Reads a file's header, again if the server is writing it.
    ///
    /// @throws CorruptDataException if it does not come right
    static TablespaceHeader read(Path file) {
        @Nullable CorruptDataException problem = null;
        for (int attempt = 0; attempt < TRIES_MAX; attempt++) {
            try {
                return readOnce(file);
            } catch (CorruptDataException failure) {
                problem = failure;
                Pause.millis(PAUSE_MILLIS);
            }
        }
        throw Objects.requireNonNull(problem);
    }

    private static TablespaceHeader readOnce(Path file) {
        byte[] bytes = new byte[TablespaceHeader.BYTES_MAX];
        int count;
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            count = Reading.at(file, channel, bytes, 0, bytes.length);
        } catch (NoSuchFileException _) {
            throw Unreadable.missing(file);
        } catch (IOException failure) {
            throw Unreadable.file(file, failure);
        }
        TablespaceHeader header = TablespaceHeader.decode(bytes, count, file.toString());
        try (var verifier = new PageVerifier(header.pageSize(), header.mayHoldEncryptedPages())) {
            var verdict = verifier.verify(bytes, 0);
            if (verdict.isSuspect()) {
                throw new CorruptDataException(corrupt(file, 0, 0, verdict.describe()));
            }
        }
        return header;
    }

    static Problem corrupt(Path file, long page, long offset, String what) {
        return Problem.of(BackupError.PAGE_CORRUPT)
                .what("%s; it was read %d times", what, SecondLook.TRIES_MAX)
                .where("%s page %d (offset %d)", file, page, offset)
                .remedy(
                        "Run `innochecksum` on a copy of the file; restore this table from an"
                                + " earlier backup, or drop it.");
    }

    static long bytes(Path file) {
        try {
            return Files.size(file);
        } catch (NoSuchFileException _) {
            throw Unreadable.missing(file);
        } catch (IOException failure) {
            throw Unreadable.file(file, failure);
        }
    }
}
