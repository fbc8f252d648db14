package io.holdfast.backup.physical;

import io.holdfast.core.CorruptDataException;
import io.holdfast.innodb.PageVerdict;
import io.holdfast.innodb.PageVerifier;
import java.nio.channels.FileChannel;
import java.util.Arrays;
import java.util.BitSet;

/// Makes sure of encrypted pages, for which nothing vouches without the server's key: each must be
/// the same at two readings with a pause in between that is longer than a write, the second from
/// the disk. One that was caught in the middle of being written is not.
///
/// Confined to one thread.
final class BlindPages {
    private static final long PAUSE_MILLIS = 2;

    private final TablespaceFile file;
    private final PagesAgain reading;
    private final PageVerifier verifier;

    BlindPages(TablespaceFile file, FileChannel channel, PageVerifier verifier) {
        this.file = file;
        this.reading = new PagesAgain(file, channel);
        this.verifier = verifier;
    }

    /// Reads the encrypted ones of some pages again until each was the same twice. Others are left
    /// as they are.
    ///
    /// @param piece as it was read, changed to what was read last
    /// @param count pages in it
    /// @param firstPage where in the file the first of them lies
    /// @return how many pages had changed meanwhile
    /// @throws CorruptDataException with `PAGE_CORRUPT` if a page is another one each time
    int settle(byte[] piece, int count, long firstPage) {
        int pageBytes = file.pageBytes();
        var open = new BitSet(count);
        for (int i = 0; i < count; i++) {
            open.set(i, isEncrypted(piece, i * pageBytes));
        }
        int changed = 0;
        for (int attempt = 0; !open.isEmpty(); attempt++) {
            if (attempt == SecondLook.TRIES_MAX) {
                long page = firstPage + open.nextSetBit(0);
                throw new CorruptDataException(
                        FirstPages.corrupt(
                                file.file(),
                                page,
                                page * pageBytes,
                                "page is encrypted and was another one each time"));
            }
            Pause.millis(PAUSE_MILLIS);
            changed += readAgain(piece, open, firstPage);
        }
        return changed;
    }

    /// @param open pages that are not settled yet; those that are now are taken out
    private int readAgain(byte[] piece, BitSet open, long firstPage) {
        int pageBytes = file.pageBytes();
        int from = open.nextSetBit(0);
        byte[] again =
                reading.direct((firstPage + from) * pageBytes, (open.length() - from) * pageBytes);
        int changed = 0;
        for (int i = from; i >= 0; i = open.nextSetBit(i + 1)) {
            int offset = i * pageBytes;
            int at = offset - from * pageBytes;
            if (Arrays.equals(piece, offset, offset + pageBytes, again, at, at + pageBytes)) {
                open.clear(i);
            } else {
                System.arraycopy(again, at, piece, offset, pageBytes);
                // One that is not encrypted any more has a checksum that will be looked at.
                open.set(i, isEncrypted(piece, offset));
                changed++;
            }
        }
        return changed;
    }

    private boolean isEncrypted(byte[] bytes, int offset) {
        return verifier.verify(bytes, offset) instanceof PageVerdict.Encrypted;
    }
}
