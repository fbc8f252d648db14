package io.holdfast.recovery.sandbox;

import io.holdfast.core.Problem;
import io.holdfast.core.RefusedException;
import io.holdfast.core.Text;
import io.holdfast.core.UnavailableException;
import io.holdfast.recovery.error.RecoveryError;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The folder that a server is brought back into.
///
/// | entry             | what it is                                                               |
/// |-------------------|--------------------------------------------------------------------------|
/// | `data/`           | the data directory                                                       |
/// | `run/`            | error log, pid file, socket, relay logs                                  |
/// | `my.cnf`          | the options to start it with                                             |
/// | `original-mysqld-auto.cnf` | what the original had persisted, if it is known; no server reads it here |
/// | `holdfast.marker` | what it holds, see [Marker]; without it, or with `state: unfinished`, nothing is to be trusted |
///
/// An unfinished folder is removed if this recovery made it, and says so in its marker if it could
/// not be (the process was killed, the machine went down).
public record RecoveredFolder(Path folder) {
    private static final String MARKER = "holdfast.marker";

    /// Makes the folder, or takes an empty one, and marks it unfinished.
    ///
    /// @throws RefusedException if it holds anything
    public static RecoveredFolder make(Path folder, Marker unfinished) {
        refuseOccupied(folder);
        var made = new RecoveredFolder(folder.toAbsolutePath().normalize());
        made.doing(() -> {
            Files.createDirectories(made.folder);
            Files.setPosixFilePermissions(
                    made.folder, PosixFilePermissions.fromString("rwx------"));
            Files.createDirectories(made.run());
        });
        made.mark(unfinished);
        return made;
    }

    /// Refuses a folder that holds anything; touches nothing.
    public static void refuseOccupied(Path folder) {
        boolean isVacant;
        if (!Files.exists(folder)) {
            isVacant = true;
        } else if (!Files.isDirectory(folder)) {
            isVacant = false;
        } else {
            try (var entries = Files.newDirectoryStream(folder)) {
                isVacant = !entries.iterator().hasNext();
            } catch (IOException failure) {
                throw unwritable(folder, failure);
            }
        }
        if (isVacant) {
            return;
        }
        Optional<Marker> marker = readMarker(folder.resolve(MARKER));
        String why = "it is not empty";
        String remedy = "Name another folder, or remove this one yourself.";
        if (marker.isPresent()) {
            boolean isUnfinished = marker.get().stage() == Marker.Stage.UNFINISHED;
            why =
                    isUnfinished
                            ? "it holds an unfinished recovery, which is of no use"
                            : "it holds a recovered server";
            remedy =
                    isUnfinished
                            ? "Name another folder; this one can be removed: rm -r " + folder
                            : "Name another folder, or go on from this one: --continue " + folder;
        }
        throw new RefusedException(
                Problem.of(RecoveryError.TARGET_NOT_EMPTY)
                        .what("%s; a new or empty folder is needed", why)
                        .where("%s", folder)
                        .remedy("%s", remedy));
    }

    public Path data() {
        return folder.resolve("data");
    }

    public Path run() {
        return folder.resolve("run");
    }

    public Path optionFile() {
        return folder.resolve("my.cnf");
    }

    /// What the folder says of itself; empty if it is none of ours.
    public Optional<Marker> marker() {
        return readMarker(folder.resolve(MARKER));
    }

    private static Optional<Marker> readMarker(Path file) {
        try {
            return Files.isRegularFile(file)
                    ? Optional.of(Marker.parse(Files.readString(file), file.toString()))
                    : Optional.empty();
        } catch (IOException failure) {
            throw unwritable(file, failure);
        }
    }

    /// Replaces the marker at once: after a crash the old or the new one is there.
    public void mark(Marker marker) {
        doing(() -> {
            Path half = folder.resolve(MARKER + ".new");
            try (var channel =
                    java.nio.channels.FileChannel.open(
                            half,
                            StandardOpenOption.CREATE,
                            StandardOpenOption.WRITE,
                            StandardOpenOption.TRUNCATE_EXISTING)) {
                var bytes =
                        java.nio.ByteBuffer.wrap(
                                marker.render().getBytes(java.nio.charset.StandardCharsets.UTF_8));
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
                channel.force(true);
            }
            Files.move(
                    half,
                    folder.resolve(MARKER),
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
        });
    }

    /// Writes a file of the folder, replacing it.
    public void write(Path file, String content) {
        doing(() -> Files.writeString(file, content));
    }

    /// Free bytes on its disk.
    public static long freeBytes(Path folder) {
        Path existing = folder.toAbsolutePath();
        while (existing != null && !Files.exists(existing)) {
            existing = existing.getParent();
        }
        try {
            return existing == null
                    ? Long.MAX_VALUE
                    : Files.getFileStore(existing).getUsableSpace();
        } catch (IOException failure) {
            throw unwritable(folder, failure);
        }
    }

    /// Removes the folder and all in it.
    public void remove() {
        doing(() ->
                Files.walkFileTree(
                        folder,
                        new SimpleFileVisitor<>() {
                            @Override
                            public FileVisitResult visitFile(
                                    Path file, BasicFileAttributes attributes) throws IOException {
                                Files.delete(file);
                                return FileVisitResult.CONTINUE;
                            }

                            @Override
                            public FileVisitResult postVisitDirectory(
                                    Path visited, @Nullable IOException failure)
                                    throws IOException {
                                if (failure != null) {
                                    throw failure;
                                }
                                Files.delete(visited);
                                return FileVisitResult.CONTINUE;
                            }
                        }));
    }

    @FunctionalInterface
    private interface FileWork {
        void run() throws IOException;
    }

    private void doing(FileWork work) {
        try {
            work.run();
        } catch (IOException failure) {
            throw unwritable(folder, failure);
        }
    }

    private static UnavailableException unwritable(Path place, IOException failure) {
        return new UnavailableException(
                Problem.of(RecoveryError.TARGET_UNWRITABLE)
                        .what("%s", Text.format("%s", failure))
                        .where("%s", place)
                        .remedy("Check the folder's permissions and its space."),
                failure);
    }
}
