package io.holdfast.backup.archive;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.UUID;
import java.util.random.RandomGenerator;

/// Who the archiver is to a server: a replica with a UUID and a `server_id` of its own. Made once
/// and kept in the journal's folder, so that after a restart the server ends the old connection's
/// dump instead of feeding two.
///
/// @param serverId 1 to 2^32 - 1; drawn from the upper half, where people seldom number servers
record Identity(UUID replicaUuid, long serverId) {
    private static final long SERVER_ID_MIN = 1L << 31;
    private static final long SERVER_ID_END = (1L << 32) - 1;

    /// Reads the identity, or makes one that none of the servers has.
    ///
    /// @param taken the `server_id`s of the server and its replicas
    static Identity of(Path folder, List<Long> taken, RandomGenerator random) {
        Path path = folder.resolve("identity");
        try {
            if (Files.exists(path)) {
                List<String> lines = Files.readAllLines(path);
                if (lines.size() >= 2) {
                    return new Identity(
                            UUID.fromString(lines.get(0)), Long.parseLong(lines.get(1)));
                }
            }
            return made(path, taken, random);
        } catch (IOException e) {
            throw JournalFailures.unwritable(path, e);
        } catch (IllegalArgumentException _) {
            throw JournalFailures.damaged(path, "not a UUID and a number on two lines");
        }
    }

    private static Identity made(Path path, List<Long> taken, RandomGenerator random)
            throws IOException {
        long serverId;
        do {
            serverId = random.nextLong(SERVER_ID_MIN, SERVER_ID_END);
        } while (taken.contains(serverId));
        var identity = new Identity(UUID.randomUUID(), serverId);
        Path written = path.resolveSibling("identity.new");
        Files.writeString(
                written,
                identity.replicaUuid + "\n" + identity.serverId + "\n",
                StandardCharsets.UTF_8);
        Files.move(written, path, StandardCopyOption.ATOMIC_MOVE);
        return identity;
    }
}
