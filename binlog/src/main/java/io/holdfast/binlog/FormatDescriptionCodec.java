package io.holdfast.binlog;

import io.holdfast.binlog.BinlogEvent.FormatDescription;
import io.holdfast.core.ByteCursor;
import io.holdfast.core.Text;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;

/// The body of a format description event.
///
/// | offset | bytes | field            | meaning                                               |
/// |-------:|------:|------------------|-------------------------------------------------------|
/// |      0 |     2 | binlogVersion    | 4                                                     |
/// |      2 |    50 | serverVersion    | zero-padded                                           |
/// |     52 |     4 | createdSeconds   | 0 unless the server started with this file            |
/// |     56 |     1 | headerBytes      | 19                                                    |
/// |     57 |     n | postHeaderBytes  | one byte per event type, from type 1                  |
/// | 57 + n |     1 | checksum         | algorithm of all events of the file                   |
/// | 58 + n |     4 | its own CRC-32   | always there, also when the algorithm is none         |
///
/// The checksum is computed as if the flag of a file in use were clear. Source: MySQL 9.7
/// `libs/mysql/binlog/event/control_events.h`, `class Format_description_event`.
final class FormatDescriptionCodec {
    /// Where `createdSeconds` lies, counted from the event's first byte.
    static final int CREATED_INDEX = EventHeader.BYTES + 52;

    private static final int BINLOG_VERSION = 4;
    private static final int VERSION_BYTES = 50;
    private static final int TRAILER_BYTES = 5;

    private FormatDescriptionCodec() {}

    /// @param in the body with its checksum
    static FormatDescription decode(EventHeader header, ByteCursor in) {
        int version = in.u16("binlogVersion");
        String server = in.string(VERSION_BYTES, StandardCharsets.US_ASCII, "serverVersion");
        int nul = server.indexOf(0);
        long created = in.u32("createdSeconds");
        int headerBytes = in.u8("headerBytes");
        if (version != BINLOG_VERSION || headerBytes != EventHeader.BYTES) {
            throw in.impossible(
                    Text.format(
                            "binary log has version %d and headers of %d bytes, expected %d and %d",
                            version, headerBytes, BINLOG_VERSION, EventHeader.BYTES));
        }
        var lengths = new ArrayList<Integer>();
        while (in.remaining() > TRAILER_BYTES) {
            lengths.add(in.u8("postHeaderBytes"));
        }
        int code = in.u8("checksum algorithm");
        in.skip(4, "checksum");
        ChecksumAlgorithm checksum =
                switch (code) {
                    case 0 -> ChecksumAlgorithm.NONE;
                    case 1 -> ChecksumAlgorithm.CRC32;
                    default ->
                            throw in.impossible(
                                    Text.format(
                                            "checksum algorithm is %d, 0 and 1 are known", code));
                };
        return new FormatDescription(
                header,
                version,
                nul < 0 ? server : server.substring(0, nul),
                created,
                java.util.List.copyOf(lengths),
                checksum);
    }
}
