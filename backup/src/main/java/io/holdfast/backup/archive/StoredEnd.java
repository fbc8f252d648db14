package io.holdfast.backup.archive;

import io.holdfast.binlog.ChecksumAlgorithm;
import io.holdfast.core.BinlogPosition;
import io.holdfast.core.GtidSet;
import io.holdfast.repository.archive.Archive;
import io.holdfast.repository.archive.Continuity;
import io.holdfast.repository.archive.History;
import io.holdfast.repository.archive.HistoryArchive;
import io.holdfast.repository.archive.PartFacts;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Where the stored parts of a history end.
///
/// @param position behind its last part; offset 4 of its first file if it has none
/// @param gtids all transactions up to there, those before the history began included
/// @param facts of the last part; null if there is none
record StoredEnd(
        HistoryArchive history, BinlogPosition position, GtidSet gtids, @Nullable PartFacts facts) {

    /// The end of a server's newest history; null if it has none.
    static @Nullable StoredEnd newest(Archive archive, UUID server) {
        List<HistoryArchive> histories = archive.histories(server);
        return histories.isEmpty() ? null : of(histories.getLast());
    }

    static StoredEnd of(HistoryArchive archive) {
        History history = archive.history();
        List<Continuity.Run> runs = archive.continuity().runs();
        if (runs.isEmpty()) {
            return new StoredEnd(
                    archive,
                    new BinlogPosition(history.firstFile(), BinlogPosition.FIRST_EVENT_OFFSET),
                    history.gtidsBefore(),
                    null);
        }
        Continuity.Run last = runs.getLast();
        PartFacts facts = last.pieces().getLast().description().facts();
        return new StoredEnd(archive, last.end(), last.executed(), facts);
    }

    JournalLine line() {
        History history = history().history();
        return new JournalLine(
                history.history().text(),
                history.server(),
                history.predecessor() == null ? "" : history.predecessor().text(),
                history.reason() + ": " + history.detail());
    }

    ChecksumAlgorithm checksum() {
        return facts == null
                ? ChecksumAlgorithm.NONE
                : ChecksumAlgorithm.valueOf(facts.checksumAlgorithm());
    }

    boolean endsFile() {
        return facts != null && facts.endsFile();
    }
}
