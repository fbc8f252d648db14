package io.holdfast.backup.archive;

import io.holdfast.binlog.Transaction;
import io.holdfast.core.Gtid;
import io.holdfast.core.GtidSet;
import io.holdfast.repository.archive.PartFacts;
import io.holdfast.repository.archive.PartIndex;
import io.holdfast.repository.archive.TransactionEntry;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What is known of a part's bytes while they gather: its transactions, as the index names them.
/// Confined to one thread.
final class PartContent {
    private final List<TransactionEntry> entries = new ArrayList<>();
    private final GtidSet.Builder gtids = new GtidSet.Builder();
    private long byteCount;
    private long anonymousCount;
    private long firstMicros = Long.MAX_VALUE;
    private long lastMicros;

    void addBytes(long count) {
        byteCount += count;
    }

    void add(Transaction transaction) {
        entries.add(TransactionEntries.of(transaction));
        Gtid gtid = transaction.gtid();
        if (gtid == null) {
            anonymousCount++;
        } else {
            gtids.add(gtid);
        }
        long micros = transaction.start().immediateCommitMicros();
        if (micros > 0) {
            firstMicros = Math.min(firstMicros, micros);
            lastMicros = Math.max(lastMicros, micros);
        }
    }

    boolean isEmpty() {
        return byteCount == 0;
    }

    long byteCount() {
        return byteCount;
    }

    GtidSet gtids() {
        return gtids.build();
    }

    List<TransactionEntry> entries() {
        return entries;
    }

    PartIndex index() {
        return PartIndex.of(entries);
    }

    PartFacts facts(
            String serverVersion,
            GtidSet before,
            String formatDescription,
            String checksum,
            boolean endsFile,
            String archiver) {
        return new PartFacts(
                serverVersion,
                before,
                gtids(),
                entries.size(),
                anonymousCount,
                instant(lastMicros == 0 ? 0 : firstMicros),
                instant(lastMicros),
                formatDescription,
                checksum,
                endsFile,
                archiver);
    }

    private static @Nullable Instant instant(long micros) {
        return micros == 0 ? null : Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
    }
}
