package io.holdfast.backup.physical;

import io.holdfast.backup.BackupError;
import io.holdfast.core.Problem;
import io.holdfast.core.RefusedException;
import io.holdfast.repository.ServerIdentity;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/// Finds the data directory of a server on this machine.
///
/// A server says where its data directory is on *its* machine. That the same path is there on ours
/// proves nothing (two containers, two hosts set up alike), so its `auto.cnf` must name the very
/// server. A dead copy of the directory names it, too; such a one is found out because the redo log
/// in it does not go on to where the server says it is.
final class DataFolder {
    private static final String IDENTITY = "server-uuid";

    private DataFolder() {}

    /// The data directory, with all links resolved.
    ///
    /// @param named `@@datadir`
    /// @throws RefusedException if it cannot be read, or is not that server's
    static Path of(ServerIdentity server, String named) {
        Path folder;
        List<String> identity;
        try {
            folder = Path.of(named).toRealPath();
            identity = Files.readAllLines(folder.resolve("auto.cnf"), StandardCharsets.ISO_8859_1);
            try (var entries = Files.list(folder)) {
                var _ = entries.findAny();
            }
        } catch (IOException failure) {
            throw new RefusedException(
                    Problem.of(BackupError.DATA_DIRECTORY_UNREADABLE)
                            .what("%s", failure.toString())
                            .where("data directory %s of server %s", named, server.uuid())
                            .remedy(
                                    "Run it on host %s as the user that mysqld runs as, or take a"
                                            + " logical backup with `--logical`.",
                                    server.hostname()),
                    failure);
        }
        String found = uuid(identity);
        if (!found.equals(server.uuid().toString())) {
            throw new RefusedException(
                    Problem.of(BackupError.DATA_DIRECTORY_OF_ANOTHER_SERVER)
                            .what(
                                    "auto.cnf names server %s, connected is %s",
                                    found.isEmpty() ? "none" : found, server.uuid())
                            .where("data directory %s", folder)
                            .remedy(
                                    "Run it on host %s, or take a logical backup with"
                                            + " `--logical`.",
                                    server.hostname()));
        }
        return folder;
    }

    private static String uuid(List<String> lines) {
        for (String line : lines) {
            int equals = line.indexOf('=');
            if (equals > 0
                    && line.substring(0, equals).strip().replace('_', '-').equals(IDENTITY)) {
                return line.substring(equals + 1).strip().toLowerCase(Locale.ROOT);
            }
        }
        return "";
    }
}
