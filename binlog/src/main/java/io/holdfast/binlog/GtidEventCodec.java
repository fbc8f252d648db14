package io.holdfast.binlog;

import io.holdfast.binlog.BinlogEvent.TransactionStart;
import io.holdfast.core.ByteCursor;
import io.holdfast.core.Gtid;
import io.holdfast.core.GtidSource;
import io.holdfast.core.Text;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// The bodies of the three events that begin a transaction.
///
/// GTID_LOG_EVENT and ANONYMOUS_GTID_LOG_EVENT:
///
/// | offset | bytes | field                  | meaning                                          |
/// |-------:|------:|------------------------|--------------------------------------------------|
/// |      0 |     1 | flags                  | bit 0: may hold statements, not only rows        |
/// |      1 |    16 | uuid                   | zero if anonymous                                |
/// |     17 |     8 | sequence               | signed; 0 if anonymous                           |
/// |     25 |     1 | clock type             | 2                                                |
/// |     26 |     8 | lastCommitted          |                                                  |
/// |     34 |     8 | sequenceNumber         |                                                  |
/// |     42 |     7 | immediateCommitMicros  | bit 55 set: the next field follows               |
/// |        |  0, 7 | originalCommitMicros   | absent if equal                                  |
/// |        |   1-9 | transactionBytes       | length-encoded integer                           |
/// |        |     4 | immediateServerVersion | bit 31 set: the next field follows               |
/// |        |  0, 4 | originalServerVersion  | absent if equal                                  |
/// |        |  0, 8 | commit group ticket    | not interpreted                                  |
///
/// A server may end the event behind the clock (5.7) or before any later field.
///
/// GTID_TAGGED_LOG_EVENT is a message of the serialization format: version 1, the message's bytes
/// (counted from the version), the last field that may not be ignored plus one, then fields, each
/// an id and a value, in ascending order of ids, absent ones left out: 0 flags, 1 uuid (16
/// numbers), 2 sequence (signed), 3 tag (length, characters), 4 lastCommitted and 5 sequenceNumber
/// (signed), 6 immediateCommitMicros, 7 originalCommitMicros, 8 transactionBytes, 9
/// immediateServerVersion, 10 originalServerVersion, 11 commit group ticket. Numbers as in
/// [SerializedFields].
///
/// Source: MySQL 9.7 `libs/mysql/binlog/event/control_events.h`, `class Gtid_event`,
/// `define_fields`; `libs/mysql/serialization/readme.md`.
final class GtidEventCodec {
    private static final int CLOCK_TYPE = 2;
    private static final int SERIALIZATION_VERSION = 1;
    private static final int FIELD_ID_MAX = 11;
    private static final int TAG_BYTES_MAX = 32;
    private static final long UNKNOWN_VERSION = 999_999;
    private static final long MORE_TIME = 1L << 55;
    private static final long MORE_VERSION = 1L << 31;

    private GtidEventCodec() {}

    static TransactionStart decode(EventHeader header, ByteCursor in) {
        int flags = in.u8("flags");
        UUID uuid = GtidSetCodec.uuid(in);
        long sequence = in.u64("sequence");
        boolean isAnonymous = header.typeCode() == EventType.ANONYMOUS_GTID;
        long lastCommitted = 0;
        long sequenceNumber = 0;
        long immediateMicros = 0;
        long originalMicros = 0;
        long transactionBytes = 0;
        long immediateVersion = UNKNOWN_VERSION;
        long originalVersion = UNKNOWN_VERSION;
        if (in.remaining() >= 17 && in.u8("clock type") == CLOCK_TYPE) {
            lastCommitted = in.u64("lastCommitted");
            sequenceNumber = in.u64("sequenceNumber");
            if (in.remaining() >= 7) {
                immediateMicros = in.u56("immediateCommitMicros");
                boolean hasOriginal = (immediateMicros & MORE_TIME) != 0;
                immediateMicros &= MORE_TIME - 1;
                originalMicros = hasOriginal ? in.u56("originalCommitMicros") : immediateMicros;
            }
            if (in.hasRemaining()) {
                transactionBytes = in.lengthEncoded("transactionBytes");
            }
            if (in.remaining() >= 4) {
                immediateVersion = in.u32("immediateServerVersion");
                boolean hasOriginal = (immediateVersion & MORE_VERSION) != 0;
                immediateVersion &= MORE_VERSION - 1;
                originalVersion = hasOriginal ? in.u32("originalServerVersion") : immediateVersion;
            }
        }
        return new TransactionStart(
                header,
                isAnonymous ? null : gtid(in, GtidSource.untagged(uuid), sequence),
                (flags & 1) != 0,
                lastCommitted,
                sequenceNumber,
                immediateMicros,
                originalMicros,
                transactionBytes,
                immediateVersion,
                originalVersion);
    }

    private static Gtid gtid(ByteCursor in, GtidSource source, long sequence) {
        if (sequence < 1) {
            throw in.impossible(Text.format("GTID number is %d, at least 1 is expected", sequence));
        }
        return new Gtid(source, sequence);
    }

    static TransactionStart decodeTagged(EventHeader header, ByteCursor in) {
        int available = in.remaining();
        int version = SerializedFields.small(in, "serialization version", Integer.MAX_VALUE);
        int messageBytes = SerializedFields.small(in, "message length", Integer.MAX_VALUE);
        int lastNeeded = SerializedFields.small(in, "last needed field", Integer.MAX_VALUE);
        int used = available - in.remaining();
        if (version != SERIALIZATION_VERSION
                || lastNeeded > FIELD_ID_MAX + 1
                || messageBytes < used) {
            throw in.impossible(
                    Text.format(
                            "tagged GTID event has version %d, %d bytes and needs field %d",
                            version, messageBytes, lastNeeded));
        }
        return decodeFields(header, in.slice(messageBytes - used, "tagged GTID event"));
    }

    private static TransactionStart decodeFields(EventHeader header, ByteCursor in) {
        long[] numbers = new long[FIELD_ID_MAX + 1];
        boolean[] present = new boolean[FIELD_ID_MAX + 1];
        UUID uuid = new UUID(0, 0);
        String tag = "";
        int previous = -1;
        while (in.hasRemaining()) {
            int id = SerializedFields.small(in, "field id", Integer.MAX_VALUE);
            if (id > FIELD_ID_MAX) {
                break; // fields of a newer server that it says may be ignored
            }
            if (id <= previous) {
                throw in.impossible(Text.format("field %d follows field %d", id, previous));
            }
            previous = id;
            present[id] = true;
            switch (id) {
                case 1 -> uuid = uuidOfNumbers(in);
                case 3 -> {
                    int tagBytes = SerializedFields.small(in, "tag length", TAG_BYTES_MAX);
                    tag = in.string(tagBytes, StandardCharsets.US_ASCII, "tag");
                }
                case 2, 4, 5 -> numbers[id] = SerializedFields.signed(in, "number");
                default -> numbers[id] = SerializedFields.unsigned(in, "number");
            }
        }
        return new TransactionStart(
                header,
                gtid(in, GtidSetCodec.source(in, uuid, tag), numbers[2]),
                (numbers[0] & 1) != 0,
                numbers[4],
                numbers[5],
                numbers[6],
                present[7] ? numbers[7] : numbers[6],
                numbers[8],
                numbers[9],
                present[10] ? numbers[10] : numbers[9]);
    }

    private static UUID uuidOfNumbers(ByteCursor in) {
        long high = 0;
        long low = 0;
        for (int i = 0; i < 16; i++) {
            long octet = SerializedFields.small(in, "uuid", 0xFF);
            if (i < 8) {
                high = high << 8 | octet;
            } else {
                low = low << 8 | octet;
            }
        }
        return new UUID(high, low);
    }

    /// Writes the body of a GTID event for a transaction of the given times and clock. The event's
    /// type is [EventType#GTID_TAGGED] if the GTID has a tag, [EventType#ANONYMOUS_GTID] without
    /// one, [EventType#GTID] otherwise.
    ///
    /// @param start the header and `transactionBytes` in it are not used
    /// @param followingBytes length of the transaction's events behind this one
    /// @param overheadBytes length of this event's header and checksum
    static byte[] encode(TransactionStart start, long followingBytes, int overheadBytes) {
        // The event holds the transaction's length, which holds the event's: the length of a
        // length depends on itself, so it is tried until it fits.
        long transactionBytes = followingBytes;
        while (true) {
            byte[] body = encodeBody(start, transactionBytes);
            long fitting = followingBytes + overheadBytes + body.length;
            if (fitting == transactionBytes) {
                return body;
            }
            transactionBytes = Math.max(fitting, transactionBytes);
            byte[] again = encodeBody(start, transactionBytes);
            if (followingBytes + overheadBytes + again.length == transactionBytes) {
                return again;
            }
            transactionBytes++;
        }
    }

    private static byte[] encodeBody(TransactionStart start, long transactionBytes) {
        Gtid gtid = start.gtid();
        return gtid != null && !gtid.source().tag().isEmpty()
                ? encodeTagged(start, gtid, transactionBytes)
                : encodeUntagged(start, gtid, transactionBytes);
    }

    private static byte[] encodeUntagged(
            TransactionStart start, @Nullable Gtid gtid, long transactionBytes) {
        var out = new ByteArrayOutputStream();
        out.write(start.mayHaveStatements() ? 1 : 0);
        GtidSetCodec.putUuid(out, gtid == null ? new UUID(0, 0) : gtid.source().uuid());
        GtidSetCodec.putU64(out, gtid == null ? 0 : gtid.sequence());
        out.write(CLOCK_TYPE);
        GtidSetCodec.putU64(out, start.lastCommitted());
        GtidSetCodec.putU64(out, start.sequenceNumber());
        boolean hasOriginalTime = start.originalCommitMicros() != start.immediateCommitMicros();
        EventWriter.put(out, start.immediateCommitMicros() | (hasOriginalTime ? MORE_TIME : 0), 7);
        if (hasOriginalTime) {
            EventWriter.put(out, start.originalCommitMicros(), 7);
        }
        EventWriter.putLengthEncoded(out, transactionBytes);
        boolean hasOriginalVersion =
                start.originalServerVersion() != start.immediateServerVersion();
        EventWriter.put(
                out, start.immediateServerVersion() | (hasOriginalVersion ? MORE_VERSION : 0), 4);
        if (hasOriginalVersion) {
            EventWriter.put(out, start.originalServerVersion(), 4);
        }
        return out.toByteArray();
    }

    private static byte[] encodeTagged(TransactionStart start, Gtid gtid, long transactionBytes) {
        var fields = new ByteArrayOutputStream();
        SerializedFields.putUnsigned(fields, 0);
        SerializedFields.putUnsigned(fields, start.mayHaveStatements() ? 1 : 0);
        SerializedFields.putUnsigned(fields, 1);
        var uuid = new ByteArrayOutputStream();
        GtidSetCodec.putUuid(uuid, gtid.source().uuid());
        for (byte octet : uuid.toByteArray()) {
            SerializedFields.putUnsigned(fields, octet & 0xFF);
        }
        SerializedFields.putUnsigned(fields, 2);
        SerializedFields.putSigned(fields, gtid.sequence());
        SerializedFields.putUnsigned(fields, 3);
        byte[] tag = gtid.source().tag().getBytes(StandardCharsets.US_ASCII);
        SerializedFields.putUnsigned(fields, tag.length);
        fields.writeBytes(tag);
        SerializedFields.putUnsigned(fields, 4);
        SerializedFields.putSigned(fields, start.lastCommitted());
        SerializedFields.putUnsigned(fields, 5);
        SerializedFields.putSigned(fields, start.sequenceNumber());
        SerializedFields.putUnsigned(fields, 6);
        SerializedFields.putUnsigned(fields, start.immediateCommitMicros());
        if (start.originalCommitMicros() != start.immediateCommitMicros()) {
            SerializedFields.putUnsigned(fields, 7);
            SerializedFields.putUnsigned(fields, start.originalCommitMicros());
        }
        SerializedFields.putUnsigned(fields, 8);
        SerializedFields.putUnsigned(fields, transactionBytes);
        SerializedFields.putUnsigned(fields, 9);
        SerializedFields.putUnsigned(fields, start.immediateServerVersion());
        if (start.originalServerVersion() != start.immediateServerVersion()) {
            SerializedFields.putUnsigned(fields, 10);
            SerializedFields.putUnsigned(fields, start.originalServerVersion());
        }
        var out = new ByteArrayOutputStream();
        SerializedFields.putUnsigned(out, SERIALIZATION_VERSION);
        // Version and last needed field take one byte each, the length itself one or two.
        int oneByte = fields.size() + 3;
        SerializedFields.putUnsigned(out, oneByte < 128 ? oneByte : oneByte + 1);
        SerializedFields.putUnsigned(out, 0);
        out.writeBytes(fields.toByteArray());
        return out.toByteArray();
    }
}
