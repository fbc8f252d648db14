package io.holdfast.binlog;

import io.holdfast.core.ByteSink;
import java.util.zip.CRC32;

/// Verifies an event's CRC-32 while the event's bytes, header and checksum included, pass through
/// in pieces of any length. Confined to one thread.
public final class EventCrc implements ByteSink {
    private final CRC32 crc = new CRC32();
    private final ChecksumAlgorithm algorithm;
    private long coveredLeft;
    private long stored;
    private int storedBytes;

    public EventCrc(ChecksumAlgorithm algorithm, long eventBytes) {
        this.algorithm = algorithm;
        this.coveredLeft = Math.max(0, eventBytes - algorithm.trailerBytes());
    }

    @Override
    public void accept(byte[] bytes, int offset, int byteCount) {
        int covered = (int) Math.min(coveredLeft, byteCount);
        if (algorithm != ChecksumAlgorithm.NONE) {
            crc.update(bytes, offset, covered);
        }
        coveredLeft -= covered;
        for (int i = covered; i < byteCount && storedBytes < algorithm.trailerBytes(); i++) {
            stored |= (bytes[offset + i] & 0xFFL) << (8 * storedBytes++);
        }
    }

    /// Whether the event, now complete, carries the checksum of its bytes.
    public boolean matches() {
        return algorithm == ChecksumAlgorithm.NONE
                || (coveredLeft == 0
                        && storedBytes == algorithm.trailerBytes()
                        && crc.getValue() == stored);
    }

    /// The checksum of the bytes that passed.
    public long computed() {
        return crc.getValue();
    }

    /// The checksum that stands in the event.
    public long stored() {
        return stored;
    }
}
