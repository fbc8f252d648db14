package io.holdfast.backup.archive;

import io.holdfast.binlog.BinlogEvent;
import io.holdfast.binlog.ChecksumAlgorithm;
import io.holdfast.binlog.EventFrame;
import io.holdfast.binlog.EventType;
import io.holdfast.binlog.Transaction;
import io.holdfast.binlog.TransactionScanner;
import io.holdfast.core.BinlogPosition;
import io.holdfast.core.ByteSink;
import io.holdfast.core.GtidSet;
import io.holdfast.repository.archive.Archive;
import io.holdfast.repository.archive.HistoryArchive;
import io.holdfast.repository.archive.HistoryId;
import io.holdfast.repository.archive.PartFacts;
import io.holdfast.repository.archive.PartRange;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// Cuts parts from the journal between transactions and stores them. It reads only what is durable,
/// at its own pace: a slow repository makes the journal grow, and nothing else.
///
/// A part ends behind the last whole transaction that was read. What was read of an unfinished one
/// stays out, and holds nothing up: if it never ends, because its server lost it or cannot send the
/// rest, all before it is stored all the same.
///
/// Each part's events are read twice: once to find where a transaction ends and what is in it, and
/// again, by then known in length, as bytes on their way to the repository. Neither holds more of a
/// transaction than its index entry. If storing fails, a new cutter begins behind the last
/// committed part.
///
/// Confined to one thread.
final class PartCutter implements AutoCloseable {
    private final Journal journal;
    private final Archive archive;
    private final ArchiveOptions options;
    private final PartListener listener;
    private final String archiver;
    private final BooleanSupplier isAbandoned;
    private final JournalTail tail;

    private @Nullable HistoryArchive history;
    private TransactionScanner scanner = new TransactionScanner(ChecksumAlgorithm.NONE);
    private ChecksumAlgorithm checksum = ChecksumAlgorithm.NONE;
    private String formatDescription = "";
    private String serverVersion = "";

    /// Behind the last committed part; where the next one begins.
    private @Nullable BinlogPosition stored;

    /// What was executed before `stored`.
    private GtidSet storedGtids = GtidSet.EMPTY;

    private boolean isStoredToFileEnd;
    private boolean isFirstPart = true;

    /// What was read behind `stored`: up to `end`, with these transactions.
    private PartContent content = new PartContent();

    private long end;

    /// The segment that holds the event before `end`.
    private long endSegment;

    /// How much was read of a transaction that is not whole yet, behind `end`.
    private long unfinishedBytes;

    private boolean endsFile;
    private long begunNanos;

    /// Who is told of each part, in its thread.
    interface PartListener {
        /// The part is about to be stored. What this throws fails the part.
        ///
        /// @param isFirst whether the history has no part yet
        void storing(HistoryArchive history, PartRange range, PartContent content, boolean isFirst);

        /// The part is stored.
        void stored(PartRange range, PartContent content);
    }

    /// @param archiver names this archiver in the parts
    /// @param isAbandoned whether to give up a part that is half stored
    PartCutter(
            Journal journal,
            Archive archive,
            ArchiveOptions options,
            String archiver,
            PartListener listener,
            BooleanSupplier isAbandoned) {
        this.journal = journal;
        this.archive = archive;
        this.options = options;
        this.archiver = archiver;
        this.listener = listener;
        this.isAbandoned = isAbandoned;
        this.tail = new JournalTail(journal);
    }

    /// Goes to where storing ended: behind the last part of the newest history in the journal that
    /// has one, or else to the journal's first byte.
    void begin() {
        String looked = "";
        for (Segment segment : journal.segments().descendingMap().values()) {
            String id = segment.header().line().historyId();
            if (id.equals(looked)) {
                continue;
            }
            looked = id;
            StoredEnd found = StoredEnd.of(archive.open(new HistoryId(id)));
            if (found.facts() != null) {
                resume(found);
                if (tail.seek(id, found.position())) {
                    endSegment = tail.segmentNumber();
                    journal.release(endSegment, end);
                }
                return;
            }
        }
    }

    private void resume(StoredEnd found) {
        history = found.history();
        stored = found.position();
        end = found.position().offset();
        storedGtids = found.gtids();
        isStoredToFileEnd = found.endsFile();
        isFirstPart = false;
        checksum = found.checksum();
        scanner = new TransactionScanner(checksum);
        content = new PartContent();
        endsFile = false;
        PartFacts facts = found.facts();
        if (facts != null) {
            formatDescription = facts.formatDescription();
            serverVersion = facts.serverVersion();
        }
    }

    /// Takes the next durable event, if there is one in time, and stores a part if one is due.
    ///
    /// @return whether there was an event
    boolean step(Duration wait) throws InterruptedException {
        EventFrame frame = tail.next(wait);
        if (frame != null) {
            BinlogPosition behind = tail.position();
            enter(tail.line(), behind.file());
            take(
                    frame,
                    new BinlogPosition(
                            behind.file(), behind.offset() - frame.header().eventBytes()));
        }
        if (isDue()) {
            commit();
        }
        return frame != null;
    }

    private void take(EventFrame frame, BinlogPosition at) {
        if (content.isEmpty() && unfinishedBytes == 0) {
            begunNanos = System.nanoTime();
        }
        if (frame.header().typeCode() == EventType.FORMAT_DESCRIPTION && frame.isWhole()) {
            formatDescription =
                    new String(
                            Base64.getEncoder()
                                    .encode(
                                            Arrays.copyOfRange(
                                                    frame.array(),
                                                    frame.headIndex(),
                                                    frame.headIndex() + frame.headBytes())),
                            StandardCharsets.US_ASCII);
        }
        long eventBytes = frame.header().eventBytes();
        Transaction ended = scanner.scan(frame, at);
        note(scanner.lastEvent());
        if (ended != null) {
            content.add(ended);
        }
        unfinishedBytes += eventBytes;
        if (scanner.isBetweenTransactions()) {
            content.addBytes(unfinishedBytes);
            unfinishedBytes = 0;
            end = at.offset() + eventBytes;
            endSegment = tail.segmentNumber();
        }
    }

    private void note(BinlogEvent event) {
        endsFile = event instanceof BinlogEvent.Rotate || event instanceof BinlogEvent.Stop;
        if (event instanceof BinlogEvent.FormatDescription format) {
            checksum = format.checksum();
            serverVersion = format.serverVersion();
        } else if (event instanceof BinlogEvent.PreviousGtids previous) {
            storedGtids = previous.gtids();
        }
    }

    /// Ends what was before if the event belongs to another file or history.
    private void enter(JournalLine line, String file) {
        HistoryArchive present = history;
        BinlogPosition from = stored;
        boolean goesOn = present != null && present.id().text().equals(line.historyId());
        if (goesOn && from != null && from.file().equals(file)) {
            return;
        }
        if (goesOn) {
            boolean isEndUnsaid = content.isEmpty() && !isStoredToFileEnd;
            if (isEndUnsaid || !content.isEmpty()) {
                // The server's next file says so, if the last event did not.
                endsFile = unfinishedBytes == 0;
                commit();
            }
        } else {
            commit();
            present = archive.open(new HistoryId(line.historyId()));
            history = present;
            isFirstPart = true;
        }
        // A file begins with its format description, which says what else the scanner must know.
        stored = new BinlogPosition(file, BinlogPosition.FIRST_EVENT_OFFSET);
        end = BinlogPosition.FIRST_EVENT_OFFSET;
        scanner = new TransactionScanner(ChecksumAlgorithm.NONE);
        content = new PartContent();
        unfinishedBytes = 0;
        isStoredToFileEnd = false;
        endsFile = false;
    }

    private boolean isDue() {
        return !content.isEmpty()
                && (content.byteCount() >= options.partBytes()
                        || System.nanoTime() - begunNanos >= options.partAge().toNanos());
    }

    /// Stores the whole transactions that were read.
    void commit() {
        HistoryArchive into = history;
        BinlogPosition begin = stored;
        boolean hasNews = !content.isEmpty() || (endsFile && !isStoredToFileEnd);
        if (into == null || begin == null || !hasNews) {
            return;
        }
        var range = new PartRange(begin.file(), begin.offset(), end);
        listener.storing(into, range, content, isFirstPart);
        try (var part = into.createPart(range)) {
            JournalCopy.copy(journal, into.id().text(), range, unlessAbandoned(part));
            var _ =
                    part.commit(
                            content.facts(
                                    serverVersion,
                                    storedGtids,
                                    formatDescription,
                                    checksum.name(),
                                    endsFile,
                                    archiver),
                            content.index());
        }
        storedGtids = storedGtids.union(content.gtids());
        stored = range.endPosition();
        isStoredToFileEnd = endsFile;
        PartContent done = content;
        content = new PartContent();
        begunNanos = System.nanoTime();
        journal.release(endSegment, end);
        isFirstPart = false;
        listener.stored(range, done);
    }

    private ByteSink unlessAbandoned(ByteSink part) {
        return (bytes, offset, byteCount) -> {
            if (isAbandoned.getAsBoolean()) {
                throw new Abandoned();
            }
            part.accept(bytes, offset, byteCount);
        };
    }

    /// The part that was being stored is not wanted any more; nothing of it stays.
    static final class Abandoned extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    /// Up to where parts of the present history are committed; null before its first one.
    @Nullable BinlogPosition storedUpTo() {
        return stored;
    }

    @Override
    public void close() {
        tail.close();
    }
}
