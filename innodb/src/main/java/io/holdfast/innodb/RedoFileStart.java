package io.holdfast.innodb;

import io.holdfast.core.CorruptDataException;
import io.holdfast.core.Problem;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/// The four blocks in front of a redo log file's own blocks.
///
/// | offset | bytes | field      | meaning                                                           |
/// |-------:|------:|------------|-------------------------------------------------------------------|
/// |      0 |   512 | header     | see [RedoFileHeader]                                              |
/// |    512 |   512 | first      | see [RedoCheckpoint]                                              |
/// |   1024 |   512 | encryption | 0 if the log is not encrypted; else an [EncryptionRecord] at offset 48 |
/// |   1536 |   512 | second     | see [RedoCheckpoint]                                              |
///
/// When a server begins to encrypt its log it writes the record to some of its files only, so a
/// log's record is the one of any file that has it.
///
/// Source: MySQL 9.7 `storage/innobase/include/log0constants.h`, `LOG_CHECKPOINT_1`,
/// `LOG_ENCRYPTION`, `LOG_CHECKPOINT_2`, `LOG_HEADER_ENCRYPTION_INFO_OFFSET`.
public record RedoFileStart(
        RedoFileHeader header,
        RedoCheckpoint first,
        RedoCheckpoint second,
        @Nullable EncryptionRecord encryption) {

    public static final int BYTES = 4 * RedoBlock.BYTES;

    /// Where the block lies that is kept as it is, because only the server can write it.
    public static final int ENCRYPTION = 2 * RedoBlock.BYTES;

    private static final int FIRST = RedoBlock.BYTES;
    private static final int SECOND = 3 * RedoBlock.BYTES;
    private static final int RECORD_IN_BLOCK = 48;

    /// Reads the first `byteCount` bytes of a redo log file.
    ///
    /// @param source names the file in errors
    /// @throws CorruptDataException as [RedoFileHeader#decode], also if there are fewer than
    ///   [#BYTES] bytes
    public static RedoFileStart decode(byte[] bytes, int byteCount, String source) {
        if (byteCount < BYTES) {
            throw new CorruptDataException(
                    Problem.of(InnodbError.REDO_HEADER_CORRUPT)
                            .what(
                                    "redo log file's header has %d bytes, the file %d",
                                    BYTES, byteCount)
                            .where("%s", source)
                            .remedy(
                                    "Check that %s is a redo log file of a running server.",
                                    source));
        }
        return new RedoFileStart(
                RedoFileHeader.decode(bytes, source),
                RedoCheckpoint.decode(bytes, FIRST),
                RedoCheckpoint.decode(bytes, SECOND),
                EncryptionRecord.decode(bytes, ENCRYPTION + RECORD_IN_BLOCK));
    }

    /// The start of a file whose both checkpoint blocks say `checkpointLsn`, 0 for none.
    ///
    /// @param encryptionBlock the 512 bytes that stood at [#ENCRYPTION] in the server's own file;
    ///   zeros if its log was not encrypted
    public static byte[] encode(RedoFileHeader header, long checkpointLsn, byte[] encryptionBlock) {
        if (encryptionBlock.length != RedoBlock.BYTES) {
            throw new IllegalArgumentException("an encryption block is 512 bytes");
        }
        byte[] start = new byte[BYTES];
        System.arraycopy(header.encode(), 0, start, 0, RedoBlock.BYTES);
        RedoCheckpoint.encode(checkpointLsn, start, FIRST);
        System.arraycopy(encryptionBlock, 0, start, ENCRYPTION, RedoBlock.BYTES);
        RedoCheckpoint.encode(checkpointLsn, start, SECOND);
        return start;
    }

    /// The newer of the file's readable checkpoints.
    public OptionalLong checkpointLsn() {
        long newest = Math.max(lsnOf(first), lsnOf(second));
        return newest == 0 ? OptionalLong.empty() : OptionalLong.of(newest);
    }

    private static long lsnOf(RedoCheckpoint checkpoint) {
        return switch (checkpoint) {
            case RedoCheckpoint.At(long lsn) -> lsn;
            case RedoCheckpoint.None(), RedoCheckpoint.Unreadable() -> 0;
        };
    }
}
