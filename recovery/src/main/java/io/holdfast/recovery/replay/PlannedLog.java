package io.holdfast.recovery.replay;

import io.holdfast.binlog.BinlogEvent;
import io.holdfast.binlog.ChecksumAlgorithm;
import io.holdfast.binlog.EventDecoder;
import io.holdfast.binlog.EventFrame;
import io.holdfast.binlog.EventType;
import io.holdfast.binlog.EventWriter;
import io.holdfast.binlog.LoggedStatement;
import io.holdfast.binlog.ObjectType;
import io.holdfast.binlog.StatementNames;
import io.holdfast.core.BinlogPosition;
import io.holdfast.listener.ServedLog;
import io.holdfast.recovery.replay.TransactionStep.Verdict;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One connection's way through the archive: reads piece by piece, asks the steps at each
/// transaction's first event, and lets through what they let through.
///
/// Of what lies between transactions only format descriptions go on: without them the replica could
/// not read the next file. File ends and restarts of the old server mean nothing to the restored
/// one.
final class PlannedLog implements ServedLog {
    /// A range of one history and what becomes of the transactions in it.
    ///
    /// @param index of the plan's step
    record Source(
            int index,
            String history,
            BinlogPosition from,
            BinlogPosition to,
            List<TransactionStep> steps) {
        Source {
            steps = List.copyOf(steps);
        }
    }

    private final Iterator<Source> sources;
    private final ArchivedLog archive;
    private final PlannedFeed feed;
    private final EventDecoder decoder = new EventDecoder(ChecksumAlgorithm.NONE);
    private final Deque<EventFrame> made = new ArrayDeque<>();
    private Iterator<ArchivedLog.Piece> pieces = List.<ArchivedLog.Piece>of().iterator();
    private @Nullable Source source;
    private @Nullable PieceReader reader;
    private boolean isPassing;
    private @Nullable BinlogPosition position;

    PlannedLog(List<Source> sources, ArchivedLog archive, PlannedFeed feed) {
        this.sources = new ArrayList<>(sources).iterator();
        this.archive = archive;
        this.feed = feed;
    }

    @Override
    public BinlogPosition position() {
        BinlogPosition last = position;
        if (last == null) {
            throw new IllegalStateException("no event was returned yet");
        }
        return last;
    }

    @Override
    public @Nullable EventFrame next() {
        if (!made.isEmpty()) {
            return made.poll();
        }
        while (true) {
            PieceReader open = reader == null ? openNext() : reader;
            if (open == null) {
                feed.allServed();
                return null;
            }
            EventFrame frame = open.next();
            if (frame == null) {
                open.close();
                reader = null;
                continue;
            }
            BinlogPosition at = open.position();
            EventFrame served = consider(frame, at);
            if (served != null) {
                position = at;
                feed.bytesServed(served.header().eventBytes());
                if (served.header().typeCode() != EventType.FORMAT_DESCRIPTION) {
                    feed.transactionServedUpTo(
                            new BinlogPosition(
                                    at.file(), at.offset() + served.header().eventBytes()));
                }
                return served;
            }
        }
    }

    private @Nullable PieceReader openNext() {
        while (!pieces.hasNext()) {
            if (!sources.hasNext()) {
                return null;
            }
            Source next = sources.next();
            source = next;
            // By position a piece may begin inside a transaction: where a lost connection broke
            // off.
            isPassing = true;
            pieces = archive.pieces(next.history(), next.from(), next.to()).iterator();
        }
        var opened = new PieceReader(pieces.next(), feed::bytesRead);
        reader = opened;
        return opened;
    }

    /// The event to serve now, or null to go on with the next one.
    private @Nullable EventFrame consider(EventFrame frame, BinlogPosition at) {
        BinlogEvent event = decoder.decode(frame, at.file(), at.offset());
        return switch (event) {
            case BinlogEvent.FormatDescription _ -> frame;
            case BinlogEvent.Rotate _, BinlogEvent.PreviousGtids _, BinlogEvent.Stop _ -> null;
            case BinlogEvent.TransactionStart start -> begin(frame, start, at);
            case BinlogEvent.Query query -> {
                if (isPassing) {
                    tell(query, at);
                }
                yield passing(frame);
            }
            case BinlogEvent.Xid _,
                    BinlogEvent.XaPrepare _,
                    BinlogEvent.TableMap _,
                    BinlogEvent.Rows _,
                    BinlogEvent.TransactionPayload _,
                    BinlogEvent.Incident _,
                    BinlogEvent.Heartbeat _,
                    BinlogEvent.StatementContext _,
                    BinlogEvent.RowsQuery _,
                    BinlogEvent.Opaque _ ->
                    passing(frame);
        };
    }

    private @Nullable EventFrame passing(EventFrame frame) {
        return isPassing ? frame : null;
    }

    private @Nullable EventFrame begin(
            EventFrame frame, BinlogEvent.TransactionStart start, BinlogPosition at) {
        Source from = source;
        List<TransactionStep> steps = from == null ? List.of() : from.steps();
        Verdict verdict = TransactionStep.through(steps, start, at);
        isPassing = verdict == Verdict.GO_ON;
        if (verdict != Verdict.LEAVE_OUT) {
            feed.transactionServed(at);
        }
        return switch (verdict) {
            case GO_ON -> frame;
            case LEAVE_OUT -> null;
            case EMPTY -> {
                long end = at.offset() + start.transactionBytes();
                var writer = new EventWriter(start.header().serverId(), decoder.checksum());
                made.addAll(writer.emptyTransaction(start, end));
                yield made.poll();
            }
        };
    }

    /// Tells of statements that scheduled events depend on.
    private void tell(BinlogEvent.Query query, BinlogPosition at) {
        Source from = source;
        if (from == null || !mayConcernEvents(query.statement())) {
            return;
        }
        var reading =
                new StatementNames.Reading(
                        query.schema(),
                        query.context().hasAnsiQuotes(),
                        query.context().hasNoBackslashEscapes());
        StatementNames names = StatementNames.parse(query.statement(), reading);
        if (names.type() == ObjectType.EVENT || names.type() == ObjectType.DATABASE) {
            feed.statementServed(
                    from.index(),
                    at,
                    new LoggedStatement(names, query.statement(), query.schema()));
        }
    }

    /// Passes over what the log is full of, without looking into it.
    private static boolean mayConcernEvents(String statement) {
        return !statement.equals("BEGIN") && !statement.equals("COMMIT");
    }

    @Override
    public void close() {
        PieceReader open = reader;
        if (open != null) {
            open.close();
            reader = null;
        }
    }
}
