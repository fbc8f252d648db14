package io.holdfast.innodb;

import java.util.zip.Adler32;
import java.util.zip.CRC32C;

/// Computes the sums that pages carry. Each leaves out what the server changes after summing: the
/// checksum itself, bytes 26..34 or 26..38, and the trailer or the LSN.
///
/// | sum                    | ordinary pages                      | `ROW_FORMAT=COMPRESSED`                  |
/// |------------------------|-------------------------------------|------------------------------------------|
/// | CRC-32C                | crc \[4,26) xor crc \[38,size-8)    | crc \[4,16) xor crc \[24,26) xor crc \[34,size) |
/// | CRC-32C swapped        | the same ranges                     | -                                        |
/// | InnoDB, at the head    | fold \[4,26) + fold \[38,size-8)    | Adler-32 of the three ranges, begun at 0 |
/// | InnoDB, in the trailer | fold \[0,26)                        | -                                        |
///
/// The swapped CRC takes the bytes of every aligned group of eight within a range in reverse order,
/// and those before and after in order; alignment counts from the page's beginning. Source: MySQL
/// 9.7 `storage/innobase/buf/checksum.cc`, `buf_calc_page_crc32`, `buf_calc_page_new_checksum`,
/// `buf_calc_page_old_checksum`, `BlockReporter::calc_zip_checksum`;
/// `storage/innobase/ut/crc32.cc`, `ut_crc32_legacy_big_endian`;
/// `storage/innobase/include/ut0rnd.h`, `ut_fold_binary`.
///
/// Confined to one thread, takes no memory per page.
final class PageSums {
    private static final int GROUP = 8;
    private static final int FOLD_MASK_1 = 1463735687;
    private static final int FOLD_MASK_2 = 1653893711;
    private static final int ADLER_BASE = 65521;

    private final CRC32C crc = new CRC32C();
    private final Adler32 adler = new Adler32();
    private final byte[] reversed = new byte[GROUP];

    int crc32c(byte[] bytes, int page, int pageBytes) {
        return crcOf(bytes, page + PageHeader.PAGE_NUMBER, page + PageHeader.FLUSH_LSN)
                ^ crcOf(
                        bytes,
                        page + PageHeader.BYTES,
                        page + pageBytes - PageHeader.TRAILER_BYTES);
    }

    int zipCrc32c(byte[] bytes, int page, int pageBytes) {
        return crcOf(bytes, page + PageHeader.PAGE_NUMBER, page + PageHeader.LSN)
                ^ crcOf(bytes, page + PageHeader.TYPE, page + PageHeader.FLUSH_LSN)
                ^ crcOf(bytes, page + PageHeader.SPACE_ID, page + pageBytes);
    }

    int crc32cSwapped(byte[] bytes, int page, int pageBytes) {
        return swappedCrcOf(bytes, page, PageHeader.PAGE_NUMBER, PageHeader.FLUSH_LSN)
                ^ swappedCrcOf(bytes, page, PageHeader.BYTES, pageBytes - PageHeader.TRAILER_BYTES);
    }

    static int foldHead(byte[] bytes, int page, int pageBytes) {
        return foldOf(bytes, page + PageHeader.PAGE_NUMBER, page + PageHeader.FLUSH_LSN)
                + foldOf(
                        bytes,
                        page + PageHeader.BYTES,
                        page + pageBytes - PageHeader.TRAILER_BYTES);
    }

    static int foldTail(byte[] bytes, int page) {
        return foldOf(bytes, page, page + PageHeader.FLUSH_LSN);
    }

    int zipAdler(byte[] bytes, int page, int pageBytes) {
        adler.reset();
        int count = adlerOf(bytes, page + PageHeader.PAGE_NUMBER, page + PageHeader.LSN);
        count += adlerOf(bytes, page + PageHeader.TYPE, page + PageHeader.FLUSH_LSN);
        count += adlerOf(bytes, page + PageHeader.SPACE_ID, page + pageBytes);
        // The JDK begins its first half at 1; the server at 0, so the second half lacks `count`.
        int sum = (int) adler.getValue();
        int first = Math.floorMod((sum & 0xFFFF) - 1, ADLER_BASE);
        int second = Math.floorMod((sum >>> 16) - count, ADLER_BASE);
        return second << 16 | first;
    }

    private int crcOf(byte[] bytes, int from, int to) {
        crc.reset();
        crc.update(bytes, from, to - from);
        return (int) crc.getValue();
    }

    private int swappedCrcOf(byte[] bytes, int page, int from, int to) {
        crc.reset();
        int at = from;
        int aligned = Math.min(to, (from + GROUP - 1) & -GROUP);
        crc.update(bytes, page + at, aligned - at);
        for (at = aligned; to - at >= GROUP; at += GROUP) {
            for (int i = 0; i < GROUP; i++) {
                reversed[i] = bytes[page + at + GROUP - 1 - i];
            }
            crc.update(reversed, 0, GROUP);
        }
        crc.update(bytes, page + at, to - at);
        return (int) crc.getValue();
    }

    private int adlerOf(byte[] bytes, int from, int to) {
        adler.update(bytes, from, to - from);
        return to - from;
    }

    private static int foldOf(byte[] bytes, int from, int to) {
        int fold = 0;
        for (int at = from; at < to; at++) {
            int next = bytes[at] & 0xFF;
            fold = ((((fold ^ next ^ FOLD_MASK_2) << 8) + fold) ^ FOLD_MASK_1) + next;
        }
        return fold;
    }
}
