package io.holdfast.backup.archive;

import io.holdfast.binlog.EventFrame;
import io.holdfast.binlog.EventHeader;
import io.holdfast.core.BinlogPosition;
import io.holdfast.core.ByteCursor;
import io.holdfast.core.ByteSink;
import java.io.EOFException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Reads the journal's durable events in order, across segments, files and histories, and waits for
/// more. Sees nothing that an fsync has not covered. Confined to one thread.
final class JournalTail implements AutoCloseable {
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    private final Journal journal;
    private byte[] head = new byte[EventFrame.HEAD_BYTES_MIN];
    private @Nullable Segment segment;
    private @Nullable SegmentReader reader;
    private @Nullable JournalFrame current;
    private long nextOffset;

    /// Reads everything from the oldest segment on.
    JournalTail(Journal journal) {
        this.journal = journal;
    }

    /// Passes over what is stored already: the next event is the one at this position of this
    /// history, or, if the journal no longer holds that file, its oldest one.
    ///
    /// @return whether the journal holds the file
    boolean seek(String historyId, BinlogPosition position) {
        for (Segment candidate : journal.segments().descendingMap().values()) {
            if (candidate.isOf(historyId, position)) {
                open(candidate);
                SegmentReader opened = reader;
                try {
                    if (opened != null) {
                        long end = Math.min(position.offset(), candidate.endOffset());
                        opened.skip(end - nextOffset);
                        nextOffset = end;
                    }
                } catch (EOFException e) {
                    throw damaged(candidate, e.getMessage());
                }
                return true;
            }
        }
        return false;
    }

    /// The next durable event; null if there is none within the time.
    ///
    /// @throws io.holdfast.core.CorruptDataException if the disk lost or changed durable bytes
    @Nullable EventFrame next(Duration wait) throws InterruptedException {
        JournalFrame passed = current;
        if (passed != null) {
            passed.skipRest();
            current = null;
        }
        long deadline = System.nanoTime() + wait.toNanos();
        while (true) {
            Segment at = segment;
            if (at == null) {
                if (!openAfter(0) && !pause(deadline)) {
                    return null;
                }
                continue;
            }
            boolean wasClosed = at.isClosed();
            if (nextOffset < at.endOffset()) {
                return event(at);
            }
            if (wasClosed && nextOffset >= at.endOffset()) {
                if (!openAfter(at.number()) && !pause(deadline)) {
                    return null;
                }
                continue;
            }
            long left = deadline - System.nanoTime();
            if (left <= 0) {
                return null;
            }
            at.awaitBeyond(nextOffset, left);
        }
    }

    /// Nobody tells when the next segment begins.
    ///
    /// @return whether there is time left
    private static boolean pause(long deadline) throws InterruptedException {
        long left = deadline - System.nanoTime();
        if (left <= 0) {
            return false;
        }
        TimeUnit.NANOSECONDS.sleep(Math.min(left, PAUSE_NANOS));
        return true;
    }

    private boolean openAfter(long number) {
        Map.Entry<Long, Segment> next = journal.segments().higherEntry(number);
        if (next == null) {
            return false;
        }
        Segment previous = segment;
        Segment opened = next.getValue();
        if (previous != null
                && previous.isSameFile(opened)
                && opened.header().begin().offset() != nextOffset) {
            throw damaged(
                    opened, "segment begins at " + opened.header().begin() + ", not " + nextOffset);
        }
        open(opened);
        return true;
    }

    private void open(Segment opened) {
        SegmentReader before = reader;
        if (before != null) {
            before.close();
        }
        reader = SegmentReader.open(opened.path());
        segment = opened;
        nextOffset = opened.header().begin().offset();
    }

    private EventFrame event(Segment at) {
        SegmentReader from = reader;
        if (from == null) {
            throw new AssertionError("an open segment has a reader");
        }
        readFully(at, from, head, 0, EventHeader.BYTES);
        EventHeader header =
                EventHeader.read(new ByteCursor(head, 0, EventHeader.BYTES, at.file(), nextOffset));
        int headBytes = (int) Math.min(EventFrame.headBytesMin(header), header.eventBytes());
        if (headBytes > head.length) {
            head = Arrays.copyOf(head, headBytes);
        }
        readFully(at, from, head, EventHeader.BYTES, headBytes - EventHeader.BYTES);
        var frame = new JournalFrame(at, from, header, headBytes);
        current = frame;
        nextOffset += header.eventBytes();
        return frame;
    }

    private static void readFully(
            Segment at, SegmentReader from, byte[] into, int offset, int byteCount) {
        int got = 0;
        while (got < byteCount) {
            int n = from.read(into, offset + got, byteCount - got);
            if (n == 0) {
                throw damaged(at, "durable bytes end at " + from.position());
            }
            got += n;
        }
    }

    private static io.holdfast.core.CorruptDataException damaged(
            Segment at, @Nullable String what) {
        return JournalFailures.damaged(at.path(), String.valueOf(what));
    }

    /// The history of the event that [#next] gave last.
    JournalLine line() {
        return at().header().line();
    }

    /// Behind the event that [#next] gave last.
    BinlogPosition position() {
        return new BinlogPosition(at().file(), nextOffset);
    }

    /// The segment that holds the event that [#next] gave last.
    long segmentNumber() {
        return at().number();
    }

    private Segment at() {
        Segment at = segment;
        if (at == null) {
            throw new IllegalStateException("nothing was read yet");
        }
        return at;
    }

    @Override
    public void close() {
        SegmentReader open = reader;
        if (open != null) {
            open.close();
        }
    }

    private final class JournalFrame implements EventFrame {
        private final Segment at;
        private final SegmentReader from;
        private final EventHeader header;
        private final int headBytes;
        private long restBytes;

        JournalFrame(Segment at, SegmentReader from, EventHeader header, int headBytes) {
            this.at = at;
            this.from = from;
            this.header = header;
            this.headBytes = headBytes;
            this.restBytes = header.eventBytes() - headBytes;
        }

        @Override
        public EventHeader header() {
            return header;
        }

        @Override
        public byte[] array() {
            return head;
        }

        @Override
        public int headIndex() {
            return 0;
        }

        @Override
        public int headBytes() {
            return headBytes;
        }

        @Override
        public void transferTo(ByteSink sink) {
            sink.accept(head, 0, headBytes);
            byte[] buffer = restBytes > 0 ? new byte[64 << 10] : head;
            while (restBytes > 0) {
                int n = (int) Math.min(buffer.length, restBytes);
                readFully(at, from, buffer, 0, n);
                restBytes -= n;
                sink.accept(buffer, 0, n);
            }
        }

        void skipRest() {
            try {
                from.skip(restBytes);
                restBytes = 0;
            } catch (EOFException e) {
                throw damaged(at, e.getMessage());
            }
        }
    }
}
