package io.holdfast.backup.clone;

import io.holdfast.backup.physical.DistinctPaths;
import java.nio.file.Path;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Where a file of the server lies in a backup. Pure; the paths are those of another host.
///
/// @param path relative to the data directory
/// @param outside the absolute path if it lay elsewhere; null else
record ClonedPath(String path, @Nullable String outside) {
    /// @param dataFolder the server's own, absolute
    /// @param name as the server calls the file: relative to that folder, or absolute
    /// @param tablespace asked for the tablespace's name only if the file lies elsewhere: a table's
    ///   is `schema/table`
    /// @param isSystem whether it is a file of the system tablespace, which comes to lie beside the
    ///   folders wherever the original's settings have it
    static ClonedPath of(
            String dataFolder, String name, Supplier<String> tablespace, boolean isSystem) {
        Path home = Path.of(dataFolder).normalize();
        Path file = home.resolve(name).normalize();
        if (file.startsWith(home) && !file.equals(home) && !isSystem) {
            return new ClonedPath(home.relativize(file).toString(), null);
        }
        String inside = DistinctPaths.fromElsewhere(file, tablespace.get());
        return new ClonedPath(inside, file.equals(home.resolve(inside)) ? null : file.toString());
    }
}
