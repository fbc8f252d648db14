package io.holdfast.backup.physical;

import io.holdfast.innodb.RedoFile;
import org.jspecify.annotations.Nullable;

/// The files of a server's redo log, which come and go while it runs.
interface RedoFiles {
    /// Opens the file that holds the byte with that LSN; null if there is none yet. The caller
    /// closes it.
    @Nullable Open find(long lsn);

    /// One of them. What it held when it was opened can be read as long as it is open.
    interface Open extends AutoCloseable {
        RedoFile range();

        /// Reads up to `byteCount` bytes at `offset` of the file into the beginning of `target`.
        ///
        /// @return how many were read, fewer at the end of the file
        int read(byte[] target, long offset, int byteCount);

        @Override
        void close();
    }
}
