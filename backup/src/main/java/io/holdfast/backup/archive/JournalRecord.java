package io.holdfast.backup.archive;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/// The frame around each run of bytes that was made durable at once.
///
/// | offset | bytes | field        | meaning                                                     |
/// |-------:|------:|--------------|-------------------------------------------------------------|
/// |      0 |     4 | payloadBytes | 1 to [#PAYLOAD_BYTES_MAX]                                   |
/// |      4 |     8 | offset       | where the payload's first byte lies in the binary-log file  |
/// |     12 |     4 | checksum     | CRC-32C of the twelve bytes before it and of the payload    |
/// |     16 |     n | payload      | bytes of the file, unchanged                                |
///
/// Integers are unsigned, little-endian. Records follow each other without gaps, and so do their
/// payloads in the file. A record ends where an fsync ended, not where an event ends.
final class JournalRecord {
    private JournalRecord() {}

    static final int HEADER_BYTES = 16;
    static final int PAYLOAD_BYTES_MAX = 4 << 20;
    private static final int CHECKSUM_OFFSET = 12;

    /// The header of a record whose payload is `payload[0, byteCount)`.
    static ByteBuffer header(byte[] payload, int byteCount, long offset) {
        ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        header.putInt(byteCount).putLong(offset);
        header.putInt(checksum(header, payload, byteCount));
        return header.flip();
    }

    static int payloadBytes(ByteBuffer header) {
        return header.getInt(0);
    }

    static long offset(ByteBuffer header) {
        return header.getLong(4);
    }

    /// Whether the length a header claims is one that is ever written.
    static boolean isPossible(ByteBuffer header) {
        int byteCount = payloadBytes(header);
        return byteCount > 0 && byteCount <= PAYLOAD_BYTES_MAX;
    }

    static boolean matches(ByteBuffer header, byte[] payload, int byteCount) {
        return header.getInt(CHECKSUM_OFFSET) == checksum(header, payload, byteCount);
    }

    private static int checksum(ByteBuffer header, byte[] payload, int byteCount) {
        var crc = new CRC32C();
        crc.update(header.slice(0, CHECKSUM_OFFSET));
        crc.update(payload, 0, byteCount);
        return (int) crc.getValue();
    }
}
