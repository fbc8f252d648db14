package io.holdfast.innodb;

/// The name of one page of a server, a tablespace's id and a page number, packed into a `long` so
/// that millions of them fit an array and sort by tablespace: the id in the high half, the number
/// in the low half. Ids of undo and dictionary tablespaces make it negative.
public final class PageId {
    private PageId() {}

    public static long of(long spaceId, long pageNumber) {
        return spaceId << 32 | (pageNumber & 0xFFFF_FFFFL);
    }

    public static long spaceId(long pageId) {
        return pageId >>> 32;
    }

    public static long pageNumber(long pageId) {
        return pageId & 0xFFFF_FFFFL;
    }
}
