package io.holdfast.innodb;

import io.holdfast.core.Text;
import java.util.Objects;

/// A list of changed pages, as `mysqlbackup_page_track_get_changed_pages()` writes it to
/// `#meb/<backupid>.idx` in the data directory, and as the blocks of the server's own page tracking
/// hold it ([PageTrackBlock]).
///
/// | offset | bytes | field      | meaning                 |
/// |-------:|------:|------------|-------------------------|
/// | 8 · i  |     4 | spaceId    | of the i-th page        |
/// | 8 · i + 4 | 4 | pageNumber | within that tablespace  |
///
/// No header, no order, and a page may come more than once. Integers are unsigned, big-endian.
/// Source: MySQL 9.7 `components/mysqlbackup/backup_page_tracker.cc`, `page_track_callback`;
/// `storage/innobase/include/arch0page.h`, `ARCH_BLK_SPCE_ID_OFFSET`, `ARCH_BLK_PAGE_NO_OFFSET`.
public final class ChangedPages {
    public static final int ENTRY_BYTES = 8;

    private ChangedPages() {}

    /// Reads whole entries from `bytes[offset, offset + byteCount)` into `pages`, from index 0 on.
    ///
    /// @return how many: `byteCount / 8`. Bytes of an incomplete entry at the end are left alone; a
    ///   file that ends with one was cut short
    /// @throws IllegalArgumentException if `pages` has less room
    public static int decode(byte[] bytes, int offset, int byteCount, long[] pages) {
        Objects.checkFromIndexSize(offset, byteCount, bytes.length);
        int count = byteCount / ENTRY_BYTES;
        if (count > pages.length) {
            throw new IllegalArgumentException(
                    Text.format("%d pages, room for %d", count, pages.length));
        }
        for (int i = 0; i < count; i++) {
            // An entry is a PageId as it stands.
            pages[i] = BigEndian.u64(bytes, offset + i * ENTRY_BYTES);
        }
        return count;
    }
}
