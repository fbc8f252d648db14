package io.holdfast.backup.physical;

import io.holdfast.repository.physical.PageMarks;
import java.util.zip.CRC32C;

/// Makes the marks that [PageMarks] keeps of pages that are not all zero. Confined to one thread.
public final class PageMark {
    private static final int CHECKSUM = 0;
    private static final int CHECKSUM_BYTES = 4;
    private static final int LSN = 16;
    private static final int LSN_BYTES = 8;

    /// Instead of the numbers that mean something else.
    private static final int INSTEAD = 1;

    private final CRC32C crc = new CRC32C();

    /// The mark of the page that begins at `offset`: its checksum is over all that the server
    /// changes with an LSN.
    public int of(byte[] bytes, int offset) {
        crc.reset();
        crc.update(bytes, offset + CHECKSUM, CHECKSUM_BYTES);
        crc.update(bytes, offset + LSN, LSN_BYTES);
        return value();
    }

    /// The mark of a file's first page: a server that shuts down writes its LSN there, which
    /// neither changes the page's LSN nor is under its checksum ([PageHeader]).
    public int ofFirst(byte[] bytes, int offset, int pageBytes) {
        crc.reset();
        crc.update(bytes, offset, pageBytes);
        return value();
    }

    private int value() {
        int value = (int) crc.getValue();
        return value == PageMarks.ZERO_PAGE || value == PageMarks.UNKNOWN ? INSTEAD : value;
    }
}
