package io.holdfast.binlog;

import io.holdfast.core.ByteSink;

/// One event as raw bytes on its way from a server, a file or a repository: its beginning in
/// memory, the rest, if it is a large one, still to be streamed. An event may be as large as 4 GiB
/// and is never held whole.
///
/// Valid until its reader is asked for the next one. Confined to the reader's thread.
public interface EventFrame {
    /// How many bytes of every event are in memory at least, or the whole event if it is shorter.
    int HEAD_BYTES_MIN = 64 << 10;

    /// The same for the few kinds of events that are interpreted whole: some 100,000 GTID
    /// intervals, or a table of 4,096 columns with all metadata.
    int CONTROL_HEAD_BYTES_MIN = 4 << 20;

    /// How many bytes of an event with this header a reader holds in memory at least, or the whole
    /// event if it is shorter.
    static int headBytesMin(EventHeader header) {
        return header.typeCode() == EventType.PREVIOUS_GTIDS
                        || header.typeCode() == EventType.TABLE_MAP
                ? CONTROL_HEAD_BYTES_MIN
                : HEAD_BYTES_MIN;
    }

    /// An event that is whole in memory. The frame stays valid as long as the array is not changed.
    ///
    /// @param event exactly one event with its checksum, if it has one
    static EventFrame of(byte[] event) {
        return new HeldEvent(event);
    }

    EventHeader header();

    /// The array that holds the event's first [#headBytes()] bytes, header included, from
    /// [#headIndex()] on.
    byte[] array();

    int headIndex();

    int headBytes();

    /// Whether the head is the whole event, checksum included.
    default boolean isWhole() {
        return headBytes() == header().eventBytes();
    }

    /// Gives all bytes of the event, header and checksum included, to the sink, in order. May be
    /// called once.
    void transferTo(ByteSink sink);
}
