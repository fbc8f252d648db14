package io.holdfast.innodb;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.holdfast.core.CorruptDataException;

/// A redo log file of any bytes is refused for its header, or is read as far as its blocks are
/// good.
final class RedoFileFuzz {
    @FuzzTest
    void aFileIsLogOrDamage(byte[] bytes) {
        long startLsn = RedoFileHeader.START_LSN_MIN;
        try {
            startLsn = RedoFileStart.decode(bytes, bytes.length, "#ib_redo0").header().startLsn();
        } catch (CorruptDataException _) {
            // Its blocks may still be good.
        }
        RedoScan scan = new RedoScanner().scan(bytes, 0, bytes.length, startLsn);
        if (scan.wholeBytes() + scan.tailBytes() > bytes.length) {
            throw new AssertionError("more log than bytes: " + scan);
        }
        var deletions = new RedoDeletions(startLsn, startLsn + bytes.length);
        deletions.accept(bytes, 0, bytes.length - bytes.length % RedoBlock.BYTES);
        for (long space : deletions.finish()) {
            if (space < 0 || space > 0xFFFF_FFFFL) {
                throw new AssertionError("no tablespace has number " + space);
            }
        }
    }
}
