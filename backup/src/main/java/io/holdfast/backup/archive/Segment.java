package io.holdfast.backup.archive;

import io.holdfast.core.BinlogPosition;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// A segment in the journal's folder and how far its whole events are durable. Thread-safe.
final class Segment {
    private final SegmentHeader header;
    private final Path path;
    private volatile @Nullable GroupWriter writer;
    private volatile long closedEnd;

    /// A segment that is complete.
    Segment(SegmentHeader header, Path path, long endOffset) {
        this.header = header;
        this.path = path;
        this.closedEnd = endOffset;
    }

    /// The segment that is being written.
    Segment(SegmentHeader header, Path path, GroupWriter writer) {
        this.header = header;
        this.path = path;
        this.writer = writer;
    }

    SegmentHeader header() {
        return header;
    }

    long number() {
        return header.number();
    }

    Path path() {
        return path;
    }

    String file() {
        return header.begin().file();
    }

    /// Whether no more events will come.
    boolean isClosed() {
        return writer == null;
    }

    /// The offset in the binary-log file behind the last durable whole event.
    long endOffset() {
        GroupWriter live = writer;
        return live == null ? closedEnd : live.durableEventEnd();
    }

    /// Waits until there is more than `offset`, or no more can come, or the time is over.
    void awaitBeyond(long offset, long nanos) throws InterruptedException {
        GroupWriter live = writer;
        if (live != null) {
            var _ = live.awaitDurableBeyond(offset, nanos);
        }
    }

    /// Ends the segment: writes and fsyncs what is left.
    void close() {
        GroupWriter live = writer;
        if (live != null) {
            try {
                live.close();
            } finally {
                closedEnd = live.durableEventEnd();
                writer = null;
            }
        }
    }

    boolean isOf(String historyId, BinlogPosition position) {
        return header.line().historyId().equals(historyId)
                && file().equals(position.file())
                && header.begin().offset() <= position.offset();
    }

    /// Whether the other segment goes on in the same file of the same history.
    boolean isSameFile(Segment other) {
        return header.line().historyId().equals(other.header.line().historyId())
                && file().equals(other.file());
    }
}
