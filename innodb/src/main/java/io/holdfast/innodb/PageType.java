package io.holdfast.innodb;

/// What a page holds, as the two bytes at offset 24 say.
///
/// Source: MySQL 9.7 `storage/innobase/include/fil0fil.h`, `FIL_PAGE_*`.
public enum PageType {
    ALLOCATED(0),
    UNDO_LOG(2),
    INODE(3),
    CHANGE_BUFFER_FREE_LIST(4),
    CHANGE_BUFFER_BITMAP(5),
    SYSTEM(6),
    TRANSACTION_SYSTEM(7),
    SPACE_HEADER(8),
    EXTENT_DESCRIPTOR(9),
    BLOB(10),
    ZBLOB_FIRST(11),
    ZBLOB_NEXT(12),
    UNKNOWN_OLD(13),
    /// Page compression; see [PackedPages].
    PACKED(14),
    ENCRYPTED(15),
    PACKED_AND_ENCRYPTED(16),
    ENCRYPTED_RTREE(17),
    SDI_BLOB(18),
    SDI_ZBLOB(19),
    DOUBLEWRITE_OLD(20),
    ROLLBACK_SEGMENT_ARRAY(21),
    LOB_INDEX(22),
    LOB_DATA(23),
    LOB_FIRST(24),
    ZLOB_FIRST(25),
    ZLOB_DATA(26),
    ZLOB_INDEX(27),
    ZLOB_FRAGMENT(28),
    ZLOB_FRAGMENT_INDEX(29),
    SDI(17853),
    RTREE(17854),
    INDEX(17855),
    /// Any number that is none of the others.
    OTHER(-1);

    private final int number;

    PageType(int number) {
        this.number = number;
    }

    /// The number in the page; -1 for [#OTHER].
    public int number() {
        return number;
    }

    /// The type with that number, or [#OTHER].
    public static PageType of(int number) {
        for (PageType type : values()) {
            if (type.number == number) {
                return type;
            }
        }
        return OTHER;
    }

    /// Whether pages of that type cannot be read without the tablespace's key.
    static boolean isEncrypted(int number) {
        return number >= ENCRYPTED.number && number <= ENCRYPTED_RTREE.number;
    }
}
