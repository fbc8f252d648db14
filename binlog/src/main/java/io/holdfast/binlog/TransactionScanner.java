package io.holdfast.binlog;

import io.holdfast.binlog.BinlogEvent.TransactionStart;
import io.holdfast.core.BinlogPosition;
import io.holdfast.core.ByteSink;
import io.holdfast.core.CorruptDataException;
import io.holdfast.core.Problem;
import org.jspecify.annotations.Nullable;

/// Says where transactions begin and end in a binary log, and what they did, while its events pass
/// through once.
///
/// A transaction begins with a GTID event, anonymous ones included. It ends with the first of: an
/// XID event; an XA prepare event; a payload event; an incident; a query that is `COMMIT` or
/// `ROLLBACK` (not `ROLLBACK TO`), `XA COMMIT` or `XA ROLLBACK`; any other query that no `BEGIN` or
/// `XA START` precedes. If another transaction, another file or the log's end comes first, it is
/// incomplete.
///
/// Invariants: memory is bounded whatever the transaction's size; the scan reads no clock and opens
/// nothing; the same events give the same transactions. Row counts and names are taken from the
/// events alone. Confined to one thread.
public final class TransactionScanner {
    private final EventDecoder decoder;
    private @Nullable OpenTransaction open;
    private @Nullable BinlogEvent lastEvent;
    private long lastEndOffset;

    /// @param first whether events before the first format description carry checksums, as for
    ///   [EventDecoder]
    public TransactionScanner(ChecksumAlgorithm first) {
        this.decoder = new EventDecoder(first);
    }

    /// Whether the last event ended a transaction or belongs to none, so that the log may be cut
    /// behind it.
    public boolean isBetweenTransactions() {
        return open == null;
    }

    /// The event scanned last, decoded.
    ///
    /// @throws IllegalStateException before the first event
    public BinlogEvent lastEvent() {
        if (lastEvent == null) {
            throw new IllegalStateException("no event was scanned yet");
        }
        return lastEvent;
    }

    /// Scans an event that nobody else needs.
    ///
    /// @see #scan(EventFrame, BinlogPosition, ByteSink)
    public @Nullable Transaction scan(EventFrame frame, BinlogPosition at) {
        return scan(frame, at, (_, _, _) -> {});
    }

    /// Scans an event while its bytes pass on. The frame is transferred by this call.
    ///
    /// @param at where the event begins
    /// @param onward gets all bytes of the event
    /// @return the transaction that ended: with this event if it is complete, before it if not;
    ///   null if none did
    /// @throws CorruptDataException if the event is impossible; it may have passed on partly
    public @Nullable Transaction scan(EventFrame frame, BinlogPosition at, ByteSink onward) {
        BinlogEvent event = decoder.decode(frame, at.file(), at.offset());
        lastEvent = event;
        Transaction broken = breakBefore(event);
        OpenTransaction transaction = openFor(event, at);
        if (transaction == null) {
            frame.transferTo(onward);
            return broken;
        }
        transaction.take(event);
        switch (event) {
            case BinlogEvent.Rows rows -> countRows(frame, rows, transaction, onward);
            case BinlogEvent.TransactionPayload payload ->
                    openPayload(frame, payload, transaction, onward, at);
            case BinlogEvent other -> frame.transferTo(onward);
        }
        lastEndOffset = at.offset() + event.header().eventBytes();
        if (!transaction.isEnded()) {
            return broken;
        }
        open = null;
        return transaction.summarise(lastEndOffset, true);
    }

    /// The transaction that was open when the log ended, incomplete; null if there was none.
    public @Nullable Transaction finish() {
        OpenTransaction transaction = open;
        open = null;
        return transaction == null ? null : transaction.summarise(lastEndOffset, false);
    }

    /// Ends the open transaction as incomplete if the event cannot belong to it.
    private @Nullable Transaction breakBefore(BinlogEvent event) {
        return switch (event) {
            case TransactionStart _,
                    BinlogEvent.FormatDescription _,
                    BinlogEvent.PreviousGtids _,
                    BinlogEvent.Rotate _,
                    BinlogEvent.Stop _ ->
                    finish();
            case BinlogEvent.Query _,
                    BinlogEvent.Xid _,
                    BinlogEvent.XaPrepare _,
                    BinlogEvent.TableMap _,
                    BinlogEvent.Rows _,
                    BinlogEvent.TransactionPayload _,
                    BinlogEvent.Incident _,
                    BinlogEvent.Heartbeat _,
                    BinlogEvent.StatementContext _,
                    BinlogEvent.RowsQuery _,
                    BinlogEvent.Opaque _ ->
                    null;
        };
    }

    /// The transaction the event belongs to, begun if need be; null if to none.
    private @Nullable OpenTransaction openFor(BinlogEvent event, BinlogPosition at) {
        return switch (event) {
            case TransactionStart start -> {
                open = new OpenTransaction(start, at);
                yield open;
            }
            case BinlogEvent.Query _,
                    BinlogEvent.Xid _,
                    BinlogEvent.XaPrepare _,
                    BinlogEvent.TableMap _,
                    BinlogEvent.Rows _,
                    BinlogEvent.TransactionPayload _,
                    BinlogEvent.Incident _,
                    BinlogEvent.StatementContext _,
                    BinlogEvent.RowsQuery _ -> {
                if (open == null) {
                    open = new OpenTransaction(withoutGtid(event.header()), at);
                }
                yield open;
            }
            case BinlogEvent.Opaque _ -> open;
            case BinlogEvent.FormatDescription _,
                    BinlogEvent.PreviousGtids _,
                    BinlogEvent.Rotate _,
                    BinlogEvent.Stop _,
                    BinlogEvent.Heartbeat _ ->
                    null;
        };
    }

    private static TransactionStart withoutGtid(EventHeader header) {
        return new TransactionStart(header, null, true, 0, 0, 0, 0, 0, 0, 0);
    }

    private void countRows(
            EventFrame frame, BinlogEvent.Rows rows, OpenTransaction transaction, ByteSink onward) {
        RowCounter counter = transaction.counter(rows);
        if (counter == null) {
            frame.transferTo(onward);
        } else {
            long rowsBytes =
                    rows.header().eventBytes()
                            - rows.rowsIndex()
                            - decoder.checksum().trailerBytes();
            transferThrough(frame, new RangeSink(rows.rowsIndex(), rowsBytes, counter), onward);
        }
        transaction.addRows(rows, counter);
    }

    private static void transferThrough(EventFrame frame, ByteSink first, ByteSink onward) {
        frame.transferTo((bytes, offset, byteCount) -> {
            first.accept(bytes, offset, byteCount);
            onward.accept(bytes, offset, byteCount);
        });
    }

    private static void openPayload(
            EventFrame frame,
            BinlogEvent.TransactionPayload payload,
            OpenTransaction transaction,
            ByteSink onward,
            BinlogPosition at) {
        var inner = new InnerEvents(transaction, at + " (payload)", at.offset());
        boolean isWhole =
                switch (payload.compression()) {
                    case NONE -> {
                        transferThrough(frame, range(payload, inner), onward);
                        yield inner.isAtBoundary();
                    }
                    case ZSTD -> {
                        try (var zstd = new PayloadDecompressor(inner, at.toString())) {
                            transferThrough(frame, range(payload, zstd), onward);
                            yield inner.isAtBoundary() && zstd.isFrameEnded();
                        }
                    }
                };
        if (!isWhole || !transaction.isEnded()) {
            throw new CorruptDataException(
                    Problem.of(BinlogError.BINLOG_PAYLOAD_CORRUPT)
                            .what("payload ends before its transaction does")
                            .where("%s", at)
                            .remedy(
                                    "Run mysqlbinlog --verify-binlog-checksum on the file; it may be damaged."));
        }
    }

    private static RangeSink range(BinlogEvent.TransactionPayload payload, ByteSink sink) {
        return new RangeSink(payload.payloadIndex(), payload.payloadBytes(), sink);
    }
}
