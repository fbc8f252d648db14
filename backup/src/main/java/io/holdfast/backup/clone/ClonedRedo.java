package io.holdfast.backup.clone;

import io.holdfast.backup.BackupError;
import io.holdfast.core.CorruptDataException;
import io.holdfast.core.Problem;
import io.holdfast.innodb.RedoBlock;
import io.holdfast.innodb.RedoFile;
import io.holdfast.innodb.RedoFileStart;
import io.holdfast.innodb.RedoScan;
import io.holdfast.innodb.RedoScanner;
import io.holdfast.repository.BackupWriter;
import io.holdfast.repository.StreamWriter;
import io.holdfast.repository.format.StreamRef;
import io.holdfast.wire.clone.CloneDescriptor;

/// Takes the redo files as a donor sends them: the blocks first, then the first file's header with
/// the checkpoint, then the log's last block once more, as it was at the snapshot. They are spooled
/// until all is there, because what a block is worth is known only then.
///
/// Confined to one thread.
final class ClonedRedo {
    private static final int PIECE_BYTES = 1 << 20;

    private final SpoolFile spool;
    private final String where;
    private long fileBytes;
    private long fileCount;

    /// @param where names the server for errors
    ClonedRedo(SpoolFile spool, String where) {
        this.spool = spool;
        this.where = where;
    }

    /// All that the log came to.
    ///
    /// @param startLsn the checkpoint
    /// @param endLsn the snapshot's moment
    record Taken(StreamRef blocks, long startLsn, long endLsn) {}

    /// A redo file of which blocks will come.
    void file(CloneDescriptor.File file) {
        boolean isFirst = fileCount == 0;
        if (file.fileBytes() < RedoFileStart.BYTES
                || file.fileBytes() > RedoFile.BYTES_MAX
                || (!isFirst && file.fileBytes() != fileBytes)
                || file.index() > Long.MAX_VALUE / RedoFile.BYTES_MAX) {
            throw lost("redo file " + file.index() + " has " + file.fileBytes() + " bytes");
        }
        fileBytes = file.fileBytes();
        fileCount = Math.max(fileCount, file.index() + 1);
    }

    /// Takes bytes of a redo file.
    void take(CloneDescriptor.Block block, byte[] bytes) {
        if (block.file() >= fileCount || block.offset() > fileBytes - block.byteCount()) {
            throw lost("a block of redo file " + block.file() + " lies outside of it");
        }
        spool.write(block.file() * fileBytes + block.offset(), bytes, block.byteCount());
    }

    /// Stores the log from the checkpoint's block to the snapshot's.
    ///
    /// @throws CorruptDataException with `REDO_LOST` if it is not whole
    Taken store(BackupWriter backup) {
        if (fileCount == 0) {
            throw lost("no redo came");
        }
        RedoFileStart first = start(0);
        long startLsn = first.checkpointLsn().orElseThrow(() -> lost("no checkpoint came"));
        try (StreamWriter out = backup.openStream()) {
            long end = walk(new RedoFile(first.header().startLsn(), fileBytes), startLsn, out);
            return new Taken(out.finish(), startLsn, end);
        }
    }

    private RedoFileStart start(long file) {
        byte[] bytes = spool.read(new SpoolFile.Place(file * fileBytes, RedoFileStart.BYTES));
        return RedoFileStart.decode(bytes, bytes.length, where + ", redo file " + file);
    }

    /// Stores blocks from the checkpoint's on.
    ///
    /// @return where the log ends
    private long walk(RedoFile first, long startLsn, StreamWriter out) {
        var scanner = new RedoScanner();
        byte[] piece = new byte[PIECE_BYTES];
        RedoFile file = first;
        if (!file.holds(startLsn)) {
            throw lost("the checkpoint is " + startLsn + ", the log begins at " + file.startLsn());
        }
        long lsn = RedoBlock.start(startLsn);
        for (long index = 0; index < fileCount; ) {
            int count = (int) Math.min(PIECE_BYTES, file.endLsn() - lsn);
            spool.read(index * fileBytes + file.offset(lsn), piece, count);
            RedoScan scan = scanner.scan(piece, 0, count, lsn);
            if (scan.hasEncrypted()) {
                throw lost("the log is encrypted");
            }
            out.write(piece, 0, scan.wholeBytes());
            lsn += scan.wholeBytes();
            switch (scan.stop()) {
                case TAIL -> {
                    out.write(piece, scan.wholeBytes(), RedoBlock.BYTES);
                    return lsn + scan.tailBytes();
                }
                case BYTES_END -> {
                    if (lsn == file.endLsn()) {
                        file = new RedoFile(lsn, fileBytes);
                        index++;
                    }
                }
                // The last block was just full: what comes next would stand behind a header.
                case NOT_WRITTEN -> {
                    return lsn + RedoBlock.HEADER_BYTES;
                }
                case LENGTH, CHECKSUM ->
                        throw lost("the block at LSN " + lsn + " is damaged: " + scan.stop());
            }
        }
        return lsn + RedoBlock.HEADER_BYTES;
    }

    private CorruptDataException lost(String what) {
        return new CorruptDataException(
                Problem.of(BackupError.REDO_LOST)
                        .what("%s", what)
                        .where("%s", where)
                        .remedy("Run the backup again; on the server's host if it repeats."));
    }
}
