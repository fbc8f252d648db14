package io.holdfast.backup.archive;

import io.holdfast.binlog.EventFrame;
import io.holdfast.core.BinlogPosition;
import io.holdfast.core.RefusedException;
import io.holdfast.repository.archive.Archive;
import io.holdfast.repository.archive.HistoryId;
import io.holdfast.repository.lease.Lease;
import java.time.Duration;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
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

    /// Finds where a server goes on that was never archived, because it took another one's place
    /// while no archiver ran: of the newest histories of other servers the one with the most
    /// transactions that this server has executed, too. One that an archiver still follows is not a
    /// predecessor but a neighbour.
    ///
    /// @return null if this server shares no transaction with any history
    static @Nullable ArchiveEnd takenOver(Archive archive, ServerView server) {
        StoredEnd best = null;
        long mostShared = 0;
        for (UUID other : servers(archive, server)) {
            StoredEnd end = StoredEnd.newest(archive, other);
            long shared = end == null ? 0 : end.gtids().intersect(server.gtidExecuted()).count();
            if (shared > mostShared && !isFollowed(archive, other)) {
                best = end;
                mostShared = shared;
            }
        }
        return best == null ? null : ofStore(best);
    }

    private static Set<UUID> servers(Archive archive, ServerView server) {
        return server.usesGtids()
                ? archive.histories().stream()
                        .map(history -> history.history().server())
                        .filter(other -> !other.equals(server.serverUuid()))
                        .collect(Collectors.toSet())
                : Set.of();
    }

    private static boolean isFollowed(Archive archive, UUID server) {
        try (Lease _ = archive.lease(server)) {
            return false;
        } catch (RefusedException _) {
            return true;
        }
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
