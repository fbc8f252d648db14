package io.holdfast.binlog;

import io.holdfast.binlog.BinlogEvent.FormatDescription;
import io.holdfast.core.ByteCursor;
import io.holdfast.core.Text;

/// Decodes events from their frames, in log order, and remembers from each format description
/// whether the events behind it carry checksums. Checksums are the reader's to verify. Confined to
/// one thread.
public final class EventDecoder {
    private ChecksumAlgorithm checksum;

    /// @param first whether events before the first format description carry checksums; in a file
    ///   there are none, in a replication stream it is what the replica asked for
    public EventDecoder(ChecksumAlgorithm first) {
        this.checksum = first;
    }

    /// Whether the events that follow carry checksums.
    public ChecksumAlgorithm checksum() {
        return checksum;
    }

    /// Decodes what of the event is in memory.
    ///
    /// @param source names the file or connection for error messages
    /// @param offset where the event begins there
    /// @throws io.holdfast.core.CorruptDataException if a field that should be in the head is cut
    ///   short or impossible
    public BinlogEvent decode(EventFrame frame, String source, long offset) {
        int begin = frame.headIndex();
        int end = begin + frame.headBytes();
        EventHeader header = frame.header();
        boolean isFormat = header.typeCode() == EventType.FORMAT_DESCRIPTION;
        if (frame.isWhole() && !isFormat) {
            end -= checksum.trailerBytes();
        }
        if (end < begin + EventHeader.BYTES) {
            throw new ByteCursor(frame.array(), begin, begin + frame.headBytes(), source, offset)
                    .impossible(
                            Text.format(
                                    "event of type %d is %d bytes, shorter than header and checksum",
                                    header.typeCode(), header.eventBytes()));
        }
        var body =
                new ByteCursor(
                        frame.array(),
                        begin + EventHeader.BYTES,
                        end,
                        source,
                        offset + EventHeader.BYTES);
        BinlogEvent event = EventBodies.decode(header, body, frame.isWhole());
        if (event instanceof FormatDescription format) {
            checksum = format.checksum();
        }
        return event;
    }
}
