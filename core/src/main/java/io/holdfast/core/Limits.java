package io.holdfast.core;

/// Upper bounds on what a peer or a file may claim. Every quantity read from outside is checked
/// against one of these before memory is taken for it.
public final class Limits {
    private Limits() {}

    /// The longest string that is held whole when it comes from a peer: names, statements that are
    /// only shown, errors.
    public static final int TEXT_BYTES_MAX = 16 << 20;

    /// The largest MySQL packet or binary-log event: 4 GiB less one byte, the limit of the event
    /// header's own field.
    public static final long EVENT_BYTES_MAX = 0xFFFF_FFFFL;

    /// Different `UUID:tag` sources in one GTID set. A server remembers every source it ever had;
    /// thousands are seen, millions are not.
    public static final int GTID_SOURCES_MAX = 1 << 20;

    /// Intervals in one GTID set.
    public static final int GTID_INTERVALS_MAX = 1 << 24;
}
