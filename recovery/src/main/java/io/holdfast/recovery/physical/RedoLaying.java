package io.holdfast.recovery.physical;

import io.holdfast.core.CorruptDataException;
import io.holdfast.core.Text;
import io.holdfast.innodb.RedoBlock;
import io.holdfast.innodb.RedoFile;
import io.holdfast.innodb.RedoFileName;
import io.holdfast.innodb.RedoFileStart;
import io.holdfast.innodb.RedoScan;
import io.holdfast.innodb.RedoScanner;
import io.holdfast.repository.BackupReader;
import io.holdfast.repository.PhysicalSection;
import io.holdfast.repository.StreamInput;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/// Makes redo log files of the captured blocks: every block is judged on the way, the last one cut
/// at the end of the log. What lies behind it is a hole and reads as zeros.
///
/// Confined to one thread.
final class RedoLaying {
    private static final int PIECE_BYTES = 1 << 20;

    private final BackupReader backup;
    private final PhysicalSection section;
    private final RedoLayout layout;
    private final byte[] piece = new byte[PIECE_BYTES];
    private final RedoScanner scanner = new RedoScanner();

    /// @throws CorruptDataException if the backup's LSNs are none that a log has
    RedoLaying(BackupReader backup, PhysicalSection section, long fileBytesMax) {
        this.backup = backup;
        this.section = section;
        int end = (int) (section.endLsn() % RedoBlock.BYTES);
        if (end < RedoBlock.HEADER_BYTES || end >= RedoBlock.BYTES - RedoBlock.TRAILER_BYTES) {
            throw damaged("the log's end is at " + end + " of its block, no place for a record");
        }
        try {
            this.layout = RedoLayout.of(section.startLsn(), section.endLsn(), fileBytesMax);
        } catch (IllegalArgumentException impossible) {
            throw damaged(String.valueOf(impossible.getMessage()));
        }
    }

    /// Makes the files.
    ///
    /// @param logs the folder for them, relative to the data directory
    /// @param logUuid of the new log
    /// @param creator as the server of the backup would write it
    /// @throws CorruptDataException if a block is not as the server wrote it, or blocks are missing
    void lay(LaidFolder folder, String logs, long logUuid, String creator) {
        Path logFolder = folder.place(logs);
        folder.makeFolder(logFolder);
        try (StreamInput in = backup.open(section.redo())) {
            for (int i = 0; i < layout.files().size(); i++) {
                RedoFile file = layout.files().get(i);
                byte[] start = layout.fileStart(i, logUuid, creator);
                Path place = logFolder.resolve(RedoFileName.of(i));
                folder.makeFile(place, file.fileBytes());
                LaidFolder.doing(
                        place,
                        () -> {
                            try (FileChannel channel = folder.open(place)) {
                                LaidFolder.write(channel, start, 0, RedoFileStart.BYTES, 0);
                                copy(in, file, channel);
                            }
                        });
            }
            in.transferTo((_, _, _) -> {}); // to its end, where the stream is proven
        } catch (CorruptDataException damage) {
            if (damage.problem().where().startsWith("backup ")) {
                throw damage;
            }
            throw damaged(damage.problem().what() + "; " + damage.problem().where());
        }
    }

    private void copy(StreamInput in, RedoFile file, FileChannel channel) throws IOException {
        long behindLast = layout.lastBlock() + RedoBlock.BYTES;
        long end = Math.min(file.endLsn(), behindLast);
        for (long at = file.startLsn(); at < end; ) {
            int wanted = (int) Math.min(PIECE_BYTES, end - at);
            int read = in.readNBytes(piece, 0, wanted);
            boolean isAtEnd = at + wanted == behindLast;
            if (read < wanted) {
                boolean isWhole =
                        isAtEnd && layout.isLastBlockEmpty() && read == wanted - RedoBlock.BYTES;
                if (!isWhole) {
                    throw damaged(
                            Text.format(
                                    "the log ends at LSN %d, expected %d",
                                    at + read, layout.endLsn()));
                }
            }
            judge(at, read, isAtEnd && read == wanted);
            if (isAtEnd && read == wanted) {
                cut(wanted - RedoBlock.BYTES);
            }
            LaidFolder.write(channel, piece, 0, read, file.offset(at));
            at += wanted;
        }
    }

    /// @param hasTail whether the last of the blocks need not be full
    private void judge(long at, int byteCount, boolean hasTail) {
        RedoScan scan = scanner.scan(piece, 0, byteCount, at);
        boolean isWhole = scan.wholeBytes() == byteCount;
        boolean isWholeToTail =
                hasTail
                        && scan.stop() == RedoScan.Stop.TAIL
                        && scan.wholeBytes() == byteCount - RedoBlock.BYTES;
        boolean isReaching = !hasTail || scan.reaches(layout.endLsn());
        if (scan.hasEncrypted()) {
            throw wrongBlock(at + firstEncrypted(), "it is encrypted");
        }
        if (!(isWhole || isWholeToTail) || !isReaching) {
            throw wrongBlock(at + scan.wholeBytes(), String.valueOf(scan.stop()));
        }
    }

    private int firstEncrypted() {
        int offset = 0;
        while (!RedoBlock.decode(piece, offset).isEncrypted()) {
            offset += RedoBlock.BYTES;
        }
        return offset;
    }

    private CorruptDataException wrongBlock(long lsn, String how) {
        return damaged(
                Text.format(
                        "the block of the redo log at LSN %d is not as the server wrote it (%s)",
                        lsn, how));
    }

    private void cut(int offset) {
        try {
            RedoBlock.cut(piece, offset, layout.endLsn());
        } catch (IllegalArgumentException impossible) {
            throw damaged(String.valueOf(impossible.getMessage()));
        }
    }

    private CorruptDataException damaged(String what) {
        return FileDamage.at(backup, "redo log", what);
    }
}
