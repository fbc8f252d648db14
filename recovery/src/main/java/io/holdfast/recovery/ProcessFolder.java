package io.holdfast.recovery;

import io.holdfast.core.GtidSet;
import io.holdfast.recovery.sandbox.Marker;
import io.holdfast.recovery.sandbox.RecoveredFolder;
import io.holdfast.repository.BackupId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/// Folders for sandboxes that are thrown away. Each carries the number of its process, so that the
/// next one can remove what a killed one left.
final class ProcessFolder {
    /// The kernel counts a process's start from a second of its own.
    private static final Duration CLOCKS_DIFFER = Duration.ofSeconds(2);

    private ProcessFolder() {}

    /// Makes this process's. The caller removes it.
    ///
    /// @param parent that it is made in
    /// @param prefix of its name
    static RecoveredFolder make(Path parent, String prefix, BackupId backup) {
        return RecoveredFolder.make(
                parent.resolve(prefix + ProcessHandle.current().pid()),
                new Marker(
                        Marker.Stage.UNFINISHED,
                        "",
                        backup.text(),
                        "",
                        GtidSet.EMPTY,
                        null,
                        null,
                        Marker.Attempt.NONE));
    }

    /// Removes those of processes that are no more.
    static void removeLeft(Path parent, String prefix) {
        if (!Files.isDirectory(parent)) {
            return;
        }
        try (var entries = Files.newDirectoryStream(parent, prefix + "[0-9]*")) {
            for (Path entry : entries) {
                String number = String.valueOf(entry.getFileName()).substring(prefix.length());
                if (number.matches("\\d{1,18}")
                        && !isAlive(
                                Long.parseLong(number),
                                Files.getLastModifiedTime(entry).toInstant())) {
                    removeIfUnfinished(RecoveredFolder.at(entry));
                }
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /// Whether a folder's process still runs. One that began after the folder was made has only got
    /// its number, which in a container is the same each time.
    private static boolean isAlive(long number, Instant folderMade) {
        return ProcessHandle.of(number)
                .map(process -> process.info().startInstant())
                .map(start ->
                        start.isEmpty() || start.get().isBefore(folderMade.plus(CLOCKS_DIFFER)))
                .orElse(false);
    }

    /// A folder of such a name without our marker is somebody else's.
    private static void removeIfUnfinished(RecoveredFolder left) {
        if (left.marker().map(Marker::stage).equals(Optional.of(Marker.Stage.UNFINISHED))) {
            left.remove();
        }
    }
}
