package io.holdfast.innodb;

import io.holdfast.core.Text;

/// How large the pages of one tablespace are, in memory and in the file.
///
/// | kind of tablespace            | logicalBytes | zipBytes | physicalBytes |
/// |-------------------------------|-------------:|---------:|--------------:|
/// | ordinary                      |     4..64 Ki |        0 |  logicalBytes |
/// | `ROW_FORMAT=COMPRESSED`       |     4..16 Ki | 1..16 Ki |      zipBytes |
///
/// All are powers of two. Page compression (`COMPRESSION='zlib'`) changes none of them: its pages
/// have a hole at their end. Source: MySQL 9.7 `storage/innobase/include/page0size.h`, `class
/// page_size_t`.
///
/// @param logicalBytes the server's `innodb_page_size`
/// @param zipBytes `KEY_BLOCK_SIZE` in bytes; 0 if the rows are not in compressed format
public record PageSize(int logicalBytes, int zipBytes) {
    public static final int LOGICAL_BYTES_MIN = 4 << 10;
    public static final int LOGICAL_BYTES_MAX = 64 << 10;
    public static final int ZIP_BYTES_MIN = 1 << 10;
    public static final int ZIP_BYTES_MAX = 16 << 10;

    public PageSize {
        if (!isPowerOfTwo(logicalBytes, LOGICAL_BYTES_MIN, LOGICAL_BYTES_MAX)) {
            throw new IllegalArgumentException("logicalBytes is " + logicalBytes);
        }
        if (zipBytes != 0
                && (!isPowerOfTwo(zipBytes, ZIP_BYTES_MIN, ZIP_BYTES_MAX)
                        || zipBytes > logicalBytes)) {
            throw new IllegalArgumentException(
                    Text.format("zipBytes is %d of %d", zipBytes, logicalBytes));
        }
    }

    /// Ordinary pages of this many bytes.
    public static PageSize plain(int logicalBytes) {
        return new PageSize(logicalBytes, 0);
    }

    private static boolean isPowerOfTwo(int bytes, int min, int max) {
        return Integer.bitCount(bytes) == 1 && bytes >= min && bytes <= max;
    }

    /// Whether the pages are in `ROW_FORMAT=COMPRESSED`, which has a checksum of its own and no
    /// trailer.
    public boolean isZip() {
        return zipBytes != 0;
    }

    /// What one page takes in the file.
    public int physicalBytes() {
        return isZip() ? zipBytes : logicalBytes;
    }

    /// Whether a page of the *system* tablespace with that number lies where servers before 8.0.20
    /// kept their doublewrite buffer: the second and third extent. No server reads them for what
    /// they say of themselves and `innochecksum` passes them over: on an upgraded server they are
    /// stale copies of other pages, torn ones among them.
    public boolean isOldDoublewrite(long pageNumber) {
        return pageNumber >= extentPages() && pageNumber < 3L * extentPages();
    }

    /// Pages in one extent: 1 MiB of pages up to 16 KiB, 64 pages above.
    int extentPages() {
        return Math.max(64, (1 << 20) / logicalBytes);
    }
}
