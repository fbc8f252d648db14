package io.holdfast.client;

import io.holdfast.binlog.BinlogError;
import io.holdfast.binlog.BinlogEvent;
import io.holdfast.binlog.ChecksumAlgorithm;
import io.holdfast.binlog.EventCrc;
import io.holdfast.binlog.EventDecoder;
import io.holdfast.binlog.EventFrame;
import io.holdfast.binlog.EventHeader;
import io.holdfast.binlog.EventReader;
import io.holdfast.binlog.EventType;
import io.holdfast.core.BinlogPosition;
import io.holdfast.core.ByteCursor;
import io.holdfast.core.ByteSink;
import io.holdfast.core.CorruptDataException;
import io.holdfast.core.Problem;
import io.holdfast.core.SqlErrorException;
import io.holdfast.core.UnavailableException;
import io.holdfast.wire.EofPacket;
import io.holdfast.wire.OkPacket;
import io.holdfast.wire.PacketReader;
import org.jspecify.annotations.Nullable;

/// A server's binary log as it sends it to a replica: one packet per event, each with a zero byte
/// in front.
///
/// Besides the events of the files, the server sends some that are in no file: an artificial
/// rotation in front of each file, which names it, heartbeats, and a format description again where
/// the stream begins in the middle of a file. They come as frames too; [#isInFile()] tells them
/// apart.
///
/// Every event's CRC-32 is verified: before it is returned if it is whole in memory, else while it
/// is transferred or passed over. Positions have 64 bits although the events' own have 32: an event
/// begins at the first place, not before the end of the one before, that agrees with its lower 32
/// bits.
///
/// Confined to one thread, but for [Session#abort()]. Source: MySQL 9.7 `sql/rpl_binlog_sender.cc`,
/// `Binlog_sender`.
public final class BinlogStream implements EventReader {
    private static final long OFFSET_LOW = 0xFFFF_FFFFL;

    private final PacketLine line;
    private final PacketReader reader;
    private final EventDecoder decoder;
    private long passBefore;
    private String file = "";
    private long beginOffset;
    private long endOffset;
    private boolean isInFile;
    private boolean repeatsFormat;
    private @Nullable Frame current;

    /// @param checksum what the server believes that we can take, which the first, artificial,
    ///   event has
    /// @param passBefore events of the first file that begin before this offset are passed over
    BinlogStream(PacketLine line, ChecksumAlgorithm checksum, long passBefore) {
        this.line = line;
        this.reader = line.reader;
        this.decoder = new EventDecoder(checksum);
        this.passBefore = passBefore;
    }

    /// The next event. Waits for it, unless the stream was asked to end.
    ///
    /// @return null at the end of a stream that ends
    /// @throws CorruptDataException if an event's checksum does not fit, or the event before was
    ///   passed over and its did not
    /// @throws SqlErrorException if the server ends the stream with an error; 1236 says that it
    ///   does not have what was asked for
    /// @throws UnavailableException if the connection breaks or the server is silent for three
    ///   heartbeats
    @Override
    public @Nullable EventFrame next() {
        while (true) {
            Frame before = current;
            if (before != null) {
                before.pass();
                current = null;
            }
            Frame frame = open();
            if (frame == null || !isInFile || beginOffset >= passBefore) {
                current = frame;
                return frame;
            }
            if (isFormat(frame)) {
                isInFile = false; // as where the server itself begins in the middle of a file
                current = frame;
                return frame;
            }
            frame.pass();
        }
    }

    private static boolean isFormat(Frame frame) {
        return frame.header.typeCode() == EventType.FORMAT_DESCRIPTION;
    }

    private @Nullable Frame open() {
        reader.open();
        int first = reader.first();
        if (first == EofPacket.MARK && reader.isSingleFrame()) {
            reader.pass();
            return null;
        }
        if (line.isError()) {
            throw line.readError().toException("server " + line.server + ", binary-log stream");
        }
        if (first != OkPacket.MARK) {
            throw cursor().impossible("an event's packet begins with neither 0, 254 nor 255");
        }
        reader.skip(1);
        EventHeader header = EventHeader.read(cursor());
        reader.extendHead(EventFrame.headBytesMin(header));
        if (reader.isSingleFrame() && reader.payloadFrameLeft() != header.eventBytes()) {
            throw cursor().impossible(
                            "an event says it has "
                                    + header.eventBytes()
                                    + " bytes, its packet has "
                                    + reader.payloadFrameLeft());
        }
        var frame = new Frame(header);
        locate(frame);
        return frame;
    }

    private ByteCursor cursor() {
        int begin = reader.index();
        return new ByteCursor(
                reader.array(), begin, begin + reader.headBytes(), where(), endOffset);
    }

    private String where() {
        return file.isEmpty() ? "server " + line.server : file;
    }

    /// Finds out where the event stands, and what it says about where the next one stands.
    private void locate(Frame frame) {
        EventHeader header = frame.header;
        switch (header.typeCode()) {
            case EventType.FORMAT_DESCRIPTION -> {
                BinlogEvent event = decoder.decode(frame, where(), endOffset);
                if (!(event instanceof BinlogEvent.FormatDescription)) {
                    throw new AssertionError("type 15 decodes to " + event);
                }
                frame.verify();
                isInFile = !repeatsFormat;
                repeatsFormat = false;
                if (isInFile) {
                    advance(header);
                }
            }
            case EventType.ROTATE -> {
                frame.verify();
                boolean artificial = (header.flags() & EventType.FLAG_ARTIFICIAL) != 0;
                isInFile = !artificial;
                if (artificial) {
                    enter(frame);
                } else {
                    advance(header);
                }
            }
            case EventType.HEARTBEAT, EventType.HEARTBEAT_V2 -> {
                frame.verify();
                isInFile = false;
                jump(frame);
            }
            default -> {
                isInFile = (header.flags() & EventType.FLAG_ARTIFICIAL) == 0;
                if (isInFile) {
                    advance(header);
                }
                frame.verify();
            }
        }
    }

    private void enter(Frame frame) {
        if (decoder.decode(frame, where(), endOffset)
                instanceof BinlogEvent.Rotate(_, String nextFile, long nextOffset)) {
            if (!file.isEmpty() && !file.equals(nextFile)) {
                passBefore = 0; // it was meant for the first file only
            }
            file = nextFile;
            beginOffset = nextOffset;
            endOffset = nextOffset;
            repeatsFormat = nextOffset > BinlogPosition.FIRST_EVENT_OFFSET;
        }
    }

    /// A heartbeat names the place up to which the server has read, transactions that it left out
    /// included.
    private void jump(Frame frame) {
        if (decoder.decode(frame, where(), endOffset)
                        instanceof BinlogEvent.Heartbeat(_, String heard, long offset)
                && heard.equals(file)) {
            long said =
                    frame.header.typeCode() == EventType.HEARTBEAT_V2
                            ? offset
                            : nearest(offset & OFFSET_LOW);
            endOffset = Math.max(endOffset, said);
            beginOffset = endOffset;
        }
    }

    private void advance(EventHeader header) {
        beginOffset =
                header.nextEventOffset() == 0
                        ? endOffset
                        : nearest((header.nextEventOffset() - header.eventBytes()) & OFFSET_LOW);
        endOffset = beginOffset + header.eventBytes();
    }

    /// The first offset, not before the end of the event before, with these lower 32 bits.
    private long nearest(long low) {
        return endOffset + ((low - endOffset) & OFFSET_LOW);
    }

    /// Whether the event that [#next()] returned last is in the server's file, at [#position()].
    public boolean isInFile() {
        return isInFile;
    }

    /// Where the event that [#next()] returned last begins; for one that is in no file, where the
    /// server reads.
    public BinlogPosition position() {
        return new BinlogPosition(file, beginOffset);
    }

    /// Where the event that [#next()] returned last ends.
    public BinlogPosition endPosition() {
        return new BinlogPosition(file, endOffset);
    }

    /// Whether the events that follow carry checksums.
    public ChecksumAlgorithm checksum() {
        return decoder.checksum();
    }

    /// Closes the connection: a server cannot be told to stop in any other way.
    @Override
    public void close() {
        line.transport.close();
    }

    /// An event whose head lies in the reader's buffer.
    private final class Frame implements EventFrame {
        private final EventHeader header;
        private final int headIndex = reader.index();
        private final int headBytes = reader.headBytes();
        private boolean isTransferred;

        Frame(EventHeader header) {
            this.header = header;
        }

        @Override
        public EventHeader header() {
            return header;
        }

        @Override
        public byte[] array() {
            return reader.array();
        }

        @Override
        public int headIndex() {
            return headIndex;
        }

        @Override
        public int headBytes() {
            return headBytes;
        }

        /// Verifies an event that is whole in memory.
        void verify() {
            if (isWhole()) {
                var crc = new EventCrc(decoder.checksum(), header.eventBytes());
                crc.accept(array(), headIndex, headBytes);
                demand(crc);
            }
        }

        private void demand(EventCrc crc) {
            if (!crc.matches()) {
                throw new CorruptDataException(
                        Problem.of(BinlogError.BINLOG_CHECKSUM_MISMATCH)
                                .what(
                                        "event's checksum is 0x%08x, event says 0x%08x",
                                        crc.computed(), crc.stored())
                                .where(
                                        "%s at offset %d, sent by server %s",
                                        file, beginOffset, line.server)
                                .remedy(
                                        "Run mysqlbinlog --verify-binlog-checksum %s on the server; if the file is whole, the network damages data: use TLS.",
                                        file));
            }
        }

        @Override
        public void transferTo(ByteSink sink) {
            if (isTransferred) {
                throw new IllegalStateException("an event can be transferred once");
            }
            isTransferred = true;
            if (isWhole()) {
                sink.accept(array(), headIndex, headBytes); // its checksum was verified before
                reader.pass();
                return;
            }
            var crc = new EventCrc(decoder.checksum(), header.eventBytes());
            var count = new long[1];
            reader.transferTo((bytes, offset, byteCount, _) -> {
                count[0] += byteCount;
                if (count[0] > header.eventBytes()) {
                    throw sizeDiffers(count[0]);
                }
                crc.accept(bytes, offset, byteCount);
                sink.accept(bytes, offset, byteCount);
            });
            if (count[0] != header.eventBytes()) {
                throw sizeDiffers(count[0]);
            }
            demand(crc);
        }

        private CorruptDataException sizeDiffers(long byteCount) {
            return new ByteCursor(new byte[0], where(), beginOffset)
                    .impossible(
                            "an event says it has "
                                    + header.eventBytes()
                                    + " bytes, at least "
                                    + byteCount
                                    + " came or were missing");
        }

        /// Passes over what was not transferred, and verifies it all the same.
        void pass() {
            if (isTransferred) {
                return;
            }
            if (isWhole()) {
                isTransferred = true;
                reader.pass();
            } else {
                transferTo((_, _, _) -> {});
            }
        }
    }
}
