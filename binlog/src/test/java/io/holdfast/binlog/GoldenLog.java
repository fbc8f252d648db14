package io.holdfast.binlog;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A log that a real server wrote, and what is known to be in it.
final class GoldenLog {
    private static final Path FOLDER = Path.of("src/test/golden/binlog/9.7.4");

    private GoldenLog() {}

    static byte[] bytes() {
        try {
            return Files.readAllBytes(FOLDER.resolve("every-kind.binlog"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static List<String> expected() {
        try {
            return Files.readAllLines(FOLDER.resolve("every-kind.expected"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Gives the first `byteCount` bytes, at most `pieceBytes` at a time.
    static ByteSource source(byte[] bytes, int byteCount, int pieceBytes) {
        int[] at = {0};
        return (target, offset, byteCountMax) -> {
            int count = Math.min(Math.min(byteCountMax, pieceBytes), byteCount - at[0]);
            if (count == 0) {
                return -1;
            }
            System.arraycopy(bytes, at[0], target, offset, count);
            at[0] += count;
            return count;
        };
    }

    static BinlogFileReader reader(byte[] bytes) {
        return new BinlogFileReader(
                source(bytes, bytes.length, Integer.MAX_VALUE), "binlog.000001");
    }

    static List<Transaction> scan(BinlogFileReader reader) {
        var scanner = new TransactionScanner(ChecksumAlgorithm.NONE);
        var found = new ArrayList<Transaction>();
        for (EventFrame frame = reader.next(); frame != null; frame = reader.next()) {
            Transaction transaction = scanner.scan(frame, reader.position());
            if (transaction != null) {
                found.add(transaction);
            }
        }
        Transaction open = scanner.finish();
        if (open != null) {
            found.add(open);
        }
        return found;
    }

    static String describe(Transaction transaction) {
        var line = new StringBuilder();
        var gtid = transaction.gtid();
        line.append(gtid == null ? "anonymous" : gtid.toString().substring(37));
        line.append(' ').append(transaction.kind());
        for (TableChange change : transaction.tables()) {
            line.append(" | ").append(change.table());
            line.append(" +").append(change.inserted());
            line.append(" ~").append(change.updated());
            line.append(" -").append(change.deleted());
            line.append(change.isExact() ? "" : " at least");
        }
        transaction.statements().forEach(statement -> line.append(" | ").append(statement.names()));
        return line.toString();
    }
}
