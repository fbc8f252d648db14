package io.holdfast.backup.logical;

import io.holdfast.binlog.EventFrame;
import io.holdfast.binlog.Transaction;
import io.holdfast.binlog.TransactionKind;
import io.holdfast.binlog.TransactionScanner;
import io.holdfast.client.BinlogStream;
import io.holdfast.client.DumpRequest;
import io.holdfast.client.DumpStart;
import io.holdfast.client.Session;
import io.holdfast.core.BinlogPosition;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/// Looks for changes of the schema in a window of the binary log. What the log does not hold
/// (`sql_log_bin=0`) is found by comparing definitions.
final class BinlogDdlSearch {
    private BinlogDdlSearch() {}

    /// Reads from the snapshot's position to the log's present end.
    ///
    /// @throws io.holdfast.core.UnavailableException with `SCHEMA_CHANGED` at the first change
    static void demandNone(Source source, BinlogPosition from) {
        try (var session = Session.open(source.options())) {
            // A random number above those that people give to servers, so that no replica of the
            // source is taken for this one and cut off.
            long serverId = ThreadLocalRandom.current().nextLong(0x8000_0000L, 0xFFFF_FFFFL);
            var request =
                    DumpRequest.following(new DumpStart.At(from), serverId, UUID.randomUUID())
                            .untilEof();
            try (BinlogStream stream = session.dumpBinlog(request)) {
                var scanner = new TransactionScanner(stream.checksum());
                for (EventFrame frame = stream.next(); frame != null; frame = stream.next()) {
                    check(scanner.scan(frame, stream.position()));
                }
            }
        }
    }

    private static void check(@Nullable Transaction transaction) {
        if (transaction == null) {
            return;
        }
        TransactionKind kind = transaction.kind();
        switch (kind) {
            case DDL, DCL, MIXED -> {
                String text =
                        transaction.statements().isEmpty()
                                ? "at " + transaction.begin()
                                : transaction.statements().getFirst().text();
                throw SchemaChange.of(
                        "the server ran %s",
                        text.length() > 120 ? text.substring(0, 120) + "…" : text);
            }
            case EMPTY, DML, XA_PREPARE, XA_COMMIT, XA_ROLLBACK, OTHER -> {}
        }
    }
}
