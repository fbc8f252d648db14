package io.holdfast.innodb;

import io.holdfast.core.Text;
import java.util.Objects;
import java.util.zip.CRC32C;

/// Tells the good blocks of a redo log that is being written from what lies behind them.
///
/// A block counts if its number and its epoch are those of its place (its file was used before, and
/// holds old blocks behind the new), its length is possible and its checksum fits. The checksum of
/// an encrypted block cannot be computed without the key; number and epoch must do.
///
/// Source: MySQL 9.7 `storage/innobase/log/log0recv.cc`, `recv_scan_log_recs`.
///
/// Confined to one thread.
public final class RedoScanner {
    private final CRC32C crc = new CRC32C();

    /// Judges the blocks in `bytes[offset, offset + byteCount)`, of which the first is the one at
    /// `startLsn`. Bytes of an incomplete block at the end are left alone.
    public RedoScan scan(byte[] bytes, int offset, int byteCount, long startLsn) {
        Objects.checkFromIndexSize(offset, byteCount, bytes.length);
        if (startLsn != RedoBlock.start(startLsn) || startLsn < 0) {
            throw new IllegalArgumentException(
                    Text.format("LSN %d is not the beginning of a block", startLsn));
        }
        boolean hasEncrypted = false;
        int whole = 0;
        while (byteCount - whole >= RedoBlock.BYTES) {
            int at = offset + whole;
            long lsn = startLsn + whole;
            if (BigEndian.u32(bytes, at + RedoBlock.NUMBER) != RedoBlock.number(lsn)
                    || BigEndian.u32(bytes, at + RedoBlock.EPOCH) != RedoBlock.epoch(lsn)) {
                return new RedoScan(startLsn, whole, 0, hasEncrypted, RedoScan.Stop.NOT_WRITTEN);
            }
            int data = BigEndian.u16(bytes, at + RedoBlock.DATA_BYTES);
            int dataBytes = data & RedoBlock.DATA_BYTES_MASK;
            if (dataBytes < RedoBlock.HEADER_BYTES
                    || (dataBytes >= RedoBlock.CHECKSUM && dataBytes != RedoBlock.BYTES)) {
                return new RedoScan(startLsn, whole, 0, hasEncrypted, RedoScan.Stop.LENGTH);
            }
            boolean isEncrypted = (data & RedoBlock.ENCRYPTED_BIT) != 0;
            if (!isEncrypted && !RedoBlock.isSealed(crc, bytes, at)) {
                return new RedoScan(startLsn, whole, 0, hasEncrypted, RedoScan.Stop.CHECKSUM);
            }
            hasEncrypted |= isEncrypted;
            if (dataBytes < RedoBlock.BYTES) {
                return new RedoScan(startLsn, whole, dataBytes, hasEncrypted, RedoScan.Stop.TAIL);
            }
            whole += RedoBlock.BYTES;
        }
        return new RedoScan(startLsn, whole, 0, hasEncrypted, RedoScan.Stop.BYTES_END);
    }
}
