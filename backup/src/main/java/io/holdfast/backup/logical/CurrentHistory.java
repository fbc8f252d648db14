package io.holdfast.backup.logical;

import io.holdfast.repository.Repository;
import io.holdfast.repository.archive.Archive;
import io.holdfast.repository.archive.HistoryArchive;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// The archived history that a backup's moment belongs to.
final class CurrentHistory {
    private CurrentHistory() {}

    /// The server's newest history in the archive whose beginning lies before the moment; null if
    /// there is none, or the server has been reset since and the archiver has not seen it yet.
    static @Nullable String of(Repository repository, UUID server, Moment moment) {
        List<HistoryArchive> histories = new Archive(repository).histories(server);
        for (HistoryArchive history : histories.reversed()) {
            if (moment.gtids().containsAll(history.history().gtidsBefore())) {
                return history.id().toString();
            }
        }
        return null;
    }
}
