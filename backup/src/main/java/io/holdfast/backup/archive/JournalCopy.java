package io.holdfast.backup.archive;

import io.holdfast.core.BinlogPosition;
import io.holdfast.core.ByteSink;
import io.holdfast.repository.archive.PartRange;
import java.io.EOFException;

/// Copies a run of a file's bytes out of the journal, whatever segments they lie in.
final class JournalCopy {
    private static final int BUFFER_BYTES = 64 << 10;

    private JournalCopy() {}

    /// Copies exactly the range.
    ///
    /// @throws io.holdfast.core.CorruptDataException if the journal's disk lost or changed them
    static void copy(Journal journal, String historyId, PartRange range, ByteSink sink) {
        long at = range.begin();
        for (Segment segment : journal.segments().values()) {
            boolean holdsNext =
                    segment.isOf(historyId, new BinlogPosition(range.file(), at))
                            && segment.endOffset() > at;
            if (holdsNext && at < range.end()) {
                long end = Math.min(range.end(), segment.endOffset());
                copy(segment, at, end, sink);
                at = end;
            }
        }
        if (at < range.end()) {
            throw new IllegalStateException("the journal has no more " + range + " behind " + at);
        }
    }

    private static void copy(Segment segment, long begin, long end, ByteSink sink) {
        byte[] buffer = new byte[BUFFER_BYTES];
        try (SegmentReader reader = SegmentReader.open(segment.path())) {
            reader.skip(begin - segment.header().begin().offset());
            long left = end - begin;
            while (left > 0) {
                int n = reader.read(buffer, 0, (int) Math.min(left, buffer.length));
                if (n == 0) {
                    throw new EOFException(left + " bytes short");
                }
                sink.accept(buffer, 0, n);
                left -= n;
            }
        } catch (EOFException e) {
            throw JournalFailures.damaged(segment.path(), "durable bytes are missing: " + e);
        }
    }
}
