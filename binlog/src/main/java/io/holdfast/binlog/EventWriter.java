package io.holdfast.binlog;

import io.holdfast.binlog.BinlogEvent.TransactionStart;
import io.holdfast.core.BinlogPosition;
import io.holdfast.core.GtidSet;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32;

/// Builds the events that a source makes up itself, and puts checksums under events that were
/// changed. Layouts stand with the decoders. Immutable.
///
/// @param serverId written into every event; must not be the replica's own, or it ignores them
public record EventWriter(long serverId, ChecksumAlgorithm checksum) {
    private static final int NEXT_OFFSET_INDEX = 13;
    private static final int FLAGS_INDEX = 17;
    private static final int ARTIFICIAL_NEXT = 0;

    /// The event that tells a replica which file the events behind it come from. It is artificial:
    /// its `nextEventOffset` is 0, so that the replica's position does not move.
    public byte[] artificialRotate(BinlogPosition position) {
        var body = new ByteArrayOutputStream();
        put(body, position.offset(), 8);
        body.writeBytes(position.file().getBytes(StandardCharsets.UTF_8));
        return event(
                header(0, EventType.ROTATE, ARTIFICIAL_NEXT, EventType.FLAG_ARTIFICIAL),
                body.toByteArray());
    }

    /// A source's sign of life. Its position must not lie behind what was sent before.
    ///
    /// @param position beyond 4 GiB the lower 32 bits are sent, as a server does in version 1
    public byte[] heartbeat(BinlogPosition position) {
        return event(
                header(0, EventType.HEARTBEAT, position.offset(), 0),
                position.file().getBytes(StandardCharsets.UTF_8));
    }

    /// The same in version 2, which has room for any offset. Only for replicas that ask for it.
    public byte[] heartbeatV2(BinlogPosition position) {
        byte[] file = position.file().getBytes(StandardCharsets.UTF_8);
        var offset = new ByteArrayOutputStream();
        putLengthEncoded(offset, position.offset());
        var body = new ByteArrayOutputStream();
        body.write(1);
        putLengthEncoded(body, file.length);
        body.writeBytes(file);
        body.write(2);
        putLengthEncoded(body, offset.size());
        body.writeBytes(offset.toByteArray());
        body.write(0);
        return event(header(0, EventType.HEARTBEAT_V2, 0, 0), body.toByteArray());
    }

    public byte[] previousGtids(GtidSet gtids, long nextEventOffset) {
        return event(
                header(0, EventType.PREVIOUS_GTIDS, nextEventOffset, 0),
                GtidSetCodec.encode(gtids));
    }

    /// A transaction that does nothing but take its GTID: the GTID event, `BEGIN`, `COMMIT`.
    ///
    /// @param start the GTID, clock and times of the transaction it stands for; its header gives
    ///   the time
    /// @param nextEventOffset where the original transaction ends, so that positions stay true
    public List<EventFrame> emptyTransaction(TransactionStart start, long nextEventOffset) {
        long seconds = start.header().timestampSeconds();
        byte[] begin = query(seconds, "BEGIN", nextEventOffset);
        byte[] commit = query(seconds, "COMMIT", nextEventOffset);
        int overheadBytes = EventHeader.BYTES + checksum.trailerBytes();
        byte[] body =
                GtidEventCodec.encode(start, begin.length + (long) commit.length, overheadBytes);
        var gtid = start.gtid();
        int type =
                gtid == null
                        ? EventType.ANONYMOUS_GTID
                        : gtid.source().tag().isEmpty() ? EventType.GTID : EventType.GTID_TAGGED;
        byte[] first = event(header(seconds, type, nextEventOffset, 0), body);
        return List.of(EventFrame.of(first), EventFrame.of(begin), EventFrame.of(commit));
    }

    /// A statement without default schema or session settings.
    private byte[] query(long timestampSeconds, String statement, long nextEventOffset) {
        var body = new ByteArrayOutputStream();
        put(body, 0, 4); // thread id
        put(body, 0, 4); // execution seconds
        put(body, 0, 1); // schema bytes
        put(body, 0, 2); // error code
        put(body, 0, 2); // status variable bytes
        body.write(0); // end of schema
        body.writeBytes(statement.getBytes(StandardCharsets.UTF_8));
        return event(
                header(timestampSeconds, EventType.QUERY, nextEventOffset, 0), body.toByteArray());
    }

    /// The given format description as a replica gets it that asked for a position behind it:
    /// `nextEventOffset` and created 0, so that it neither moves its position nor drops temporary
    /// tables. Source: MySQL 9.7 `sql/rpl_binlog_sender.cc`,
    /// `Binlog_sender::send_format_description_event`.
    ///
    /// @param event a whole format description event with its checksum
    public byte[] formatDescriptionForResume(byte[] event) {
        byte[] copy = formatDescriptionForGtids(event);
        Arrays.fill(copy, NEXT_OFFSET_INDEX, NEXT_OFFSET_INDEX + 4, (byte) 0);
        seal(copy);
        return copy;
    }

    /// The given format description without the mark of a file in use, which the checksum does not
    /// cover.
    public static byte[] formatDescriptionOfClosedFile(byte[] event) {
        byte[] copy = event.clone();
        copy[FLAGS_INDEX] &= (byte) ~EventType.FLAG_IN_USE;
        return copy;
    }

    /// The same, created at 0, for a replica that uses auto-position.
    public byte[] formatDescriptionForGtids(byte[] event) {
        byte[] copy = formatDescriptionOfClosedFile(event);
        int created = FormatDescriptionCodec.CREATED_INDEX;
        Arrays.fill(copy, created, created + 4, (byte) 0);
        seal(copy);
        return copy;
    }

    private EventHeader header(
            long timestampSeconds, int typeCode, long nextEventOffset, int flags) {
        return new EventHeader(timestampSeconds, typeCode, serverId, 0, nextEventOffset, flags);
    }

    /// An event of the given body; length and checksum are computed.
    public byte[] event(EventHeader header, byte[] body) {
        int eventBytes = EventHeader.BYTES + body.length + checksum.trailerBytes();
        var out = new ByteArrayOutputStream(eventBytes);
        put(out, header.timestampSeconds(), 4);
        put(out, header.typeCode(), 1);
        put(out, header.serverId(), 4);
        put(out, eventBytes, 4);
        put(out, header.nextEventOffset() & 0xFFFF_FFFFL, 4);
        put(out, header.flags(), 2);
        out.writeBytes(body);
        put(out, 0, checksum.trailerBytes());
        byte[] event = out.toByteArray();
        if (checksum == ChecksumAlgorithm.CRC32) {
            seal(event);
        }
        return event;
    }

    /// Computes the CRC-32 of a whole event anew and puts it into its last four bytes.
    public static void seal(byte[] event) {
        int covered = event.length - ChecksumAlgorithm.CRC32.trailerBytes();
        var crc = new CRC32();
        crc.update(event, 0, covered);
        for (int i = 0; i < 4; i++) {
            event[covered + i] = (byte) (crc.getValue() >>> (8 * i));
        }
    }

    static void put(ByteArrayOutputStream out, long value, int bytes) {
        for (int i = 0; i < bytes; i++) {
            out.write((int) (value >>> (8 * i)));
        }
    }

    static void putLengthEncoded(ByteArrayOutputStream out, long value) {
        if (value < 0xFB) {
            put(out, value, 1);
        } else if (value <= 0xFFFF) {
            out.write(0xFC);
            put(out, value, 2);
        } else if (value <= 0xFF_FFFF) {
            out.write(0xFD);
            put(out, value, 3);
        } else {
            out.write(0xFE);
            put(out, value, 8);
        }
    }
}
