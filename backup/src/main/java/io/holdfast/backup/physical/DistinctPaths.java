package io.holdfast.backup.physical;

import io.holdfast.backup.BackupError;
import io.holdfast.core.Problem;
import io.holdfast.core.RefusedException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/// Sees to it that no two tablespace files of a backup are restored to the same place: those from
/// elsewhere come into the data directory by their names alone. Confined to one thread.
public final class DistinctPaths {
    private final Map<String, String> originals = new HashMap<>();

    /// Where a file from elsewhere comes to lie: a table's in its schema's folder, any other beside
    /// the folders.
    ///
    /// @param file as the server calls it
    /// @param tablespace its name, `schema/table` of a table's own
    public static String fromElsewhere(Path file, String tablespace) {
        int names = file.getNameCount();
        return tablespace.contains("/") && names >= 2
                ? file.subpath(names - 2, names).toString()
                : String.valueOf(file.getFileName());
    }

    /// Takes a file.
    ///
    /// @param path where it will lie in the data directory
    /// @param original where it lies on the server
    /// @throws RefusedException if another one will lie there
    public void add(String path, String original) {
        String other = originals.putIfAbsent(path, original);
        if (other != null) {
            throw new RefusedException(
                    Problem.of(BackupError.FILES_OF_ONE_NAME)
                            .what("two tablespace files would be restored to %s", path)
                            .where("%s and %s", other, original)
                            .remedy(
                                    "Give one of them another name (the manual says how: \"Moving"
                                            + " Tablespace Files While the Server is Offline\"), or"
                                            + " take a logical backup: `holdfast backup"
                                            + " --logical`."));
        }
    }
}
