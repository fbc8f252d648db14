package io.holdfast.innodb;

import io.holdfast.core.Text;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.zip.CRC32C;

/// One block of the files in which a server keeps what it tracks: `#ib_archive/page_group_<lsn>/`
/// in the data directory, with files `ib_page_0`, `ib_page_1`, … of a reset block and up to 2043
/// data blocks each. A block is 16 KiB whatever the server's page size.
///
/// | offset | bytes | field     | meaning                                                              |
/// |-------:|------:|-----------|----------------------------------------------------------------------|
/// |      0 |     1 | version   | 1                                                                    |
/// |      1 |     1 | type      | 0 reset block, 1 data block                                          |
/// |      2 |     4 | checksum  | CRC-32C of the `dataBytes` bytes at offset 32                        |
/// |      6 |     2 | dataBytes | behind the header; at most 16352                                     |
/// |      8 |     8 | stopLsn   | data block: pages first changed before this LSN are in it or before it |
/// |     16 |     8 | resetLsn  | tracking was last begun anew at this LSN                             |
/// |     24 |     8 | number    | data block: consecutive through all files; reset block: the file's number |
/// |     32 |     - | data      | data block: see [ChangedPages]; reset block: see below               |
///
/// A reset block's data are the LSN of its first reset (8 bytes), then per reset the data block's
/// number (2) and the offset in that block (2) from which on pages belong to it; [ResetPoint].
///
/// The newest pages are in the server's memory until a checkpoint, and a server that was killed
/// lacks pages here that its recovery wrote: only the server's own functions say what is complete.
///
/// Integers are unsigned, big-endian. Source: MySQL 9.7 `storage/innobase/include/arch0page.h`,
/// `ARCH_PAGE_BLK_HEADER_*`, `ARCH_PAGE_FILE_HEADER_*`; `storage/innobase/arch/arch0page.cc`,
/// `Arch_Block::flush`, `Arch_Block::add_reset`.
public sealed interface PageTrackBlock {
    int BYTES = 16 << 10;
    int HEADER_BYTES = 32;
    int PAGES_MAX = (BYTES - HEADER_BYTES) / ChangedPages.ENTRY_BYTES;

    /// Never written.
    record Unused() implements PageTrackBlock {}

    /// The first block of a file: where in it tracking was begun anew.
    ///
    /// @param firstLsn of the first of the resets; 0 if there is none
    record Resets(long fileNumber, long firstLsn, List<ResetPoint> points)
            implements PageTrackBlock {
        public Resets {
            points = List.copyOf(points);
        }
    }

    /// A block of pages, which [ChangedPages#decode] reads from its offset 32.
    record Pages(long number, long stopLsn, long resetLsn, int pageCount)
            implements PageTrackBlock {}

    /// The block does not follow the format: it is being written, or damaged.
    record Corrupt(String why) implements PageTrackBlock {}

    /// Where the pages of a reset begin.
    ///
    /// @param blockNumber low 16 bits of the data block's number
    /// @param offset in that block, header included
    record ResetPoint(int blockNumber, int offset) {}

    /// Judges the block at `offset`.
    static PageTrackBlock decode(byte[] bytes, int offset) {
        Objects.checkFromIndexSize(offset, BYTES, bytes.length);
        int version = BigEndian.u8(bytes, offset);
        int type = BigEndian.u8(bytes, offset + 1);
        int dataBytes = BigEndian.u16(bytes, offset + 6);
        if (isZero(bytes, offset)) {
            return new Unused();
        }
        if (version != 1 || type > 1) {
            return new Corrupt(Text.format("block has version %d and type %d", version, type));
        }
        if (dataBytes > BYTES - HEADER_BYTES) {
            return new Corrupt(Text.format("block has %d bytes of data", dataBytes));
        }
        var crc = new CRC32C();
        crc.update(bytes, offset + HEADER_BYTES, dataBytes);
        if ((int) crc.getValue() != BigEndian.bits32(bytes, offset + 2)) {
            return new Corrupt("block's checksum does not fit its data");
        }
        long number = BigEndian.u64(bytes, offset + 24);
        return type == 0
                ? decodeResets(bytes, offset + HEADER_BYTES, dataBytes, number)
                : decodePages(bytes, offset, dataBytes, number);
    }

    private static PageTrackBlock decodePages(
            byte[] bytes, int offset, int dataBytes, long number) {
        if (dataBytes % ChangedPages.ENTRY_BYTES != 0) {
            return new Corrupt(Text.format("data block has %d bytes of pages", dataBytes));
        }
        return new Pages(
                number,
                BigEndian.u64(bytes, offset + 8),
                BigEndian.u64(bytes, offset + 16),
                dataBytes / ChangedPages.ENTRY_BYTES);
    }

    private static PageTrackBlock decodeResets(
            byte[] bytes, int data, int dataBytes, long fileNumber) {
        if (dataBytes == 0) {
            return new Resets(fileNumber, 0, List.of());
        }
        if (dataBytes < 8 || (dataBytes - 8) % 4 != 0) {
            return new Corrupt(Text.format("reset block has %d bytes of data", dataBytes));
        }
        var points = new ArrayList<ResetPoint>((dataBytes - 8) / 4);
        for (int at = data + 8; at < data + dataBytes; at += 4) {
            points.add(new ResetPoint(BigEndian.u16(bytes, at), BigEndian.u16(bytes, at + 2)));
        }
        return new Resets(fileNumber, BigEndian.u64(bytes, data), points);
    }

    private static boolean isZero(byte[] bytes, int offset) {
        for (int at = offset; at < offset + BYTES; at += 8) {
            if (BigEndian.u64(bytes, at) != 0) {
                return false;
            }
        }
        return true;
    }
}
