package io.holdfast.binlog;

import io.holdfast.core.ErrorCode;

/// The failures that reading a binary log reports.
public enum BinlogError implements ErrorCode {
    BINLOG_MAGIC_MISSING(
            "A file does not begin with the four bytes of a binary log. It is another kind of file, or its beginning"
                    + " is damaged."),
    BINLOG_ENCRYPTED(
            "A binary-log file is encrypted by its server (`binlog_encryption`). Only the server itself can read it;"
                    + " over the replication protocol it sends it decrypted."),
    BINLOG_EVENT_TRUNCATED(
            "A binary log ends in the middle of an event. Everything before that event is whole."),
    BINLOG_EVENT_IMPOSSIBLE(
            "An event of a binary log holds values that the format does not allow. The log is damaged at that place."),
    BINLOG_CHECKSUM_MISMATCH(
            "An event's checksum does not fit its bytes. The event was damaged after the server wrote it; it is never"
                    + " archived, served or applied."),
    BINLOG_PAYLOAD_CORRUPT(
            "The compressed payload of a transaction cannot be decompressed. The log is damaged at that place.");

    private final String meaning;

    BinlogError(String meaning) {
        this.meaning = meaning;
    }

    @Override
    public String meaning() {
        return meaning;
    }
}
