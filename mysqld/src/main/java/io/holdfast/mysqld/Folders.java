package io.holdfast.mysqld;

import io.holdfast.core.Problem;
import io.holdfast.core.UnavailableException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The user's folders that Holdfast keeps things in, by the XDG rules, and the few operations on
/// whole folders that this module needs.
public final class Folders {
    /// File locks are held by a process; this one keeps its threads apart.
    private static final ReentrantLock THREADS = new ReentrantLock();

    private Folders() {}

    /// What can be fetched or made again: `$XDG_CACHE_HOME/holdfast` or `~/.cache/holdfast`.
    public static Path cache() {
        return under("XDG_CACHE_HOME", ".cache", System.getenv());
    }

    /// What belongs to this machine: `$XDG_STATE_HOME/holdfast` or `~/.local/state/holdfast`.
    public static Path state() {
        return under("XDG_STATE_HOME", ".local/state", System.getenv());
    }

    static Path under(String variable, String homeFolder, Map<String, String> environment) {
        String named = environment.getOrDefault(variable, "");
        // The XDG rules say that a relative path is to be ignored.
        Path folder =
                named.startsWith("/")
                        ? Path.of(named)
                        : Path.of(System.getProperty("user.home"), homeFolder);
        return folder.resolve("holdfast");
    }

    /// Makes a folder that only this user can enter, with the folders above it.
    static Path makePrivate(Path folder) {
        return trying(
                folder,
                () -> {
                    if (folder.getParent() != null) {
                        Files.createDirectories(folder.getParent());
                    }
                    if (!Files.isDirectory(folder)) {
                        Files.createDirectory(
                                folder,
                                PosixFilePermissions.asFileAttribute(
                                        PosixFilePermissions.fromString("rwx------")));
                    }
                    return folder;
                });
    }

    /// Whether the folder is absent or holds nothing.
    static boolean isVacant(Path folder) {
        return trying(
                folder,
                () -> {
                    if (!Files.exists(folder)) {
                        return true;
                    }
                    try (var entries = Files.list(folder)) {
                        return entries.findAny().isEmpty();
                    }
                });
    }

    /// Removes a folder and all in it, links as links. An absent one is fine.
    public static void remove(Path folder) {
        trying(
                folder,
                () -> {
                    if (Files.exists(folder)) {
                        Files.walkFileTree(folder, new Removal());
                    }
                    return folder;
                });
    }

    /// Copies all in a folder into another, which is made.
    static void copy(Path from, Path into) {
        trying(
                into,
                () -> {
                    Files.walkFileTree(from, new Copy(from, into));
                    return into;
                });
    }

    /// Does something while no other thread or process that names the same lock file does.
    static <T> T locked(Path lockFile, Supplier<T> action) {
        THREADS.lock();
        try {
            if (lockFile.getParent() != null) {
                makePrivate(lockFile.getParent());
            }
            return trying(
                    lockFile,
                    () -> {
                        try (var channel =
                                        FileChannel.open(
                                                lockFile,
                                                StandardOpenOption.CREATE,
                                                StandardOpenOption.WRITE);
                                var _ = channel.lock()) {
                            return action.get();
                        }
                    });
        } finally {
            THREADS.unlock();
        }
    }

    /// Runs file operations and turns their failure into a problem that names the folder.
    static <T> T trying(Path place, FileAction<T> action) {
        try {
            return action.run();
        } catch (IOException | UncheckedIOException failure) {
            throw new UnavailableException(
                    Problem.of(MysqldError.DATA_DIRECTORY_UNWRITABLE)
                            .what("%s", failure.toString())
                            .where("%s", place)
                            .remedy(
                                    "See that the folder belongs to you and its disk has space: `df -h %s`.",
                                    place),
                    failure);
        }
    }

    /// A step on files that may fail.
    @FunctionalInterface
    interface FileAction<T> {
        T run() throws IOException;
    }

    private static final class Removal extends SimpleFileVisitor<Path> {
        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                throws IOException {
            Files.deleteIfExists(file);
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException failure)
                throws IOException {
            Files.deleteIfExists(folder);
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFileFailed(Path file, IOException failure) {
            return FileVisitResult.CONTINUE; // gone in between: a mysqld that ends removes its own
        }
    }

    private static final class Copy extends SimpleFileVisitor<Path> {
        private final Path from;
        private final Path into;

        Copy(Path from, Path into) {
            this.from = from;
            this.into = into;
        }

        @Override
        public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes)
                throws IOException {
            Path copy = into.resolve(from.relativize(folder).toString());
            if (!Files.isDirectory(copy)) {
                Files.createDirectory(
                        copy,
                        PosixFilePermissions.asFileAttribute(
                                PosixFilePermissions.fromString("rwx------")));
            }
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                throws IOException {
            Files.copy(
                    file,
                    into.resolve(from.relativize(file).toString()),
                    StandardCopyOption.COPY_ATTRIBUTES);
            return FileVisitResult.CONTINUE;
        }
    }
}
