package io.holdfast.innodb;

import java.util.Arrays;
import java.util.Objects;
import java.util.zip.CRC32C;

/// One of the two checkpoint blocks of a redo log file, which the server writes in turns.
///
/// | offset | bytes | field    | meaning                                                            |
/// |-------:|------:|----------|--------------------------------------------------------------------|
/// |      0 |     8 | -        | 0                                                                  |
/// |      8 |     8 | lsn      | recovery begins here; 0 if the block holds no checkpoint           |
/// |     16 |   492 | -        | 0                                                                  |
/// |    508 |     4 | checksum | CRC-32C of the 508 bytes before                                    |
///
/// A starting server takes the newest checkpoint of all its files; it must lie in the file that
/// holds it. Integers are unsigned, big-endian. Source: MySQL 9.7
/// `storage/innobase/include/log0constants.h`, `LOG_CHECKPOINT_*`;
/// `storage/innobase/log/log0recv.cc`, `recv_find_max_checkpoint`.
public sealed interface RedoCheckpoint {
    /// The block holds no checkpoint.
    record None() implements RedoCheckpoint {}

    /// Recovery may begin at `lsn`.
    record At(long lsn) implements RedoCheckpoint {}

    /// The checksum does not fit: the server is writing the block, or it is damaged. The other
    /// block holds the checkpoint before.
    record Unreadable() implements RedoCheckpoint {}

    /// Judges the block at `offset`.
    static RedoCheckpoint decode(byte[] bytes, int offset) {
        Objects.checkFromIndexSize(offset, RedoBlock.BYTES, bytes.length);
        if (!RedoBlock.isSealed(new CRC32C(), bytes, offset)) {
            return new Unreadable();
        }
        long lsn = BigEndian.u64(bytes, offset + 8);
        if (lsn < 0) {
            return new Unreadable();
        }
        return lsn == 0 ? new None() : new At(lsn);
    }

    /// Writes a checkpoint block at `offset`; `lsn` 0 for none.
    static void encode(long lsn, byte[] bytes, int offset) {
        Objects.checkFromIndexSize(offset, RedoBlock.BYTES, bytes.length);
        Arrays.fill(bytes, offset, offset + RedoBlock.BYTES, (byte) 0);
        BigEndian.put64(bytes, offset + 8, lsn);
        RedoBlock.seal(bytes, offset);
    }
}
