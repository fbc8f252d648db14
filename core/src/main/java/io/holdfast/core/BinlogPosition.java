package io.holdfast.core;

/// A place in a server's binary log: a file name and the byte offset of an event in it. Offsets may
/// exceed 32 bits.
public record BinlogPosition(String file, long offset) implements Comparable<BinlogPosition> {

    /// Where the first event of every binary-log file lies, behind the magic number.
    public static final long FIRST_EVENT_OFFSET = 4;

    public BinlogPosition {
        if (offset < 0) {
            throw new IllegalArgumentException("offset must not be negative, got " + offset);
        }
    }

    /// Reads `binlog.000043:892140`.
    ///
    /// @throws UsageException if there is no colon, or no decimal offset behind the last one
    public static BinlogPosition parse(String text) {
        int colon = text.lastIndexOf(':');
        String digits = text.substring(colon + 1);
        if (colon < 1
                || digits.isEmpty()
                || digits.length() > 18
                || !digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
            throw new UsageException(
                    Problem.of(CoreError.BINLOG_POSITION_MALFORMED)
                            .what("'%s' is not FILE:OFFSET", text)
                            .remedy(
                                    "Write it like binlog.000043:892140, as SHOW BINARY LOG STATUS shows it."));
        }
        return new BinlogPosition(text.substring(0, colon), Long.parseLong(digits));
    }

    /// The number behind the last dot of the file name, by which a server's files are ordered.
    ///
    /// @throws NumberFormatException if the name does not end in a number; a server never writes
    ///   such a name
    public long fileNumber() {
        return Long.parseLong(file.substring(file.lastIndexOf('.') + 1));
    }

    /// Orders by file number, then by offset. Meaningful only within one history.
    @Override
    public int compareTo(BinlogPosition other) {
        int byFile = Long.compare(fileNumber(), other.fileNumber());
        return byFile != 0 ? byFile : Long.compare(offset, other.offset);
    }

    @Override
    public String toString() {
        return file + ":" + offset;
    }
}
