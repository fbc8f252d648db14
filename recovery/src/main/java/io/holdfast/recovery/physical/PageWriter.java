package io.holdfast.recovery.physical;

import io.holdfast.store.DirectIo;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Writes pages into a tablespace's file that has its size. Confined to one thread.
sealed interface PageWriter extends AutoCloseable {
    /// Writes whole pages that follow one another.
    ///
    /// @param offset in the file
    void pages(byte[] bytes, int from, int byteCount, long offset) throws IOException;

    /// Makes a range of whole pages all zeros.
    void zeros(long offset, long byteCount) throws IOException;

    @Override
    void close() throws IOException;

    /// Opens files to write pages into them.
    @FunctionalInterface
    interface Opener {
        PageWriter open(Path place, int pageBytes) throws IOException;
    }

    /// Into a file that holds nothing but zeros. Long runs of pages go past the kernel's page cache
    /// where that is possible: nobody reads them before the server does, which has a cache of its
    /// own.
    final class Fresh implements PageWriter {
        /// Shorter runs would wait for the disk one by one.
        private static final int DIRECT_BYTES_MIN = 128 << 10;

        private final FileChannel channel;
        private final @Nullable FileChannel direct;
        private final @Nullable ByteBuffer buffer;
        private final int unitBytes;

        private Fresh(FileChannel channel, @Nullable FileChannel direct, int unitBytes) {
            this.channel = channel;
            this.direct = direct;
            this.buffer = direct == null ? null : DirectIo.borrow();
            this.unitBytes = unitBytes;
        }

        /// Opens a file that was made.
        static Fresh open(Path place) throws IOException {
            return new Fresh(
                    FileChannel.open(place, StandardOpenOption.WRITE),
                    DirectIo.open(place, StandardOpenOption.WRITE),
                    DirectIo.unitBytes(place));
        }

        @Override
        public void pages(byte[] bytes, int from, int byteCount, long offset) throws IOException {
            boolean isAligned = offset % unitBytes == 0 && byteCount % unitBytes == 0;
            if (direct == null
                    || buffer == null
                    || byteCount < DIRECT_BYTES_MIN
                    || byteCount > buffer.capacity()
                    || !isAligned) {
                LaidFolder.write(channel, bytes, from, byteCount, offset);
            } else {
                LaidFolder.write(direct, buffer.clear().put(bytes, from, byteCount).flip(), offset);
            }
        }

        @Override
        public void zeros(long offset, long byteCount) {
            // They are there.
        }

        @Override
        public void close() throws IOException {
            if (buffer != null) {
                DirectIo.giveBack(buffer);
            }
            try (channel;
                    FileChannel _ = direct) {
                // Both are to be closed, whatever becomes of the first.
            }
        }
    }

    /// Into a file that may hold some of the pages already: every page is read and compared byte by
    /// byte, and only those that differ are written.
    ///
    /// That a page's LSN and checksum are equal does not prove that the page is: a restored server
    /// gives LSNs out again that the original has given out, too. And it would save little: the
    /// backup's page must be read to know its LSN.
    final class Differing implements PageWriter {
        private static final int PIECE_BYTES = 1 << 20;

        private final FileChannel channel;
        private final int pageBytes;
        private final PageTally tally;
        private final ByteBuffer present = ByteBuffer.allocate(PIECE_BYTES);

        /// @param channel to read and write, ours from now on
        /// @param pageBytes a divisor of 1 MiB
        Differing(FileChannel channel, int pageBytes, PageTally tally) {
            this.channel = channel;
            this.pageBytes = pageBytes;
            this.tally = tally;
        }

        @Override
        public void pages(byte[] bytes, int from, int byteCount, long offset) throws IOException {
            for (int done = 0; done < byteCount; done += PIECE_BYTES) {
                int piece = Math.min(PIECE_BYTES, byteCount - done);
                piece(bytes, from + done, piece, offset + done);
            }
        }

        @Override
        public void zeros(long offset, long byteCount) throws IOException {
            byte[] zeros = new byte[(int) Math.min(PIECE_BYTES, byteCount)];
            for (long done = 0; done < byteCount; done += zeros.length) {
                int piece = (int) Math.min(zeros.length, byteCount - done);
                piece(zeros, 0, piece, offset + done);
            }
        }

        /// Pages that differ and follow one another are written at once.
        private void piece(byte[] bytes, int from, int byteCount, long offset) throws IOException {
            read(byteCount, offset);
            int firstDiffering = -1;
            for (int at = 0; at <= byteCount; at += pageBytes) {
                boolean differs = at < byteCount && differs(bytes, from + at, at);
                if (differs && firstDiffering < 0) {
                    firstDiffering = at;
                }
                if (!differs && firstDiffering >= 0) {
                    int length = at - firstDiffering;
                    LaidFolder.write(
                            channel, bytes, from + firstDiffering, length, offset + firstDiffering);
                    tally.wrote(length / pageBytes, length);
                    firstDiffering = -1;
                }
            }
            tally.compared(byteCount / pageBytes);
        }

        private void read(int byteCount, long offset) throws IOException {
            present.clear().limit(byteCount);
            while (present.hasRemaining()) {
                if (channel.read(present, offset + present.position()) < 0) {
                    throw new IOException("the file has become shorter");
                }
            }
        }

        private boolean differs(byte[] bytes, int from, int at) {
            return !Arrays.equals(
                    bytes, from, from + pageBytes, present.array(), at, at + pageBytes);
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }
}
