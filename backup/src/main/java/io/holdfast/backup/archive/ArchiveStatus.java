package io.holdfast.backup.archive;

import io.holdfast.core.BinlogPosition;
import io.holdfast.repository.format.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/// How an archiver stands, as `status.json` in the journal's folder tells other processes.
///
/// @param written when this was so
/// @param process the archiver's process id
/// @param server the server being archived
/// @param history the history being written; null before the first
/// @param isConnected whether events come in
/// @param inJournal up to where events are durable in the journal
/// @param inRepository up to where parts are committed; null before the first of this history
/// @param onServer up to where the server had written when it was last asked
/// @param bytesBehind what the server had and the journal had not at that time
/// @param journalBytes what the journal takes on disk
/// @param lag commit to durable in the journal, over the last second with transactions
/// @param problem what keeps it from going on, code and sentence; null if nothing does
public record ArchiveStatus(
        Instant written,
        long process,
        UUID server,
        @Nullable String history,
        boolean isConnected,
        @Nullable BinlogPosition inJournal,
        @Nullable BinlogPosition inRepository,
        @Nullable BinlogPosition onServer,
        long bytesBehind,
        long journalBytes,
        CommitLag.@Nullable Summary lag,
        @Nullable String problem) {
    private static final String FILE = "status.json";

    /// Replaces the file whole. A status that cannot be written is not worth an error.
    void write(Path folder) {
        try {
            Path written = folder.resolve(FILE + ".new");
            Files.write(written, Json.mapper().writeValueAsBytes(this));
            Files.move(written, folder.resolve(FILE), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException | JacksonException _) {
            // The disk is full or the folder is gone: the journal itself says so.
        }
    }

    /// Reads the status that an archiver left in its journal's folder; empty if there is none.
    public static Optional<ArchiveStatus> read(Path folder) {
        try {
            Path file = folder.resolve(FILE);
            return Files.exists(file)
                    ? Optional.of(
                            Json.mapper().readValue(Files.readAllBytes(file), ArchiveStatus.class))
                    : Optional.empty();
        } catch (IOException | JacksonException _) {
            return Optional.empty();
        }
    }

    /// Whether the process that wrote it is alive.
    public boolean hasLiveWriter() {
        return ProcessHandle.of(process).map(ProcessHandle::isAlive).orElse(false);
    }
}
