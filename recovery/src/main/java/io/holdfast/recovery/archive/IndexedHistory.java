package io.holdfast.recovery.archive;

import io.holdfast.binlog.ObjectName;
import io.holdfast.binlog.ObjectType;
import io.holdfast.binlog.StatementNames;
import io.holdfast.binlog.StatementVerb;
import io.holdfast.core.BinlogPosition;
import io.holdfast.recovery.moment.LogHistory;
import io.holdfast.recovery.moment.LoggedTransaction;
import io.holdfast.repository.archive.Continuity;
import io.holdfast.repository.archive.HistoryArchive;
import io.holdfast.repository.archive.TransactionEntry;
import java.util.List;
import java.util.UUID;
import java.util.function.Predicate;

/// A history's log as its part indexes tell it; no event is read. Holds one index at a time.
final class IndexedHistory implements LogHistory {
    private final HistoryArchive archive;
    private final Continuity continuity;

    IndexedHistory(HistoryArchive archive, Continuity continuity) {
        this.archive = archive;
        this.continuity = continuity;
    }

    Continuity continuity() {
        return continuity;
    }

    HistoryArchive archive() {
        return archive;
    }

    @Override
    public String id() {
        return archive.id().text();
    }

    @Override
    public UUID server() {
        return archive.history().server();
    }

    @Override
    public BinlogPosition begin() {
        return continuity.runs().isEmpty()
                ? new BinlogPosition(
                        archive.history().firstFile(), BinlogPosition.FIRST_EVENT_OFFSET)
                : continuity.runs().getFirst().begin();
    }

    @Override
    public BinlogPosition end() {
        return continuity.runs().isEmpty() ? begin() : continuity.runs().getLast().end();
    }

    @Override
    public void scan(BinlogPosition from, Predicate<LoggedTransaction> visitor) {
        for (Continuity.Run run : continuity.runs()) {
            for (Continuity.Piece piece : run.pieces()) {
                String file = piece.description().range().file();
                if (new BinlogPosition(file, piece.end()).compareTo(from) < 0) {
                    continue;
                }
                for (TransactionEntry entry : archive.index(piece.part()).transactions()) {
                    // Parts may overlap; each transaction is told once.
                    boolean isOfPiece =
                            entry.begin() >= piece.begin() && entry.end() <= piece.end();
                    if (isOfPiece && entry.isComplete() && !visitor.test(logged(file, entry))) {
                        return;
                    }
                }
            }
        }
    }

    static LoggedTransaction logged(String file, TransactionEntry entry) {
        List<StatementNames> statements =
                entry.statements().stream().map(IndexedHistory::names).toList();
        String ddl = entry.statements().isEmpty() ? "" : entry.statements().getFirst().text();
        return new LoggedTransaction(
                new BinlogPosition(file, entry.begin()),
                entry.end(),
                entry.gtid(),
                entry.immediateCommitMicros(),
                entry.originalCommitMicros(),
                statements,
                ddl);
    }

    private static StatementNames names(TransactionEntry.Statement statement) {
        return new StatementNames(
                constant(StatementVerb.class, statement.verb(), StatementVerb.OTHER),
                constant(ObjectType.class, statement.objectType(), ObjectType.NONE),
                statement.names().stream()
                        .map(name -> new ObjectName(name.schema(), name.name(), name.index()))
                        .toList());
    }

    /// An index of a newer Holdfast may have a word that this one does not know.
    private static <E extends Enum<E>> E constant(Class<E> type, String name, E unknown) {
        for (E constant : type.getEnumConstants()) {
            if (constant.name().equals(name)) {
                return constant;
            }
        }
        return unknown;
    }
}
