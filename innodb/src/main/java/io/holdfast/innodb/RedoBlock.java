package io.holdfast.innodb;

import io.holdfast.core.Text;
import java.util.Arrays;
import java.util.Objects;
import java.util.zip.CRC32C;

/// The frame of one block of the redo log: 512 bytes, of which 496 are records. An LSN counts all
/// 512, so that a block begins at a multiple of 512.
///
/// | offset | bytes | field      | meaning                                                             |
/// |-------:|------:|------------|---------------------------------------------------------------------|
/// |      0 |     4 | number     | 1 + (LSN / 512) modulo 2^30, see [#number(long)]                    |
/// |      4 |     2 | dataBytes  | low 15 bits: bytes in use with this header, 12..507, or 512 if the block is full; bit 15: encrypted |
/// |      6 |     2 | firstGroup | offset of the first group of records that begins here; 0 none       |
/// |      8 |     4 | epoch      | 1 + (LSN / 512) / 2^30, see [#epoch(long)]                          |
/// |     12 |   496 | -          | records                                                             |
/// |    508 |     4 | checksum   | CRC-32C of the 508 bytes before; of an encrypted block: of its plain text, which needs the key; `0xDEADBEEF` with `innodb_log_checksums=OFF` |
///
/// Integers are unsigned, big-endian. Source: MySQL 9.7 `storage/innobase/include/log0constants.h`,
/// `LOG_BLOCK_*`; `include/log0log.ic`, `log_block_convert_lsn_to_hdr_no`,
/// `log_block_convert_lsn_to_epoch_no`.
public record RedoBlock(
        long number,
        int dataBytes,
        boolean isEncrypted,
        int firstGroup,
        long epoch,
        long checksum) {

    public static final int BYTES = 512;
    public static final int HEADER_BYTES = 12;
    public static final int TRAILER_BYTES = 4;

    static final int NUMBER = 0;
    static final int DATA_BYTES = 4;
    static final int FIRST_GROUP = 6;
    static final int EPOCH = 8;
    static final int CHECKSUM = BYTES - TRAILER_BYTES;
    static final int DATA_BYTES_MASK = 0x7FFF;
    static final int ENCRYPTED_BIT = 0x8000;

    private static final long NUMBERS = 1L << 30;

    /// Reads the frame of the block at `offset`, whatever it says; [RedoScanner] judges it.
    public static RedoBlock decode(byte[] bytes, int offset) {
        Objects.checkFromIndexSize(offset, BYTES, bytes.length);
        int data = BigEndian.u16(bytes, offset + DATA_BYTES);
        return new RedoBlock(
                BigEndian.u32(bytes, offset + NUMBER),
                data & DATA_BYTES_MASK,
                (data & ENCRYPTED_BIT) != 0,
                BigEndian.u16(bytes, offset + FIRST_GROUP),
                BigEndian.u32(bytes, offset + EPOCH),
                BigEndian.u32(bytes, offset + CHECKSUM));
    }

    /// Where the block that holds `lsn` begins.
    public static long start(long lsn) {
        return lsn & -BYTES;
    }

    /// The number of the block that holds `lsn`: 1..2^30.
    public static long number(long lsn) {
        return 1 + lsn / BYTES % NUMBERS;
    }

    /// How often the numbers had been used up before the block that holds `lsn`, plus 1.
    public static long epoch(long lsn) {
        return 1 + lsn / BYTES / NUMBERS;
    }

    /// Makes the log end at `endLsn`, which lies in the block at `offset`: the bytes behind it
    /// become zero and the frame follows. An encrypted block stays as it is, because its checksum
    /// is of bytes that cannot be seen; it may then hold up to 495 bytes behind `endLsn`.
    ///
    /// @throws IllegalArgumentException if `endLsn` points into a header or a trailer, or the block
    ///   is not its block or ends before it
    public static void cut(byte[] bytes, int offset, long endLsn) {
        RedoBlock block = decode(bytes, offset);
        int end = (int) (endLsn - start(endLsn));
        if (end < HEADER_BYTES || end >= CHECKSUM) {
            throw new IllegalArgumentException(
                    Text.format(
                            "LSN %d is at %d of its block, no place for a record", endLsn, end));
        }
        if (block.number != number(endLsn) || block.dataBytes < end) {
            throw new IllegalArgumentException(Text.format("LSN %d is not in %s", endLsn, block));
        }
        if (block.isEncrypted) {
            return;
        }
        BigEndian.put16(bytes, offset + DATA_BYTES, end);
        if (block.firstGroup > end) {
            BigEndian.put16(bytes, offset + FIRST_GROUP, 0);
        }
        Arrays.fill(bytes, offset + end, offset + CHECKSUM, (byte) 0);
        seal(bytes, offset);
    }

    /// Writes the checksum of the 508 bytes at `offset` behind them. The blocks of a file's header
    /// carry the same one.
    static void seal(byte[] bytes, int offset) {
        BigEndian.put32(bytes, offset + CHECKSUM, crc(new CRC32C(), bytes, offset));
    }

    static boolean isSealed(CRC32C crc, byte[] bytes, int offset) {
        return crc(crc, bytes, offset) == BigEndian.bits32(bytes, offset + CHECKSUM);
    }

    private static int crc(CRC32C crc, byte[] bytes, int offset) {
        crc.reset();
        crc.update(bytes, offset, CHECKSUM);
        return (int) crc.getValue();
    }
}
