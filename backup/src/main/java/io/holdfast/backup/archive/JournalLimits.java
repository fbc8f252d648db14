package io.holdfast.backup.archive;

/// How large the journal and its pieces may become, in bytes.
///
/// @param segmentBytes where a segment ends and the next begins; the last event goes beyond it
/// @param bufferBytes each of the two buffers between the server and the disk
/// @param journalBytesMax how much may wait for the repository before archiving pauses
record JournalLimits(long segmentBytes, int bufferBytes, long journalBytesMax) {
    static final JournalLimits DEFAULT = new JournalLimits(64L << 20, 1 << 20, 16L << 30);

    JournalLimits {
        if (bufferBytes < 1 || bufferBytes > JournalRecord.PAYLOAD_BYTES_MAX) {
            throw new IllegalArgumentException("bufferBytes is " + bufferBytes);
        }
    }

    JournalLimits withJournalBytesMax(long bytes) {
        return new JournalLimits(segmentBytes, bufferBytes, bytes);
    }
}
