package io.holdfast.backup.archive;

import io.holdfast.binlog.EventFrame;
import io.holdfast.core.BinlogPosition;
import io.holdfast.repository.archive.Archive;
import io.holdfast.repository.archive.HistoryId;
import java.time.Duration;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Finds where the archive of a server ends when the archiver starts: in the journal, or in the
/// repository if that has more or the journal is gone.
final class ArchiveEnds {
    private ArchiveEnds() {}

    /// Finds the end, with every transaction up to there.
    ///
    /// @param server whose newest history counts if the journal is empty
    /// @return null if nothing was ever archived
    static @Nullable ArchiveEnd find(Journal journal, Archive archive, UUID server) {
        JournalEnd end = journal.end();
        if (end == null) {
            StoredEnd newest = StoredEnd.newest(archive, server);
            return newest == null ? null : ofStore(newest);
        }
        StoredEnd stored = StoredEnd.of(archive.open(new HistoryId(end.line().historyId())));
        if (stored.position().compareTo(end.position()) > 0) {
            return ofStore(stored);
        }
        ArchivedGtids gtids = gtids(journal, end.line(), stored);
        return new ArchiveEnd(end.line(), end.position(), gtids.set(), gtids.open(), end.last());
    }

    private static ArchiveEnd ofStore(StoredEnd stored) {
        return new ArchiveEnd(stored.line(), stored.position(), stored.gtids(), null, null);
    }

    /// What is stored and what the journal holds behind it.
    private static ArchivedGtids gtids(Journal journal, JournalLine line, StoredEnd stored) {
        var gtids = new ArchivedGtids(stored.gtids(), null, stored.checksum());
        try (var tail = new JournalTail(journal)) {
            tail.seek(line.historyId(), stored.position());
            for (EventFrame frame = tail.next(Duration.ZERO);
                    frame != null;
                    frame = tail.next(Duration.ZERO)) {
                if (tail.line().historyId().equals(line.historyId())) {
                    BinlogPosition end = tail.position();
                    long _ =
                            gtids.note(
                                    frame,
                                    new BinlogPosition(
                                            end.file(),
                                            end.offset() - frame.header().eventBytes()));
                }
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt(); // asked to end: the run notices
        }
        return gtids;
    }
}
