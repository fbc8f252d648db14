package io.holdfast.innodb;

import java.util.Objects;

/// The 38 bytes in front of every page, whatever its kind, and the names of their offsets.
///
/// | offset | bytes | field        | meaning                                                       |
/// |-------:|------:|--------------|---------------------------------------------------------------|
/// |      0 |     4 | checksum     | see [PageChecksum]                                            |
/// |      4 |     4 | pageNumber   | within the tablespace, which may be several files             |
/// |      8 |     4 | previous     | page before it in its index; `0xFFFFFFFF` none; page 0: [TablespaceHeader#serverVersion()] |
/// |     12 |     4 | next         | page after it; page 0: [TablespaceHeader#spaceVersion()]      |
/// |     16 |     8 | lsn          | end of the newest redo record that changed the page           |
/// |     24 |     2 | type         | see [PageType]                                                |
/// |     26 |     8 | -            | page 0 of `ibdata1`: flushed LSN; R-trees: split number; page-compressed: see [PackedPages] |
/// |     34 |     4 | spaceId      | the tablespace                                                |
///
/// Ordinary pages have a trailer in their last 8 bytes: checksum (4) and the low half of the LSN
/// (4). Pages in `ROW_FORMAT=COMPRESSED` have none. An encrypted page's header is in clear.
///
/// Integers are unsigned, big-endian. Source: MySQL 9.7 `storage/innobase/include/fil0types.h`,
/// `FIL_PAGE_*`.
public record PageHeader(
        long checksum,
        long pageNumber,
        long previous,
        long next,
        long lsn,
        int type,
        long spaceId) {

    public static final int BYTES = 38;
    public static final int TRAILER_BYTES = 8;

    /// No page.
    public static final long NONE = 0xFFFF_FFFFL;

    static final int CHECKSUM = 0;
    static final int PAGE_NUMBER = 4;
    static final int PREVIOUS = 8;
    static final int NEXT = 12;
    static final int LSN = 16;
    static final int LSN_LOW = 20;
    static final int TYPE = 24;
    static final int FLUSH_LSN = 26;
    static final int SPACE_ID = 34;

    /// Reads the header of the page that begins at `offset`.
    public static PageHeader decode(byte[] bytes, int offset) {
        Objects.checkFromIndexSize(offset, BYTES, bytes.length);
        return new PageHeader(
                BigEndian.u32(bytes, offset + CHECKSUM),
                BigEndian.u32(bytes, offset + PAGE_NUMBER),
                BigEndian.u32(bytes, offset + PREVIOUS),
                BigEndian.u32(bytes, offset + NEXT),
                BigEndian.u64(bytes, offset + LSN),
                BigEndian.u16(bytes, offset + TYPE),
                BigEndian.u32(bytes, offset + SPACE_ID));
    }

    /// The LSN of the page that begins at `offset`, and nothing else of it: what a scan for changed
    /// pages needs of each. 0 for a page that was never used.
    public static long lsn(byte[] bytes, int offset) {
        return BigEndian.u64(bytes, offset + LSN);
    }

    /// The tablespace that the page at `offset` says it is of; 0 for a page that was never used.
    public static long spaceId(byte[] bytes, int offset) {
        return BigEndian.u32(bytes, offset + SPACE_ID);
    }

    /// The number that the page at `offset` says it has.
    public static long pageNumber(byte[] bytes, int offset) {
        return BigEndian.u32(bytes, offset + PAGE_NUMBER);
    }
}
