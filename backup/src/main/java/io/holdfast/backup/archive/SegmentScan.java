package io.holdfast.backup.archive;

import io.holdfast.binlog.EventHeader;
import io.holdfast.core.BinlogPosition;
import io.holdfast.core.ByteCursor;
import java.nio.file.Path;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/// What a segment holds when it is read anew: its whole events with right checksums, and where they
/// end. What lies behind that end is the torn tail of a crash.
///
/// @param endOffset behind the last whole event, in the binary-log file
/// @param last the last whole event; null if there is none
record SegmentScan(SegmentHeader header, long endOffset, @Nullable EventMark last) {

    /// Reads the segment once from its beginning to the end of what is whole.
    static SegmentScan of(Path path) {
        try (SegmentReader reader = SegmentReader.open(path)) {
            String file = reader.header().begin().file();
            long begin = reader.header().begin().offset();
            EventMark last = null;
            byte[] buffer = new byte[64 << 10];
            while (true) {
                var crc = new CRC32C();
                if (!readFully(reader, buffer, EventHeader.BYTES)) {
                    break;
                }
                crc.update(buffer, 0, EventHeader.BYTES);
                long eventBytes =
                        EventHeader.read(new ByteCursor(buffer, 0, EventHeader.BYTES, file, begin))
                                .eventBytes();
                if (!addRest(reader, buffer, eventBytes - EventHeader.BYTES, crc)) {
                    break;
                }
                last = new EventMark(new BinlogPosition(file, begin), eventBytes, crc.getValue());
                begin += eventBytes;
            }
            return new SegmentScan(reader.header(), begin, last);
        }
    }

    private static boolean readFully(SegmentReader reader, byte[] buffer, int byteCount) {
        int got = 0;
        while (got < byteCount) {
            int n = reader.read(buffer, got, byteCount - got);
            if (n == 0) {
                return false;
            }
            got += n;
        }
        return true;
    }

    private static boolean addRest(
            SegmentReader reader, byte[] buffer, long byteCount, CRC32C crc) {
        long left = byteCount;
        while (left > 0) {
            int n = reader.read(buffer, 0, (int) Math.min(left, buffer.length));
            if (n == 0) {
                return false;
            }
            crc.update(buffer, 0, n);
            left -= n;
        }
        return true;
    }
}
