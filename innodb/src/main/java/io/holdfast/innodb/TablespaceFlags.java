package io.holdfast.innodb;

import io.holdfast.core.Text;

/// The flags of a tablespace, as they stand in its header and in
/// `information_schema.INNODB_TABLESPACES.FLAG`.
///
/// | bit    | field         | meaning                                                               |
/// |-------:|---------------|-----------------------------------------------------------------------|
/// |      0 | postAntelope  | a row format newer than `COMPACT`                                     |
/// | 1..4   | zip size      | n = 1..5: `KEY_BLOCK_SIZE` of 512 << n bytes; 0 not compressed        |
/// |      5 | atomicBlobs   | `DYNAMIC` or `COMPRESSED` rows                                        |
/// | 6..9   | page size     | n = 3..7: 512 << n bytes; 0 means 16 KiB                              |
/// |     10 | dataDirectory | made with `DATA DIRECTORY`                                            |
/// |     11 | shared        | a general tablespace, or the server's own                             |
/// |     12 | temporary     | removed when the server starts                                        |
/// |     13 | encrypted     | `ENCRYPTION='Y'`                                                      |
/// |     14 | sdi           | holds serialised dictionary information                               |
/// | 15..31 | -             | 0                                                                     |
///
/// Source: MySQL 9.7 `storage/innobase/include/fsp0types.h`, `FSP_FLAGS_*`;
/// `storage/innobase/include/fsp0fsp.ic`, `fsp_flags_is_valid`.
///
/// @param bits as stored; every value of this type has valid sizes and no unknown bits
public record TablespaceFlags(int bits) {
    private static final int POST_ANTELOPE = 1;
    private static final int ZIP_SHIFT = 1;
    private static final int ZIP_MAX = 5;
    private static final int ATOMIC_BLOBS = 1 << 5;
    private static final int PAGE_SHIFT = 6;
    private static final int PAGE_MIN = 3;
    private static final int PAGE_MAX = 7;
    private static final int SIZE_MASK = 0xF;
    private static final int SIZE_UNIT = 512;
    private static final int PAGE_BYTES_DEFAULT = 16 << 10;
    private static final int DATA_DIRECTORY = 1 << 10;
    private static final int SHARED = 1 << 11;
    private static final int TEMPORARY = 1 << 12;
    private static final int ENCRYPTED = 1 << 13;
    private static final int SDI = 1 << 14;
    private static final int KNOWN = (1 << 15) - 1;

    public TablespaceFlags {
        String problem = problemOf(bits);
        if (!problem.isEmpty()) {
            throw new IllegalArgumentException(problem);
        }
    }

    /// Why a number is not a tablespace's flags; empty if it is.
    static String problemOf(int bits) {
        int zip = bits >>> ZIP_SHIFT & SIZE_MASK;
        int page = bits >>> PAGE_SHIFT & SIZE_MASK;
        if ((bits & ~KNOWN) != 0) {
            return Text.format("flags are 0x%08x, more than the 15 bits known", bits);
        }
        if (page != 0 && (page < PAGE_MIN || page > PAGE_MAX)) {
            return Text.format("flags 0x%x name page size %d, none of 0 and 3..7", bits, page);
        }
        if (zip > ZIP_MAX || SIZE_UNIT << zip > pageBytes(bits)) {
            return Text.format(
                    "flags 0x%x name compressed page size %d, above the page", bits, zip);
        }
        return "";
    }

    private static int pageBytes(int bits) {
        int page = bits >>> PAGE_SHIFT & SIZE_MASK;
        return page == 0 ? PAGE_BYTES_DEFAULT : SIZE_UNIT << page;
    }

    public PageSize pageSize() {
        int zip = bits >>> ZIP_SHIFT & SIZE_MASK;
        return new PageSize(pageBytes(bits), zip == 0 ? 0 : SIZE_UNIT << zip);
    }

    public boolean isPostAntelope() {
        return (bits & POST_ANTELOPE) != 0;
    }

    public boolean hasAtomicBlobs() {
        return (bits & ATOMIC_BLOBS) != 0;
    }

    public boolean hasDataDirectory() {
        return (bits & DATA_DIRECTORY) != 0;
    }

    public boolean isShared() {
        return (bits & SHARED) != 0;
    }

    public boolean isTemporary() {
        return (bits & TEMPORARY) != 0;
    }

    public boolean isEncrypted() {
        return (bits & ENCRYPTED) != 0;
    }

    public boolean hasSdi() {
        return (bits & SDI) != 0;
    }
}
