package io.holdfast.binlog;

import io.holdfast.core.ByteCursor;
import io.holdfast.core.ByteSink;
import io.holdfast.core.CorruptDataException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Cuts the plain content of a transaction payload, which passes through in pieces of any length,
/// into events and gives them to the open transaction. Inner events have no checksums. Holds at
/// most one event's head.
final class InnerEvents implements ByteSink {
    private final OpenTransaction transaction;
    private final String source;
    private final long payloadOffset;
    private byte[] head = new byte[EventHeader.BYTES];
    private int headFilled;
    private int headWanted = EventHeader.BYTES;
    private @Nullable EventHeader header;
    private long restLeft;
    private BinlogEvent.@Nullable Rows rows;
    private @Nullable RowCounter counter;

    InnerEvents(OpenTransaction transaction, String source, long payloadOffset) {
        this.transaction = transaction;
        this.source = source;
        this.payloadOffset = payloadOffset;
    }

    /// Whether the content, now complete, ended with an event's end.
    boolean isAtBoundary() {
        return header == null && headFilled == 0;
    }

    /// @throws CorruptDataException if an inner event is impossible
    @Override
    public void accept(byte[] bytes, int offset, int byteCount) {
        int at = offset;
        int end = offset + byteCount;
        while (at < end) {
            if (headFilled < headWanted) {
                int taken = Math.min(headWanted - headFilled, end - at);
                if (head.length < headFilled + taken) {
                    head = Arrays.copyOf(head, Math.max(headFilled + taken, head.length * 2));
                }
                System.arraycopy(bytes, at, head, headFilled, taken);
                headFilled += taken;
                at += taken;
                if (headFilled == headWanted) {
                    headDone();
                }
            } else {
                int taken = (int) Math.min(restLeft, end - at);
                if (counter != null) {
                    counter.accept(bytes, at, taken);
                }
                restLeft -= taken;
                at += taken;
                if (restLeft == 0) {
                    eventDone();
                }
            }
        }
    }

    private void headDone() {
        EventHeader known = header;
        if (known == null) {
            known = EventHeader.read(new ByteCursor(head, 0, headFilled, source, payloadOffset));
            header = known;
            headWanted = (int) Math.min(known.eventBytes(), EventFrame.headBytesMin(known));
            if (headFilled < headWanted) {
                return;
            }
        }
        restLeft = known.eventBytes() - headFilled;
        var body = new ByteCursor(head, EventHeader.BYTES, headFilled, source, payloadOffset);
        BinlogEvent event = EventBodies.decode(known, body, restLeft == 0);
        transaction.take(event);
        if (event instanceof BinlogEvent.Rows found) {
            rows = found;
            counter = transaction.counter(found);
            if (counter != null) {
                counter.accept(head, found.rowsIndex(), headFilled - found.rowsIndex());
            }
        }
        if (restLeft == 0) {
            eventDone();
        }
    }

    private void eventDone() {
        if (rows != null) {
            transaction.addRows(rows, counter);
        }
        rows = null;
        counter = null;
        header = null;
        headFilled = 0;
        headWanted = EventHeader.BYTES;
    }
}
