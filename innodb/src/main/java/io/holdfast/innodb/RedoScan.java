package io.holdfast.innodb;

/// How far a run of redo blocks was good.
///
/// @param startLsn where the run began, the beginning of a block
/// @param wholeBytes bytes of full blocks from there on, a multiple of 512
/// @param tailBytes bytes in use of the block behind them, header included: 12..507, or 0 if that
///   block is not there or not good. It is not finished: read it again later
/// @param hasEncrypted whether one of the blocks is encrypted, so that its bytes could not be
///   checked
/// @param stop why the run ended
public record RedoScan(
        long startLsn, int wholeBytes, int tailBytes, boolean hasEncrypted, Stop stop) {

    /// Why a run of blocks ended.
    public enum Stop {
        /// All the bytes were good.
        BYTES_END,
        /// A block that is not full yet: the end of the log, for now.
        TAIL,
        /// A block of an earlier use of the file, or never used: not written yet.
        NOT_WRITTEN,
        /// The right block with an impossible length.
        LENGTH,
        /// The right block, whose checksum does not fit: the server is writing it, or it is
        /// damaged, or the server computes none (`innodb_log_checksums=OFF`).
        CHECKSUM
    }

    /// The log is known up to here. The beginning of a block if there is no tail.
    public long heldLsn() {
        return startLsn + wholeBytes + tailBytes;
    }

    /// Whether all of the log before `lsn` is in the run.
    ///
    /// Not the same as `lsn <= heldLsn()`: when the last block is just full, the server names the
    /// next place for a record, which is behind the header of a block that it will write only when
    /// there is a record.
    public boolean reaches(long lsn) {
        return lsn <= heldLsn() || (tailBytes == 0 && lsn == heldLsn() + RedoBlock.HEADER_BYTES);
    }
}
