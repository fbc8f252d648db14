package io.holdfast.innodb;

import io.holdfast.core.Text;

/// Which bytes of the log a redo log file holds: those from its start LSN on, behind its 2048 bytes
/// of [RedoFileStart].
///
/// @param startLsn of the byte at offset 2048
/// @param fileBytes size of the file
public record RedoFile(long startLsn, long fileBytes) {
    public static final long BYTES_MIN = 64 << 10;
    public static final long BYTES_MAX = 16L << 30;

    public RedoFile {
        if (startLsn != RedoBlock.start(startLsn) || fileBytes < RedoFileStart.BYTES) {
            throw new IllegalArgumentException(
                    Text.format("a redo log file of %d bytes from LSN %d", fileBytes, startLsn));
        }
    }

    /// The first LSN behind the file, which is the next file's start.
    public long endLsn() {
        return startLsn + fileBytes - RedoFileStart.BYTES;
    }

    public boolean holds(long lsn) {
        return lsn >= startLsn && lsn < endLsn();
    }

    /// Where in the file the byte with that LSN lies.
    public long offset(long lsn) {
        if (!holds(lsn)) {
            throw new IllegalArgumentException(
                    Text.format("LSN %d is not in [%d, %d)", lsn, startLsn, endLsn()));
        }
        return RedoFileStart.BYTES + lsn - startLsn;
    }

    /// The LSN of the byte at that offset.
    public long lsn(long offset) {
        if (offset < RedoFileStart.BYTES || offset >= fileBytes) {
            throw new IllegalArgumentException(
                    Text.format("offset %d of %d holds no log", offset, fileBytes));
        }
        return startLsn + offset - RedoFileStart.BYTES;
    }

    /// How large to make a file that holds `logBytes` of log: a server starts only from files whose
    /// size is a multiple of its page size, and at least 64 KiB.
    ///
    /// @throws IllegalArgumentException if that is more than [#BYTES_MAX]: it takes several files
    public static long fileBytes(long logBytes) {
        long unit = Math.max(BYTES_MIN, PageSize.LOGICAL_BYTES_MAX);
        long rounded = Math.max(1, Math.ceilDiv(RedoFileStart.BYTES + logBytes, unit)) * unit;
        if (logBytes < 0 || rounded > BYTES_MAX) {
            throw new IllegalArgumentException(
                    Text.format("%d bytes of log in one file", logBytes));
        }
        return rounded;
    }
}
