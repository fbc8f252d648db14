package io.holdfast.backup.physical;

import io.holdfast.innodb.RedoBlock;
import io.holdfast.innodb.RedoFile;
import io.holdfast.innodb.RedoFileStart;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/// A server's redo log in memory: blocks are made here by the document alone, and files hold a few
/// of them each, with the blocks of an earlier use behind those written.
final class SimulatedRedo implements RedoFiles {
    static final long FIRST_LSN = 16L * RedoBlock.BYTES;

    private static final int DATA_END = RedoBlock.BYTES - RedoBlock.TRAILER_BYTES;

    private final int blocksPerFile;
    private byte[] log = new byte[0];
    private long endLsn = FIRST_LSN + RedoBlock.HEADER_BYTES;
    private boolean isNextFileHidden;

    SimulatedRedo(int blocksPerFile) {
        this.blocksPerFile = blocksPerFile;
    }

    /// What the server would say its LSN is.
    long endLsn() {
        return endLsn;
    }

    /// The log's bytes between the beginnings of two blocks.
    byte[] bytes(long fromLsn, long toLsn) {
        return Arrays.copyOfRange(log, index(fromLsn), index(toLsn));
    }

    /// Writes records.
    void append(int byteCount, RandomGenerator random) {
        byte[] data = new byte[byteCount];
        random.nextBytes(data);
        int taken = 0;
        while (taken < byteCount) {
            int at = (int) (endLsn % RedoBlock.BYTES);
            int count = Math.min(byteCount - taken, DATA_END - at);
            int block = index(endLsn - at);
            if (log.length < block + RedoBlock.BYTES) {
                log = Arrays.copyOf(log, block + RedoBlock.BYTES);
            }
            System.arraycopy(data, taken, log, block + at, count);
            taken += count;
            boolean isFull = at + count == DATA_END;
            frame(block, endLsn - at, isFull ? RedoBlock.BYTES : at + count);
            endLsn += count;
            if (isFull) {
                endLsn += RedoBlock.TRAILER_BYTES + RedoBlock.HEADER_BYTES;
            }
        }
    }

    private void frame(int at, long lsn, int dataBytes) {
        ByteBuffer block = ByteBuffer.wrap(log);
        block.putInt(at, (int) (1 + lsn / 512 % (1 << 30)));
        block.putShort(at + 4, (short) dataBytes);
        block.putInt(at + 8, (int) (1 + lsn / 512 / (1 << 30)));
        var crc = new CRC32C();
        crc.update(log, at, DATA_END);
        block.putInt(at + DATA_END, (int) crc.getValue());
    }

    /// Changes a bit of the last block, as if its write were half done; twice for none.
    void tear() {
        log[log.length - RedoBlock.BYTES / 2] ^= 1;
    }

    /// Whether files that nothing was read from yet cannot be found.
    void hideNextFile(boolean isHidden) {
        isNextFileHidden = isHidden;
    }

    private static int index(long lsn) {
        return (int) (lsn - FIRST_LSN);
    }

    private int bytesPerFile() {
        return blocksPerFile * RedoBlock.BYTES;
    }

    @Override
    public @Nullable Open find(long lsn) {
        long file = (lsn - FIRST_LSN) / bytesPerFile();
        long start = FIRST_LSN + file * bytesPerFile();
        boolean isThere = index(start) < log.length;
        return isThere && !isNextFileHidden ? new File(start) : null;
    }

    private final class File implements Open {
        private final long startLsn;

        File(long startLsn) {
            this.startLsn = startLsn;
        }

        @Override
        public RedoFile range() {
            return new RedoFile(startLsn, RedoFileStart.BYTES + (long) bytesPerFile());
        }

        @Override
        public int read(byte[] target, long offset, int byteCount) {
            int from = index(startLsn) + (int) offset - RedoFileStart.BYTES;
            int inFile = (int) (range().fileBytes() - offset);
            int count = Math.min(byteCount, inFile);
            for (int i = 0; i < count; i++) {
                target[i] = from + i < log.length ? log[from + i] : stale(from + i);
            }
            return count;
        }

        /// The file held the log of two files before.
        private byte stale(int index) {
            int before = index - 2 * bytesPerFile();
            return before < 0 ? 0 : log[before];
        }

        @Override
        public void close() {}
    }
}
