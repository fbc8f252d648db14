package io.holdfast.binlog;

import io.holdfast.core.ByteCursor;
import io.holdfast.core.CorruptDataException;
import io.holdfast.core.Text;

/// The common header in front of every binary-log event, format version 4.
///
/// | offset | bytes | field           | meaning                                                |
/// |-------:|------:|-----------------|--------------------------------------------------------|
/// |      0 |     4 | timestamp       | seconds since 1970-01-01 UTC, when the statement began |
/// |      4 |     1 | typeCode        | `mysql::binlog::event::Log_event_type`                 |
/// |      5 |     4 | serverId        | `server_id` of the server that created the event       |
/// |      9 |     4 | eventBytes      | header + body + checksum                               |
/// |     13 |     4 | nextEventOffset | 0 for artificial events; wraps above 4 GiB             |
/// |     17 |     2 | flags           | `LOG_EVENT_*_F`                                        |
///
/// Integers are unsigned, little-endian. Source: MySQL 9.7
/// `libs/mysql/binlog/event/binlog_event.h`, `class Log_event_header`.
public record EventHeader(
        long timestampSeconds,
        int typeCode,
        long serverId,
        long eventBytes,
        long nextEventOffset,
        int flags) {

    public static final int BYTES = 19;

    /// Reads a header at the cursor and leaves the cursor on the first byte of the body.
    ///
    /// @throws CorruptDataException if fewer than [#BYTES] bytes remain, or the event claims to be
    ///   shorter than its own header
    public static EventHeader read(ByteCursor in) {
        in.need(BYTES, "event header");
        var header =
                new EventHeader(
                        in.u32("timestamp"),
                        in.u8("typeCode"),
                        in.u32("serverId"),
                        in.u32("eventBytes"),
                        in.u32("nextEventOffset"),
                        in.u16("flags"));
        if (header.eventBytes < BYTES) {
            throw in.impossible(
                    Text.format(
                            "event is %d bytes, but its header alone is %d",
                            header.eventBytes, BYTES));
        }
        return header;
    }
}
