package io.holdfast.recovery.archive;

import io.holdfast.core.BinlogPosition;
import io.holdfast.core.CorruptDataException;
import io.holdfast.core.GtidSet;
import io.holdfast.core.Problem;
import io.holdfast.recovery.moment.Cut;
import io.holdfast.recovery.moment.LogHistory;
import io.holdfast.recovery.moment.LoggedTransaction;
import io.holdfast.recovery.plan.ArchivedHistory;
import io.holdfast.recovery.replay.ArchivedLog;
import io.holdfast.repository.Repository;
import io.holdfast.repository.archive.Archive;
import io.holdfast.repository.archive.ArchivePartReader;
import io.holdfast.repository.archive.Continuity;
import io.holdfast.repository.archive.HistoryArchive;
import io.holdfast.repository.archive.HistoryId;
import io.holdfast.repository.archive.PartFacts;
import io.holdfast.repository.archive.PartName;
import io.holdfast.repository.archive.TransactionEntry;
import io.holdfast.repository.format.ContainerInput;
import io.holdfast.store.StoreError;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The archive of a repository as it was when it was looked at: what is uploaded later is not seen,
/// so that moment, plan and replay speak of the same parts. Thread-safe.
public final class ArchiveView implements ArchivedLog {
    private final Map<String, IndexedHistory> histories;

    private ArchiveView(Map<String, IndexedHistory> histories) {
        this.histories = histories;
    }

    /// Looks at every history's parts.
    ///
    /// @throws io.holdfast.core.CorruptDataException if a part's description is damaged
    public static ArchiveView of(Repository repository) {
        Map<String, IndexedHistory> histories = new LinkedHashMap<>();
        for (HistoryArchive archive : new Archive(repository).histories()) {
            histories.put(archive.id().text(), new IndexedHistory(archive, archive.continuity()));
        }
        return new ArchiveView(histories);
    }

    /// The histories that have any log, oldest first within each server.
    public List<LogHistory> logs() {
        return histories.values().stream()
                .filter(history -> !history.continuity().runs().isEmpty())
                .map(LogHistory.class::cast)
                .toList();
    }

    /// What is proven of each history; of the cut's own, as far as the cut.
    public List<ArchivedHistory> upTo(Cut cut) {
        var facts = new ArrayList<ArchivedHistory>();
        for (IndexedHistory history : histories.values()) {
            BinlogPosition end =
                    history.id().equals(cut.history()) ? cut.position() : history.end();
            var ranges = new ArrayList<ArchivedHistory.Range>();
            for (Continuity.Run run : history.continuity().runs()) {
                range(history, run, end).ifPresent(ranges::add);
            }
            HistoryId predecessor = history.archive().history().predecessor();
            facts.add(
                    new ArchivedHistory(
                            history.id(),
                            history.server(),
                            predecessor == null ? null : predecessor.text(),
                            history.archive().history().reason().forks(),
                            history.archive().history().gtidsBefore(),
                            ranges));
        }
        return facts;
    }

    /// The part of a run that ends at a place; empty if it begins behind it.
    private static Optional<ArchivedHistory.Range> range(
            IndexedHistory history, Continuity.Run run, BinlogPosition end) {
        if (run.begin().compareTo(end) > 0) {
            return Optional.empty();
        }
        if (run.end().compareTo(end) <= 0) {
            return Optional.of(
                    new ArchivedHistory.Range(
                            run.begin(),
                            run.end(),
                            run.gtidsBefore(),
                            run.gtidsAdded(),
                            run.anonymousCount(),
                            run.transactionCount(),
                            run.byteCount()));
        }
        var added = new GtidSet.Builder();
        long anonymous = 0;
        long transactions = 0;
        long bytes = 0;
        for (Continuity.Piece piece : run.pieces()) {
            String file = piece.description().range().file();
            if (new BinlogPosition(file, piece.begin()).compareTo(end) >= 0) {
                break;
            }
            PartFacts partFacts = piece.description().facts();
            if (new BinlogPosition(file, piece.end()).compareTo(end) <= 0) {
                added.addAll(partFacts.gtidsAdded());
                anonymous += partFacts.anonymousCount();
                transactions += partFacts.transactionCount();
                bytes += piece.end() - piece.begin();
                continue;
            }
            // The cut lies in this part: only its index says what is in front of it.
            for (TransactionEntry entry : history.archive().index(piece.part()).transactions()) {
                if (entry.end() <= end.offset()) {
                    transactions++;
                    if (entry.gtid() == null) {
                        anonymous++;
                    } else {
                        added.add(entry.gtid());
                    }
                }
            }
            bytes += end.offset() - piece.begin();
        }
        return Optional.of(
                new ArchivedHistory.Range(
                        run.begin(),
                        end,
                        run.gtidsBefore(),
                        added.build(),
                        anonymous,
                        transactions,
                        bytes));
    }

    /// The version of the server that wrote a history's log, as far as it is archived.
    public List<String> serverVersions(String history) {
        return history(history).continuity().runs().stream()
                .flatMap(run -> run.pieces().stream())
                .map(piece -> piece.description().facts().serverVersion())
                .distinct()
                .toList();
    }

    /// The transaction that a place lies in, or that ends there.
    public Optional<LoggedTransaction> transactionAround(String history, BinlogPosition place) {
        var found = new LoggedTransaction[1];
        history(history)
                .scan(
                        place,
                        transaction -> {
                            if (transaction.end().compareTo(place) < 0) {
                                return true;
                            }
                            found[0] = transaction;
                            return false;
                        });
        @Nullable LoggedTransaction transaction = found[0];
        return Optional.ofNullable(transaction);
    }

    private IndexedHistory history(String id) {
        IndexedHistory history = histories.get(id);
        if (history == null) {
            throw new IllegalArgumentException("no such history: " + id);
        }
        return history;
    }

    @Override
    public List<Piece> pieces(String id, BinlogPosition from, BinlogPosition to) {
        IndexedHistory history = history(id);
        var pieces = new ArrayList<Piece>();
        for (Continuity.Run run : history.continuity().runs()) {
            for (Continuity.Piece piece : run.pieces()) {
                String file = piece.description().range().file();
                BinlogPosition begin = new BinlogPosition(file, piece.begin());
                BinlogPosition end = new BinlogPosition(file, piece.end());
                if (end.compareTo(from) <= 0 || begin.compareTo(to) >= 0) {
                    continue;
                }
                pieces.add(
                        new PartPiece(
                                history.archive(),
                                piece,
                                begin.compareTo(from) < 0 ? from.offset() : piece.begin(),
                                end.compareTo(to) > 0 ? to.offset() : piece.end()));
            }
        }
        return pieces;
    }

    /// A run of bytes of one part.
    private record PartPiece(HistoryArchive archive, Continuity.Piece piece, long begin, long end)
            implements Piece {
        @Override
        public String file() {
            return piece.description().range().file();
        }

        @Override
        public byte[] formatDescription() {
            return Base64.getDecoder().decode(piece.description().facts().formatDescription());
        }

        @Override
        public Opened open() {
            try {
                ArchivePartReader reader = reader();
                return new PartBytes(reader.openAt(begin), this);
            } catch (CorruptDataException damage) {
                throw placed(damage, begin);
            }
        }

        /// The part; or, if an archiver has merged it and deleted it since it was listed, a larger
        /// one that has its bytes.
        private ArchivePartReader reader() {
            try {
                return archive.openPart(piece.part());
            } catch (CorruptDataException missing) {
                if (missing.problem().code() != StoreError.OBJECT_MISSING) {
                    throw missing;
                }
                PartName larger =
                        archive.parts().stream()
                                .filter(part -> part.holds(piece.part()))
                                .findFirst()
                                .orElseThrow(() -> missing);
                return archive.openPart(larger);
            }
        }

        /// Says beside the damaged object which part of which log it is.
        CorruptDataException placed(CorruptDataException damage, long offset) {
            Problem told = damage.problem();
            return new CorruptDataException(
                    Problem.of(told.code())
                            .what("%s", told.what())
                            .where(
                                    "%s; at or behind %s:%d of history %s",
                                    told.where(), file(), offset, archive.id())
                            .remedy(
                                    "Recover --to a place up to %s:%d, or put the object back from a copy of the"
                                            + " repository; while the server has the file, a new archive of it serves as well.",
                                    file(), piece.begin()),
                    damage);
        }
    }

    /// Reads so many bytes of a part and no more.
    private static final class PartBytes implements Opened {
        private final ContainerInput in;
        private final PartPiece piece;
        private long offset;

        PartBytes(ContainerInput in, PartPiece piece) {
            this.in = in;
            this.piece = piece;
            this.offset = piece.begin();
        }

        @Override
        public int read(byte[] bytes, int at, int byteCountMax) {
            long left = piece.end() - offset;
            if (left == 0) {
                return -1;
            }
            try {
                int byteCount = in.read(bytes, at, (int) Math.min(byteCountMax, left));
                offset += Math.max(0, byteCount);
                return byteCount;
            } catch (CorruptDataException damage) {
                throw piece.placed(damage, offset);
            }
        }

        @Override
        public void close() {
            in.close();
        }
    }
}
