package io.holdfast.mysqld;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.jspecify.annotations.Nullable;

/// Where a server's Unix socket lies. The kernel allows a path 107 bytes; a run folder that is too
/// deep for that gets a folder of its own under the system's temporary one.
///
/// Source: Linux `include/uapi/linux/un.h`, `UNIX_PATH_MAX` (108, with the final zero).
///
/// @param ownFolder to be removed with the server, or null if the socket is in the run folder
public record SocketPlace(Path path, @Nullable Path ownFolder) {
    /// mysqld puts a lock file beside it, whose name is five bytes longer.
    private static final int PATH_BYTES_MAX = 107 - 5;

    /// Whether a socket can lie there.
    public static boolean isShortEnough(Path path) {
        return path.toString().getBytes(StandardCharsets.UTF_8).length <= PATH_BYTES_MAX;
    }

    static SocketPlace in(Path runFolder) {
        Path near = runFolder.toAbsolutePath().resolve("mysqld.sock");
        if (isShortEnough(near)) {
            return new SocketPlace(near, null);
        }
        Path folder =
                Folders.trying(
                        Path.of("/tmp"),
                        () ->
                                Files.createTempDirectory(
                                        Path.of("/tmp"),
                                        "holdfast-",
                                        PosixFilePermissions.asFileAttribute(
                                                PosixFilePermissions.fromString("rwx------"))));
        return new SocketPlace(folder.resolve("mysqld.sock"), folder);
    }

    void remove() {
        if (ownFolder != null) {
            Folders.remove(ownFolder);
        }
    }
}
