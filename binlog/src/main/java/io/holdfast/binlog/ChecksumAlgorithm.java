package io.holdfast.binlog;

/// How the events of a log are protected (`binlog_checksum`). Source: MySQL 9.7
/// `libs/mysql/binlog/event/binlog_event.h`, `enum_binlog_checksum_alg`.
public enum ChecksumAlgorithm {
    NONE(0, 0),
    /// The CRC-32 of zlib over all bytes in front of it, little-endian, in an event's last four
    /// bytes.
    CRC32(1, 4);

    private final int code;
    private final int trailerBytes;

    ChecksumAlgorithm(int code, int trailerBytes) {
        this.code = code;
        this.trailerBytes = trailerBytes;
    }

    /// The byte by which a format description names it.
    public int code() {
        return code;
    }

    /// How many bytes it adds behind an event's body.
    public int trailerBytes() {
        return trailerBytes;
    }
}
