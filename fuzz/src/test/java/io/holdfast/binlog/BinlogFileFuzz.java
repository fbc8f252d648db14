package io.holdfast.binlog;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.holdfast.core.CorruptDataException;
import io.holdfast.core.RefusedException;

/// A binary-log file of any bytes is read to its end, or is damaged, or is of a kind that is
/// refused; the scanner on top of it holds no more than the file has.
final class BinlogFileFuzz {
    @FuzzTest
    void aFileIsTransactionsOrDamage(byte[] bytes) {
        int[] at = {0};
        ByteSource source =
                (target, offset, byteCountMax) -> {
                    int byteCount = Math.min(byteCountMax, bytes.length - at[0]);
                    if (byteCount == 0) {
                        return -1;
                    }
                    System.arraycopy(bytes, at[0], target, offset, byteCount);
                    at[0] += byteCount;
                    return byteCount;
                };
        try (var reader = new BinlogFileReader(source, "binlog.000001")) {
            var scanner = new TransactionScanner(ChecksumAlgorithm.NONE);
            for (EventFrame frame = reader.next(); frame != null; frame = reader.next()) {
                var _ = scanner.scan(frame, reader.position());
            }
            var _ = scanner.finish();
        } catch (CorruptDataException | RefusedException _) {
            // The declared answers to bytes that are no log of ours.
        }
    }
}
