package io.holdfast.binlog;

import io.holdfast.core.BinlogPosition;
import io.holdfast.core.ByteCursor;
import io.holdfast.core.ByteSink;
import io.holdfast.core.CorruptDataException;
import io.holdfast.core.Problem;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Reads one binary-log file: the magic number `FE 62 69 6E`, then events. Every event's checksum
/// is verified: of an event that is whole in memory before it is returned, of a larger one while it
/// is transferred or passed over. Holds one buffer of at most [EventFrame#CONTROL_HEAD_BYTES_MIN].
///
/// Closing the reader does not close the source. Confined to one thread. Source: MySQL 9.7
/// `sql/log_event.h`, `BINLOG_MAGIC`; `sql/binlog_ostream.cc`, `Rpl_encryption_header`.
public final class BinlogFileReader implements EventReader {
    private static final byte[] MAGIC = {(byte) 0xFE, 'b', 'i', 'n'};
    private static final byte[] MAGIC_ENCRYPTED = {(byte) 0xFD, 'b', 'i', 'n'};
    private static final int BUFFER_BYTES = 256 << 10;

    private final ByteSource source;
    private final String file;
    private byte[] buffer = new byte[BUFFER_BYTES];
    private int begin;
    private int end;

    /// File offset of `buffer[begin]`.
    private long offset;

    private ChecksumAlgorithm checksum = ChecksumAlgorithm.NONE;
    private boolean isMagicRead;
    private @Nullable Frame current;
    private long currentOffset;

    /// @param file the log's name, for error messages and positions
    public BinlogFileReader(ByteSource source, String file) {
        this.source = source;
        this.file = file;
    }

    /// Where the event that [#next()] returned last begins.
    public BinlogPosition position() {
        return new BinlogPosition(file, currentOffset);
    }

    /// Where the next event begins, or the file ends.
    public long endOffset() {
        return current == null ? offset : currentOffset + current.header.eventBytes();
    }

    /// Whether the events behind the last returned one carry checksums.
    public ChecksumAlgorithm checksum() {
        return checksum;
    }

    /// @throws CorruptDataException if the file is not a binary log, is encrypted, ends in the
    ///   middle of an event, or an event's checksum is wrong; what was returned before stays good
    @Override
    public @Nullable EventFrame next() {
        if (!isMagicRead) {
            readMagic();
        }
        Frame before = current;
        if (before != null) {
            before.transferRest((_, _, _) -> {});
            current = null;
        }
        int available = fill(EventHeader.BYTES);
        if (available == 0) {
            return null;
        }
        if (available < EventHeader.BYTES) {
            throw truncated("event header", EventHeader.BYTES, available);
        }
        EventHeader header = EventHeader.read(new ByteCursor(buffer, begin, end, file, offset));
        int headBytes = (int) Math.min(header.eventBytes(), EventFrame.headBytesMin(header));
        available = fill(headBytes);
        if (available < headBytes) {
            throw truncated("event", header.eventBytes(), available);
        }
        headBytes = (int) Math.min(header.eventBytes(), available);
        var frame = new Frame(header, begin, headBytes);
        if (frame.isWhole()) {
            if (header.typeCode() == EventType.FORMAT_DESCRIPTION) {
                readFormat(frame);
            }
            currentOffset = offset;
            frame.verifyHead();
        }
        currentOffset = offset;
        current = frame;
        return frame;
    }

    @Override
    public void close() {
        // The source belongs to whoever opened it.
    }

    private void readMagic() {
        int available = fill(MAGIC.length);
        byte[] found = Arrays.copyOfRange(buffer, begin, begin + Math.min(available, 4));
        if (Arrays.equals(found, MAGIC_ENCRYPTED)) {
            throw new CorruptDataException(
                    Problem.of(BinlogError.BINLOG_ENCRYPTED)
                            .what("file is encrypted by its server, a plain binary log is expected")
                            .where("%s at offset 0", file)
                            .remedy(
                                    "Read it from the server: holdfast archive, or mysqlbinlog --read-from-remote-server."));
        }
        if (!Arrays.equals(found, MAGIC)) {
            throw new CorruptDataException(
                    Problem.of(BinlogError.BINLOG_MAGIC_MISSING)
                            .what(
                                    "file begins with %s, expected fe62696e",
                                    io.holdfast.core.Text.hex(found))
                            .where("%s at offset 0", file)
                            .remedy("Check that %s is a binary log of a MySQL server.", file));
        }
        begin += MAGIC.length;
        offset += MAGIC.length;
        isMagicRead = true;
    }

    private void readFormat(Frame frame) {
        var body =
                new ByteCursor(
                        buffer,
                        begin + EventHeader.BYTES,
                        begin + frame.headBytes,
                        file,
                        offset + EventHeader.BYTES);
        checksum = FormatDescriptionCodec.decode(frame.header, body).checksum();
    }

    /// Makes at least `wanted` bytes available at `begin`, or all that are left in the source.
    ///
    /// @return how many are available
    private int fill(int wanted) {
        if (end - begin >= wanted) {
            return end - begin;
        }
        if (begin > 0) {
            System.arraycopy(buffer, begin, buffer, 0, end - begin);
            end -= begin;
            begin = 0;
        }
        if (wanted > buffer.length) {
            buffer = Arrays.copyOf(buffer, wanted);
        }
        while (end < wanted) {
            int read = source.read(buffer, end, buffer.length - end);
            if (read < 0) {
                break;
            }
            end += read;
        }
        return end - begin;
    }

    private CorruptDataException truncated(String what, long needed, long remaining) {
        return new CorruptDataException(
                Problem.of(BinlogError.BINLOG_EVENT_TRUNCATED)
                        .what("%s needs %d bytes, %d remain", what, needed, remaining)
                        .where("%s at offset %d", file, offset)
                        .remedy(
                                "Everything before offset %d is whole. Copy %s again if its server has more.",
                                offset, file));
    }

    private final class Frame implements EventFrame {
        private final EventHeader header;
        private final int headIndex;
        private final int headBytes;
        private boolean isTransferred;

        Frame(EventHeader header, int headIndex, int headBytes) {
            this.header = header;
            this.headIndex = headIndex;
            this.headBytes = headBytes;
        }

        @Override
        public EventHeader header() {
            return header;
        }

        @Override
        public byte[] array() {
            return buffer;
        }

        @Override
        public int headIndex() {
            return headIndex;
        }

        @Override
        public int headBytes() {
            return headBytes;
        }

        @Override
        public void transferTo(ByteSink sink) {
            if (isTransferred || current != this) {
                throw new IllegalStateException("the event was already transferred or passed over");
            }
            transferRest(sink);
        }

        void transferRest(ByteSink sink) {
            if (isTransferred) {
                return;
            }
            isTransferred = true;
            long left = header.eventBytes();
            if (isWhole()) {
                sink.accept(buffer, headIndex, headBytes);
                begin += headBytes;
                offset += headBytes;
                return;
            }
            var crc = new EventCrc(checksum, header.eventBytes());
            while (left > 0) {
                int available = fill(1);
                if (available == 0) {
                    throw truncated("event", left, 0);
                }
                int piece = (int) Math.min(left, available);
                crc.accept(buffer, begin, piece);
                sink.accept(buffer, begin, piece);
                begin += piece;
                offset += piece;
                left -= piece;
            }
            if (!crc.matches()) {
                throw checksumMismatch(crc.computed(), crc.stored());
            }
        }

        void verifyHead() {
            if (checksum == ChecksumAlgorithm.NONE) {
                return;
            }
            var crc = new EventCrc(checksum, header.eventBytes());
            if (header.typeCode() == EventType.FORMAT_DESCRIPTION) {
                byte[] copy = Arrays.copyOfRange(buffer, headIndex, headIndex + headBytes);
                copy[17] &= (byte) ~EventType.FLAG_IN_USE;
                crc.accept(copy, 0, headBytes);
            } else {
                crc.accept(buffer, headIndex, headBytes);
            }
            if (!crc.matches()) {
                throw checksumMismatch(crc.computed(), crc.stored());
            }
        }

        private CorruptDataException checksumMismatch(long computed, long stored) {
            return new CorruptDataException(
                    Problem.of(BinlogError.BINLOG_CHECKSUM_MISMATCH)
                            .what("event's checksum is 0x%08x, event says 0x%08x", computed, stored)
                            .where("%s at offset %d", file, currentOffset)
                            .remedy(
                                    "Run mysqlbinlog --verify-binlog-checksum %s; if it repeats, copy the file again.",
                                    file));
        }
    }
}
