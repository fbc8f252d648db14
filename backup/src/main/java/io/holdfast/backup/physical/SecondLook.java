package io.holdfast.backup.physical;

import io.holdfast.innodb.PageHeader;
import io.holdfast.innodb.PageVerdict;
import io.holdfast.innodb.PageVerifier;
import java.nio.channels.FileChannel;

/// Reads a page again that looked damaged, because a page that the server is writing at that moment
/// looks the same: from the disk and not from the kernel's cache, where the file system can do
/// that.
final class SecondLook {
    static final int TRIES_MAX = 100;
    private static final long PAUSE_MILLIS = 5;

    private final TablespaceFile file;
    private final PagesAgain reading;
    private final PageVerifier verifier;

    /// @param channel of the file, which may lie elsewhere meanwhile
    SecondLook(TablespaceFile file, FileChannel channel, PageVerifier verifier) {
        this.file = file;
        this.reading = new PagesAgain(file, channel);
        this.verifier = verifier;
    }

    /// Reads the page until it is good, half a second long at most.
    ///
    /// @return why it is not good; empty if it is, and stands at `offset` of `bytes`
    String until(long page, byte[] bytes, int offset) {
        String problem = "";
        for (int attempt = 0; attempt < TRIES_MAX; attempt++) {
            // Alternately, so that neither a stale cache nor an odd disk decides alone.
            long at = page * file.pageBytes();
            byte[] again =
                    attempt % 2 == 0
                            ? reading.direct(at, file.pageBytes())
                            : reading.cached(at, file.pageBytes());
            problem = problemOf(verifier.verify(again, 0), again, 0, file, page);
            if (problem.isEmpty()) {
                System.arraycopy(again, 0, bytes, offset, again.length);
                return "";
            }
            Pause.millis(PAUSE_MILLIS);
        }
        return problem;
    }

    /// Why a page is not good, in words; empty if it is. Also good pages may lie at the wrong
    /// place.
    static String problemOf(
            PageVerdict verdict, byte[] bytes, int offset, TablespaceFile file, long page) {
        if (verdict.isSuspect()) {
            return verdict.describe();
        }
        // The system tablespace may have several files, and of servers older than 8.0.20 copies of
        // other pages.
        boolean isNumbered = verdict instanceof PageVerdict.Whole && file.space() != 0;
        long says = PageHeader.pageNumber(bytes, offset);
        return isNumbered && says != page && PageHeader.lsn(bytes, offset) != 0
                ? "page says it is page " + says + " of its tablespace"
                : "";
    }
}
