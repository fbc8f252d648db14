package io.holdfast.backup.archive;

import io.holdfast.core.BinlogPosition;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;

/// Reads a segment's payload as one run of bytes and gives out only records whose checksum is
/// right. Where the first record is torn, the run ends: nothing after it is looked at.
///
/// A segment may grow while it is read; [#read] finds more after it has said that there is no more.
/// Confined to one thread.
final class SegmentReader implements Closeable {
    private final InputStream in;
    private final SegmentHeader header;
    private final ByteBuffer recordHeader =
            ByteBuffer.allocate(JournalRecord.HEADER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    private byte[] payload = new byte[64 << 10];
    private int at;
    private int end;
    private long nextRecordOffset;
    private boolean isTorn;
    private final java.nio.channels.SeekableByteChannel channel;

    /// Opens a segment whose header is known to be durable.
    ///
    /// @throws io.holdfast.core.CorruptDataException if the header is not one
    static SegmentReader open(Path path) {
        try {
            var channel = Files.newByteChannel(path);
            try {
                return new SegmentReader(channel, path);
            } catch (Throwable failure) {
                channel.close();
                throw failure;
            }
        } catch (IOException e) {
            throw JournalFailures.unreadable(path, e);
        }
    }

    private SegmentReader(java.nio.channels.SeekableByteChannel channel, Path path)
            throws IOException {
        this.channel = channel;
        this.in = java.nio.channels.Channels.newInputStream(channel);
        String source = path.getFileName().toString();
        byte[] start = in.readNBytes(12);
        byte[] whole = java.util.Arrays.copyOf(start, SegmentHeader.bytesOf(start, source));
        int got = in.readNBytes(whole, 12, whole.length - 12);
        this.header = SegmentHeader.decode(java.util.Arrays.copyOf(whole, 12 + got), source);
        this.nextRecordOffset = header.begin().offset();
    }

    SegmentHeader header() {
        return header;
    }

    /// Where the next byte that [#read] gives lies in the binary-log file.
    BinlogPosition position() {
        return new BinlogPosition(header.begin().file(), nextRecordOffset - (end - at));
    }

    /// Gives the next bytes, at most `byteCount`.
    ///
    /// @return how many; 0 if there is no further whole record at present
    int read(byte[] into, int offset, int byteCount) {
        if (at == end && !nextRecord()) {
            return 0;
        }
        int taken = Math.min(byteCount, end - at);
        System.arraycopy(payload, at, into, offset, taken);
        at += taken;
        return taken;
    }

    /// Passes over bytes.
    ///
    /// @throws EOFException if fewer are there
    void skip(long byteCount) throws EOFException {
        long left = byteCount;
        while (left > 0) {
            if (at == end && !nextRecord()) {
                throw new EOFException(left + " bytes short");
            }
            int passed = (int) Math.min(left, end - at);
            at += passed;
            left -= passed;
        }
    }

    /// Whether the run ended at something that is not a whole record with the right checksum; false
    /// at the clean end of the file.
    boolean isTorn() {
        return isTorn;
    }

    private boolean nextRecord() {
        try {
            long begin = channel.position();
            isTorn = false;
            recordHeader.clear();
            int headerBytes = in.readNBytes(recordHeader.array(), 0, JournalRecord.HEADER_BYTES);
            if (headerBytes == 0) {
                return false;
            }
            if (headerBytes < JournalRecord.HEADER_BYTES
                    || !JournalRecord.isPossible(recordHeader)
                    || JournalRecord.offset(recordHeader) != nextRecordOffset) {
                return torn(begin);
            }
            int byteCount = JournalRecord.payloadBytes(recordHeader);
            if (byteCount > payload.length) {
                payload = new byte[Math.max(byteCount, Math.min(payload.length * 2, 1 << 20))];
            }
            int got = in.readNBytes(payload, 0, byteCount);
            if (got < byteCount || !JournalRecord.matches(recordHeader, payload, byteCount)) {
                at = 0;
                end = 0;
                return torn(begin);
            }
            at = 0;
            end = byteCount;
            nextRecordOffset += byteCount;
            return true;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private boolean torn(long begin) throws IOException {
        isTorn = true;
        channel.position(begin); // the writer may be in the middle of this very record
        return false;
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
