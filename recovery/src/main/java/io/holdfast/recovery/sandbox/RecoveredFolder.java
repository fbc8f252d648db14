package io.holdfast.recovery.sandbox;

import io.holdfast.core.Problem;
import io.holdfast.core.RefusedException;
import io.holdfast.core.ShellWords;
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
///
/// A data directory that somebody else made, and whose pages a backup replaces, keeps its place:
/// all that is not `data/` lies in its folder `.holdfast` then.
///
/// @param folder the one that its owner names
/// @param own where everything but the data lies
public record RecoveredFolder(Path folder, Path own, Path data) {
    private static final String MARKER = "holdfast.marker";
    private static final String OWN_INSIDE = ".holdfast";
    private static final String ERROR_LOG = "error.log";

    private static RecoveredFolder around(Path folder) {
        Path place = place(folder);
        return new RecoveredFolder(place, place, place(place.resolve("data")));
    }

    /// Where a folder is. What walks through it, or removes it, does not follow a link, not even
    /// one that it begins with.
    private static Path place(Path folder) {
        try {
            return Files.exists(folder) ? folder.toRealPath() : folder.toAbsolutePath().normalize();
        } catch (IOException failure) {
            throw unwritable(folder, failure);
        }
    }

    /// A folder that is there: one that was made for a server, or a data directory whose pages were
    /// replaced.
    public static RecoveredFolder at(Path folder) {
        return Files.isDirectory(folder.resolve(OWN_INSIDE)) ? inside(folder) : around(folder);
    }

    /// A data directory that somebody else made, or that already was taken as one.
    public static RecoveredFolder inside(Path data) {
        Path place = place(data);
        return new RecoveredFolder(place, place.resolve(OWN_INSIDE), place);
    }

    /// Whether it is a data directory that somebody else made.
    public boolean isInside() {
        return own.startsWith(data);
    }

    /// Whether a name in the data directory is Holdfast's.
    public static boolean isOwn(String name) {
        return name.equals(OWN_INSIDE);
    }

    /// Makes the folder, or takes an empty one, and marks it unfinished.
    ///
    /// @throws RefusedException if it holds anything
    public static RecoveredFolder make(Path folder, Marker unfinished) {
        refuseOccupied(folder);
        RecoveredFolder made = around(folder);
        made.begin(unfinished);
        return made;
    }

    /// Makes what is not data, for this user only, and says what is under way. The error log of
    /// earlier servers is put away: what it says would be taken for the next one's.
    public void begin(Marker marker) {
        doing(() -> {
            Files.createDirectories(own);
            Files.setPosixFilePermissions(own, PosixFilePermissions.fromString("rwx------"));
            Files.createDirectories(run());
            Path log = run().resolve(ERROR_LOG);
            if (Files.exists(log)) {
                Files.move(
                        log,
                        run().resolve(ERROR_LOG + ".old"),
                        StandardCopyOption.REPLACE_EXISTING);
            }
        });
        mark(marker);
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
        Optional<Marker> marker = at(folder).marker();
        String why = "it is not empty";
        String remedy = "Name another folder, or remove this one yourself.";
        if (marker.isPresent() && marker.get().stage() == Marker.Stage.REWRITING) {
            why = "its files are half those of backup " + marker.get().backup();
            remedy =
                    Text.format(
                            "Complete it: holdfast restore %s --delta --into %s",
                            marker.get().backup(), ShellWords.quote(folder));
        } else if (marker.isPresent()) {
            boolean isUnfinished = marker.get().stage() == Marker.Stage.UNFINISHED;
            why =
                    isUnfinished
                            ? "it holds an unfinished recovery, which is of no use"
                            : "it holds a recovered server";
            remedy =
                    isUnfinished
                            ? "Name another folder; this one can be removed: rm -r "
                                    + ShellWords.quote(folder)
                            : "Name another folder, or go on from this one: --continue "
                                    + ShellWords.quote(folder);
        }
        throw new RefusedException(
                Problem.of(RecoveryError.TARGET_NOT_EMPTY)
                        .what("%s; a new or empty folder is needed", why)
                        .where("%s", folder)
                        .remedy("%s", remedy));
    }

    public Path run() {
        return own.resolve("run");
    }

    public Path optionFile() {
        return own.resolve("my.cnf");
    }

    /// What the folder says of itself; empty if it is none of ours.
    public Optional<Marker> marker() {
        return readMarker(own.resolve(MARKER));
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
            Path half = own.resolve(MARKER + ".new");
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
                    own.resolve(MARKER),
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
    ///
    /// @throws IllegalStateException if it is a data directory that somebody else made
    public void remove() {
        if (isInside()) {
            throw new IllegalStateException("not ours to remove: " + data);
        }
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
