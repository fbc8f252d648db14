package io.holdfast.recovery.physical;

import io.holdfast.core.CoreError;
import io.holdfast.core.CorruptDataException;
import io.holdfast.core.InterruptedWorkException;
import io.holdfast.core.Problem;
import io.holdfast.core.TaskScope;
import io.holdfast.core.UnavailableException;
import io.holdfast.recovery.error.RecoveryError;
import io.holdfast.repository.BackupId;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

/// The data directory that files are laid down in. All of it belongs to this user alone. A path of
/// the backup that would lead out of it is damage. Thread-safe.
final class LaidFolder {
    private static final FileAttribute<?> PRIVATE_FILE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    private static final FileAttribute<?> PRIVATE_FOLDER =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

    private final BackupId backup;
    private final Path folder;

    LaidFolder(BackupId backup, Path folder) {
        this.backup = backup;
        this.folder = folder.toAbsolutePath().normalize();
    }

    /// Where a file of the backup belongs.
    ///
    /// @param path as the backup names it: relative, with `/` between names
    /// @throws CorruptDataException if it leads anywhere else than into the folder
    Path place(String path) {
        boolean isPlain =
                !path.isEmpty()
                        && List.of(path.split("/", -1)).stream()
                                .noneMatch(name ->
                                        name.isEmpty() || name.equals(".") || name.equals(".."));
        try {
            Path place = folder.resolve(path);
            if (isPlain && place.startsWith(folder)) {
                return place;
            }
        } catch (InvalidPathException _) {
            // Said below.
        }
        throw new CorruptDataException(
                Problem.of(RecoveryError.BACKUP_FILE_DAMAGED)
                        .what("a file's path leads out of the data directory")
                        .where("backup %s, path '%s'", backup, path)
                        .remedy("Restore another backup: 'holdfast list' shows all."));
    }

    Path folder() {
        return folder;
    }

    /// Makes a folder and those above it.
    void makeFolder(Path place) {
        doing(place, () -> Files.createDirectories(place, PRIVATE_FOLDER));
    }

    /// Makes a file of that many bytes, none of which takes space yet.
    ///
    /// @throws UnavailableException also if it is there already
    void makeFile(Path place, long bytes) {
        Path parent = place.getParent();
        if (parent != null) {
            makeFolder(parent);
        }
        doing(
                place,
                () -> {
                    Files.createFile(place, PRIVATE_FILE);
                    try (var file = new RandomAccessFile(place.toFile(), "rw")) {
                        file.setLength(bytes);
                    }
                });
    }

    /// Gives a file that many bytes; makes it if it is not there.
    void sizeFile(Path place, long bytes) {
        if (!Files.exists(place, LinkOption.NOFOLLOW_LINKS)) {
            makeFile(place, bytes);
            return;
        }
        doing(
                place,
                () -> {
                    try (var file = new RandomAccessFile(place.toFile(), "rw")) {
                        if (file.length() != bytes) {
                            file.setLength(bytes);
                        }
                    }
                });
    }

    /// Removes a file or a folder with all in it; nothing if it is not there.
    void remove(Path place) {
        doing(place, () -> removeAll(place));
    }

    private static void removeAll(Path place) throws IOException {
        if (Files.isDirectory(place, LinkOption.NOFOLLOW_LINKS)) {
            try (var entries = Files.newDirectoryStream(place)) {
                for (Path entry : entries) {
                    removeAll(entry);
                }
            }
        }
        Files.deleteIfExists(place);
    }

    /// Gives a file another name, at once.
    void move(Path from, Path to) {
        Path parent = to.getParent();
        if (parent != null) {
            makeFolder(parent);
        }
        doing(to, () -> Files.move(from, to, StandardCopyOption.ATOMIC_MOVE));
    }

    /// Makes one file or folder durable.
    void sync(Path entry) {
        doing(entry, () -> force(entry));
    }

    /// Opens a file that was made.
    FileChannel open(Path place) throws IOException {
        return FileChannel.open(place, StandardOpenOption.WRITE);
    }

    static void write(FileChannel channel, byte[] bytes, int from, int byteCount, long offset)
            throws IOException {
        write(channel, ByteBuffer.wrap(bytes, from, byteCount), offset);
    }

    /// Writes all that remains in the source.
    static void write(FileChannel channel, ByteBuffer source, long offset) throws IOException {
        long at = offset;
        while (source.hasRemaining()) {
            at += channel.write(source, at);
        }
    }

    /// Makes all that lies in the folder durable, and the folders themselves.
    void sync(int threads) {
        try (var scope = TaskScope.ofPlatformThreads("sync", threads);
                var entries = Files.walk(folder)) {
            entries.filter(LaidFolder::isFileOrFolder)
                    .forEach(entry ->
                            scope.fork(() -> {
                                doing(entry, () -> force(entry));
                                return null;
                            }));
            scope.join();
        } catch (IOException failure) {
            throw failed(folder, failure);
        }
    }

    /// Not a socket, which a server that was killed may have left.
    private static boolean isFileOrFolder(Path entry) {
        return Files.isRegularFile(entry, LinkOption.NOFOLLOW_LINKS)
                || Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS);
    }

    /// A folder can only be opened for reading, and be synced so. Source: Linux `fsync(2)`.
    private static void force(Path entry) throws IOException {
        try (var channel = FileChannel.open(entry, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /// A step on files that may fail.
    @FunctionalInterface
    interface FileWork {
        void run() throws IOException;
    }

    /// Runs a step and turns its failure into a problem that names the file.
    ///
    /// @throws UnavailableException if the disk or its permissions do not allow it
    /// @throws InterruptedWorkException if this thread was interrupted
    static void doing(Path place, FileWork work) {
        try {
            work.run();
        } catch (IOException failure) {
            throw failed(place, failure);
        }
    }

    private static RuntimeException failed(Path place, IOException failure) {
        if (failure instanceof ClosedByInterruptException) {
            return new InterruptedWorkException(
                    Problem.of(CoreError.INTERRUPTED)
                            .what("stopped while laying down files")
                            .remedy(""));
        }
        return new UnavailableException(
                Problem.of(RecoveryError.TARGET_UNWRITABLE)
                        .what("%s", failure)
                        .where("%s", place)
                        .remedy("Check the folder's permissions and its space: `df -h %s`.", place),
                failure);
    }
}
