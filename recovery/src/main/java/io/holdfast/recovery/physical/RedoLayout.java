package io.holdfast.recovery.physical;

import io.holdfast.core.Text;
import io.holdfast.innodb.RedoBlock;
import io.holdfast.innodb.RedoFile;
import io.holdfast.innodb.RedoFileHeader;
import io.holdfast.innodb.RedoFileStart;
import java.util.ArrayList;
import java.util.List;

/// The redo log files that a restored server finds: one, or several in a row if the log is longer
/// than a file may be.
///
/// The first one holds the only checkpoint, so recovery begins there and nowhere else; all but the
/// last one are marked as full. Behind the end of the log there is room, in which a server that has
/// recovered goes on writing before it makes files of its own.
///
/// Source: MySQL 9.7 `storage/innobase/log/log0files_finder.cc`, `log_files_find_and_analyze`;
/// `storage/innobase/log/log0recv.cc`, `recv_find_max_checkpoint`.
///
/// @param startLsn the checkpoint
/// @param endLsn the first LSN that is not to be recovered
record RedoLayout(long startLsn, long endLsn, List<RedoFile> files) {
    private static final long ROOM_BYTES = 1 << 20;

    RedoLayout {
        files = List.copyOf(files);
    }

    /// @param fileBytesMax a multiple of 64 KiB, at least 4 MiB
    static RedoLayout of(long startLsn, long endLsn, long fileBytesMax) {
        if (startLsn < RedoFileHeader.START_LSN_MIN || endLsn < startLsn) {
            throw new IllegalArgumentException(
                    Text.format("a log from LSN %d to %d", startLsn, endLsn));
        }
        if (fileBytesMax % RedoFile.BYTES_MIN != 0
                || fileBytesMax > RedoFile.BYTES_MAX
                || fileBytesMax < 4 * ROOM_BYTES) {
            throw new IllegalArgumentException("fileBytesMax is " + fileBytesMax);
        }
        long logBytesMax = fileBytesMax - RedoFileStart.BYTES;
        long behindLast = RedoBlock.start(endLsn) + RedoBlock.BYTES;
        var files = new ArrayList<RedoFile>();
        long at = RedoBlock.start(startLsn);
        while (at < behindLast) {
            long left = behindLast - at;
            long fileBytes;
            if (left + ROOM_BYTES <= logBytesMax) {
                fileBytes = RedoFile.fileBytes(left + ROOM_BYTES);
            } else if (left > logBytesMax) {
                fileBytes = fileBytesMax;
            } else {
                // It would fit, but without room behind it.
                fileBytes = RedoFile.fileBytes(left / 2);
            }
            var file = new RedoFile(at, fileBytes);
            files.add(file);
            at = file.endLsn();
        }
        return new RedoLayout(startLsn, endLsn, files);
    }

    /// What stands in front of a file's blocks.
    ///
    /// @param logUuid the same for all
    /// @param creator such as `MySQL 9.7.4`
    byte[] fileStart(int index, long logUuid, String creator) {
        boolean isLast = index == files.size() - 1;
        var header =
                new RedoFileHeader(
                        logUuid,
                        files.get(index).startLsn(),
                        creator,
                        isLast ? 0 : RedoFileHeader.FULL);
        return RedoFileStart.encode(header, index == 0 ? startLsn : 0, new byte[RedoBlock.BYTES]);
    }

    /// Where the block begins that holds the end of the log.
    long lastBlock() {
        return RedoBlock.start(endLsn);
    }

    /// Whether the block at the end may be absent: it would hold nothing but its header.
    boolean isLastBlockEmpty() {
        return endLsn - lastBlock() <= RedoBlock.HEADER_BYTES;
    }
}
