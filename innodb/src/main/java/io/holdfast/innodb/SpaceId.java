package io.holdfast.innodb;

/// What the number of a tablespace says about it. Numbers are unsigned, 32 bits.
///
/// | from         | to           | tablespace                                                     |
/// |--------------|--------------|----------------------------------------------------------------|
/// | `0`          |              | system (`innodb_data_file_path`, several files)                |
/// | `1`          | `0xFCF2BFEF` | tables, general tablespaces                                    |
/// | `0xFCF2BFF0` | `0xFCF8DA6F` | temporary tables of sessions (`#innodb_temp`)                  |
/// | `0xFCF8DA70` | `0xFFFFFFEF` | undo tablespaces: 127 numbers with 400,000 ids each            |
/// | `0xFFFFFFF0` |              | redo log                                                       |
/// | `0xFFFFFFFD` |              | `innodb_temporary` (`ibtmp1`)                                  |
/// | `0xFFFFFFFE` |              | dictionary (`mysql.ibd`)                                       |
/// | `0xFFFFFFFF` |              | none                                                           |
///
/// Source: MySQL 9.7 `storage/innobase/include/dict0dict.h`, `struct dict_sys_t`;
/// `storage/innobase/include/trx0purge.h`, `undo::num2id`.
public final class SpaceId {
    public static final long SYSTEM = 0;
    public static final long DICTIONARY = 0xFFFF_FFFEL;
    public static final long TEMPORARY = 0xFFFF_FFFDL;
    public static final long NONE = 0xFFFF_FFFFL;

    private static final long UNDO_MAX = 0xFFFF_FFEFL;
    private static final int UNDO_NUMBERS = 127;
    private static final int UNDO_IDS_PER_NUMBER = 400_000;
    private static final long UNDO_MIN = UNDO_MAX + 1 - (long) UNDO_NUMBERS * UNDO_IDS_PER_NUMBER;
    private static final int SESSION_TEMPORARY_IDS = 400_000;

    private SpaceId() {}

    /// Whether it is an undo tablespace's. It gets another of its ids at each truncation.
    public static boolean isUndo(long spaceId) {
        return spaceId >= UNDO_MIN && spaceId <= UNDO_MAX;
    }

    /// The number of the undo tablespace with that id, 1..127, which stays when it is truncated.
    public static int undoNumber(long spaceId) {
        if (!isUndo(spaceId)) {
            throw new IllegalArgumentException("no undo tablespace: " + spaceId);
        }
        return (int) ((UNDO_MAX - spaceId) % UNDO_NUMBERS) + 1;
    }

    /// Whether the server makes the tablespace anew at every start, so that no backup needs it.
    public static boolean isTemporary(long spaceId) {
        return spaceId == TEMPORARY
                || (spaceId >= UNDO_MIN - SESSION_TEMPORARY_IDS && spaceId < UNDO_MIN);
    }
}
