package io.holdfast.recovery.replay;

import io.holdfast.binlog.ByteSource;
import io.holdfast.core.BinlogPosition;
import java.util.List;

/// The archived bytes of histories, as a replay reads them.
@FunctionalInterface
public interface ArchivedLog {
    /// The pieces that make up a range of a history's log, in order, one for each file. The caller
    /// has proven that there is no gap.
    ///
    /// @throws io.holdfast.core.HoldfastException if the range cannot be read
    List<Piece> pieces(String history, BinlogPosition from, BinlogPosition to);

    /// A run of bytes of one file.
    interface Piece {
        String file();

        /// Of the first byte; 4 at the file's start.
        long begin();

        /// One behind the last byte.
        long end();

        /// The file's format description event, whole.
        byte[] formatDescription();

        /// Opens the bytes `[begin, end)`.
        Opened open();
    }

    /// Bytes being read.
    interface Opened extends ByteSource, AutoCloseable {
        @Override
        void close();
    }
}
