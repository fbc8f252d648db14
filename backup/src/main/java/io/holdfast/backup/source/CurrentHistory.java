package io.holdfast.backup.source;

import io.holdfast.core.GtidSet;
import io.holdfast.repository.Repository;
import io.holdfast.repository.archive.Archive;
import io.holdfast.repository.archive.HistoryArchive;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// The archived history that a backup's moment belongs to.
public final class CurrentHistory {
    private CurrentHistory() {}

    /// The server's newest history in the archive whose beginning lies before the moment with these
    /// transactions; null if there is none, or the server has been reset since and the archiver has
    /// not seen it yet.
    public static @Nullable String of(Repository repository, UUID server, GtidSet gtids) {
        List<HistoryArchive> histories = new Archive(repository).histories(server);
        for (HistoryArchive history : histories.reversed()) {
            if (gtids.containsAll(history.history().gtidsBefore())) {
                return history.id().toString();
            }
        }
        return null;
    }
}
