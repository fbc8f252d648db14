package io.holdfast.backup.physical;

import io.holdfast.backup.BackupError;
import io.holdfast.core.Problem;
import io.holdfast.core.UnavailableException;
import io.holdfast.mysqld.Folders;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/// Copies, on the local disk, of files that may not change while they are read: whoever is kept
/// from writing them waits for this disk and never for the repository.
final class FilesAside implements AutoCloseable {
    private final Path folder;
    private final List<FilePlan.OtherFile> copies = new ArrayList<>();

    private FilesAside(Path folder) {
        this.folder = folder;
    }

    /// @param spoolFolder an empty folder is made in it, readable by this user only
    static FilesAside in(Path spoolFolder) {
        try {
            Files.createDirectories(spoolFolder);
            return new FilesAside(Files.createTempDirectory(spoolFolder, "tables-"));
        } catch (IOException failure) {
            throw unwritable(spoolFolder, failure);
        }
    }

    /// Copies a file as it is now.
    void take(FilePlan.OtherFile original) {
        Path copy = folder.resolve(String.valueOf(copies.size()));
        try (FileChannel from = FileChannel.open(original.file(), StandardOpenOption.READ)) {
            long bytes = from.size();
            copyTo(copy, from, bytes);
            copies.add(new FilePlan.OtherFile(original.path(), copy, bytes, null));
        } catch (IOException failure) {
            throw Unreadable.file(original.file(), failure);
        }
    }

    private static void copyTo(Path copy, FileChannel from, long bytes) {
        try (FileChannel to =
                FileChannel.open(copy, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            for (long at = 0; at < bytes; ) {
                long count = from.transferTo(at, bytes - at, to);
                if (count <= 0) {
                    throw new IOException("it ends at " + at + ", expected " + bytes);
                }
                at += count;
            }
        } catch (IOException failure) {
            throw unwritable(copy, failure);
        }
    }

    private static UnavailableException unwritable(Path place, IOException failure) {
        return new UnavailableException(
                Problem.of(BackupError.REDO_SPOOL_FULL)
                        .what("%s", failure.toString())
                        .where("%s", place)
                        .remedy("Name another folder with `--spool-dir`."),
                failure);
    }

    /// The copies, under the originals' paths; there until this is closed.
    List<FilePlan.OtherFile> copies() {
        return List.copyOf(copies);
    }

    @Override
    public void close() {
        Folders.remove(folder);
    }
}
