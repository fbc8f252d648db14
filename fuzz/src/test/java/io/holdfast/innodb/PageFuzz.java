package io.holdfast.innodb;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.holdfast.core.CorruptDataException;
import java.util.Arrays;

/// A page of any bytes has a verdict, as a page of every kind; and as the first of a tablespace it
/// is a header or is refused.
final class PageFuzz {
    @FuzzTest
    void aPageHasAVerdict(byte[] bytes) {
        byte[] page = Arrays.copyOf(bytes, PageSize.LOGICAL_BYTES_MIN);
        judge(page, PageSize.plain(page.length));
        judge(page, new PageSize(16 << 10, 1 << 10));
        try {
            var header = TablespaceHeader.decode(bytes, bytes.length, "t.ibd");
            judge(bytes, header.pageSize());
        } catch (CorruptDataException _) {
            // No tablespace begins so.
        }
        int count = ChangedPages.decode(bytes, 0, bytes.length, new long[bytes.length]);
        if (count != bytes.length / ChangedPages.ENTRY_BYTES) {
            throw new AssertionError("a list of another length");
        }
        if (bytes.length >= PageTrackBlock.BYTES) {
            var _ = PageTrackBlock.decode(bytes, 0);
        }
    }

    private static void judge(byte[] bytes, PageSize size) {
        for (boolean mayBeEncrypted : new boolean[] {false, true}) {
            try (var verifier = new PageVerifier(size, mayBeEncrypted)) {
                if (verifier.verify(bytes, 0).describe().isEmpty()) {
                    throw new AssertionError("a verdict without words");
                }
            }
        }
    }
}
