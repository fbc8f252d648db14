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
