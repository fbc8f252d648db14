package io.holdfast.recovery.replay;

import io.holdfast.binlog.BinlogEvent;
import io.holdfast.binlog.BinlogEvent.TransactionStart;
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
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// One connection's way through the archive: reads piece by piece, asks the steps at each
/// transaction's first event, and lets through what they let through.
///
/// Of what lies between transactions only format descriptions go on: without them the replica could
/// not read the next file. File ends and restarts of the old server mean nothing to the restored
/// one.
///
/// `OPTIMIZE TABLE` changes no row and is not served: a transaction that only takes its GTID stands
/// in its place. It would rebuild the table for nothing, and of one with a full-text index it
/// writes into memory of the server that was freed, so that changes of other transactions get lost
/// without an error (MySQL 9.7.4, seen as the time, in nanoseconds, over
/// `Rows_log_event::m_table_id`).
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

    /// An event to serve, and where it begins in the archive.
    private record Served(EventFrame frame, BinlogPosition at) {}

    /// The first event of a transaction, which is served when the second one is known.
    private record Begun(EventFrame frame, TransactionStart event, BinlogPosition at) {}

    private static final Pattern OPTIMIZE =
            Pattern.compile(
                    "(?:\\s|/\\*.*?\\*/|(?:#|-- )[^\n]*\n)*+OPTIMIZE\\b",
                    Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

    private final Iterator<Source> sources;
    private final ArchivedLog archive;
    private final PlannedFeed feed;
    private final EventDecoder decoder = new EventDecoder(ChecksumAlgorithm.NONE);
    private final Deque<Served> ready = new ArrayDeque<>();
    private Iterator<ArchivedLog.Piece> pieces = List.<ArchivedLog.Piece>of().iterator();
    private @Nullable Source source;
    private @Nullable PieceReader reader;
    private boolean isPassing;
    private @Nullable Begun begun;
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
        while (true) {
            Served next = ready.poll();
            if (next != null) {
                return serve(next);
            }
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
            consider(frame, open.position());
        }
    }

    private EventFrame serve(Served next) {
        position = next.at();
        long eventBytes = next.frame().header().eventBytes();
        feed.bytesServed(eventBytes);
        if (next.frame().header().typeCode() != EventType.FORMAT_DESCRIPTION) {
            feed.transactionServedUpTo(
                    new BinlogPosition(next.at().file(), next.at().offset() + eventBytes));
        }
        return next.frame();
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

    /// Makes ready what is to be served now, if anything.
    private void consider(EventFrame frame, BinlogPosition at) {
        BinlogEvent event = decoder.decode(frame, at.file(), at.offset());
        switch (event) {
            case BinlogEvent.FormatDescription _ -> ready.add(new Served(frame, at));
            case BinlogEvent.Rotate _, BinlogEvent.PreviousGtids _, BinlogEvent.Stop _ -> {}
            case TransactionStart start -> begin(frame, start, at);
            case BinlogEvent.Query query -> {
                if (!isPassing) {
                    return;
                }
                Begun first = begun;
                if (first != null && OPTIMIZE.matcher(query.statement()).lookingAt()) {
                    serveNothing(first.event(), first.at());
                    return;
                }
                tell(query, at);
                pass(frame, at);
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
                    BinlogEvent.Opaque _ -> {
                if (isPassing) {
                    pass(frame, at);
                }
            }
        }
    }

    private void pass(EventFrame frame, BinlogPosition at) {
        Begun first = begun;
        if (first != null) {
            begun = null;
            feed.transactionServed(first.at());
            ready.add(new Served(first.frame(), first.at()));
        }
        ready.add(new Served(frame, at));
    }

    private void begin(EventFrame frame, TransactionStart start, BinlogPosition at) {
        Source from = source;
        List<TransactionStep> steps = from == null ? List.of() : from.steps();
        begun = null;
        isPassing = false;
        switch (TransactionStep.through(steps, start, at)) {
            case GO_ON -> {
                isPassing = true;
                begun = new Begun(copy(frame), start, at);
            }
            case LEAVE_OUT -> {}
            case EMPTY -> serveNothing(start, at);
        }
    }

    /// The frame, valid also when the reader has gone on.
    private static EventFrame copy(EventFrame frame) {
        return EventFrame.of(
                Arrays.copyOfRange(
                        frame.array(), frame.headIndex(), frame.headIndex() + frame.headBytes()));
    }

    /// Serves a transaction with nothing in it; without a GTID it is left out.
    private void serveNothing(TransactionStart start, BinlogPosition at) {
        begun = null;
        isPassing = false;
        if (start.gtid() == null) {
            return;
        }
        feed.transactionServed(at);
        var writer = new EventWriter(start.header().serverId(), decoder.checksum());
        for (EventFrame frame :
                writer.emptyTransaction(start, at.offset() + start.transactionBytes())) {
            ready.add(new Served(frame, at));
        }
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
