package io.holdfast.innodb;

import java.util.Arrays;
import java.util.random.RandomGenerator;

/// Pages made by the rules of the format, for tests.
final class Pages {
    static final int LSN_LOW_OF_TAIL = 4;

    private Pages() {}

    /// A page of random content, stamped at both ends, with its CRC-32C in both fields.
    static byte[] plain(int pageBytes, int type, RandomGenerator random) {
        byte[] page = new byte[pageBytes];
        random.nextBytes(page);
        stamp(page, type);
        byte[] copy = page.clone();
        return withCrc(copy);
    }

    /// A page that compresses well.
    static byte[] dull(int pageBytes, int type, RandomGenerator random) {
        byte[] page = new byte[pageBytes];
        Arrays.fill(page, PageHeader.BYTES, pageBytes, (byte) random.nextInt(256));
        for (int i = 0; i < 50; i++) {
            page[random.nextInt(PageHeader.BYTES, pageBytes)] = (byte) random.nextInt(256);
        }
        stamp(page, type);
        BigEndian.put64(page, PageHeader.FLUSH_LSN, 0);
        return withCrc(page);
    }

    private static void stamp(byte[] page, int type) {
        long lsn = BigEndian.u64(page, PageHeader.LSN) >>> 1 | 1;
        BigEndian.put64(page, PageHeader.LSN, lsn);
        BigEndian.put32(page, page.length - LSN_LOW_OF_TAIL, lsn);
        BigEndian.put16(page, PageHeader.TYPE, type);
    }

    static byte[] withCrc(byte[] page) {
        return withSums(page, new PageSums().crc32c(page, 0, page.length));
    }

    static byte[] withSums(byte[] page, int sum) {
        BigEndian.put32(page, PageHeader.CHECKSUM, sum);
        BigEndian.put32(page, page.length - PageHeader.TRAILER_BYTES, sum);
        return page;
    }

    /// A page in `ROW_FORMAT=COMPRESSED`, with its CRC-32C.
    static byte[] zip(int pageBytes, RandomGenerator random) {
        byte[] page = new byte[pageBytes];
        random.nextBytes(page);
        BigEndian.put16(page, PageHeader.TYPE, PageType.INDEX.number());
        BigEndian.put32(page, PageHeader.CHECKSUM, new PageSums().zipCrc32c(page, 0, page.length));
        return page;
    }

    /// The page-compressed form of a page, whose body is already compressed.
    static byte[] packed(byte[] page, int algorithm, byte[] compressed) {
        byte[] packed = new byte[page.length];
        System.arraycopy(page, 0, packed, 0, PageHeader.BYTES);
        System.arraycopy(compressed, 0, packed, PageHeader.BYTES, compressed.length);
        packed[26] = 2;
        packed[27] = (byte) algorithm;
        BigEndian.put16(packed, 28, BigEndian.u16(page, PageHeader.TYPE));
        BigEndian.put16(packed, 30, page.length - PageHeader.BYTES);
        BigEndian.put16(packed, 32, compressed.length);
        BigEndian.put16(packed, PageHeader.TYPE, PageType.PACKED.number());
        return packed;
    }
}
