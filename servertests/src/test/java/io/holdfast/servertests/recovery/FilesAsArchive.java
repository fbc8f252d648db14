package io.holdfast.servertests.recovery;

import io.holdfast.binlog.BinlogEvent;
import io.holdfast.binlog.BinlogFileReader;
import io.holdfast.binlog.ChecksumAlgorithm;
import io.holdfast.binlog.EventFrame;
import io.holdfast.binlog.ObjectName;
import io.holdfast.binlog.Transaction;
import io.holdfast.binlog.TransactionScanner;
import io.holdfast.core.BinlogPosition;
import io.holdfast.core.GtidSet;
import io.holdfast.repository.archive.HistoryArchive;
import io.holdfast.repository.archive.PartFacts;
import io.holdfast.repository.archive.PartIndex;
import io.holdfast.repository.archive.PartRange;
import io.holdfast.repository.archive.TransactionEntry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/// Puts a server's binary-log files into a repository as archive parts of a few transactions each,
/// without an archiver: what a recovery is to find is known then to the byte.
public final class FilesAsArchive {
    private static final int TRANSACTIONS_PER_PART = 3;

    private FilesAsArchive() {}

    /// Archives closed files, in the order given.
    ///
    /// @param isKept which parts are put, by their number from 0; others are a gap
    public static void put(
            HistoryArchive archive, List<Path> files, String serverVersion, IntPredicate isKept) {
        int[] partNumber = {0};
        for (Path file : files) {
            put(archive, file, serverVersion, isKept, partNumber);
        }
    }

    private static void put(
            HistoryArchive archive,
            Path file,
            String serverVersion,
            IntPredicate isKept,
            int[] partNumber) {
        String name = file.getFileName().toString();
        var transactions = new ArrayList<Transaction>();
        GtidSet previous = GtidSet.EMPTY;
        byte[] format = new byte[0];
        try (InputStream in = Files.newInputStream(file);
                var reader =
                        new BinlogFileReader((bytes, at, max) -> read(in, bytes, at, max), name)) {
            var scanner = new TransactionScanner(ChecksumAlgorithm.NONE);
            for (EventFrame frame = reader.next(); frame != null; frame = reader.next()) {
                var bytes = new ByteArrayOutputStream();
                @Nullable Transaction ended =
                        scanner.scan(frame, reader.position(), (b, o, n) -> bytes.write(b, o, n));
                if (ended != null) {
                    transactions.add(ended);
                }
                if (scanner.lastEvent() instanceof BinlogEvent.PreviousGtids(_, GtidSet gtids)) {
                    previous = gtids;
                }
                if (scanner.lastEvent() instanceof BinlogEvent.FormatDescription) {
                    format = bytes.toByteArray();
                }
            }
            long fileBytes = Files.size(file);
            byte[] all = Files.readAllBytes(file);
            long begin = BinlogPosition.FIRST_EVENT_OFFSET;
            GtidSet before = previous;
            for (int first = 0;
                    first < Math.max(1, transactions.size());
                    first += TRANSACTIONS_PER_PART) {
                List<Transaction> own =
                        transactions.subList(
                                first,
                                Math.min(transactions.size(), first + TRANSACTIONS_PER_PART));
                boolean isLast = first + TRANSACTIONS_PER_PART >= transactions.size();
                long end = isLast ? fileBytes : own.getLast().endOffset();
                var added = new GtidSet.Builder();
                int anonymous = 0;
                for (Transaction transaction : own) {
                    if (transaction.gtid() == null) {
                        anonymous++;
                    } else {
                        added.add(transaction.gtid());
                    }
                }
                if (isKept.test(partNumber[0]++)) {
                    try (var part = archive.createPart(new PartRange(name, begin, end))) {
                        part.write(all, (int) begin, (int) (end - begin));
                        part.commit(
                                new PartFacts(
                                        serverVersion,
                                        before,
                                        added.build(),
                                        own.size(),
                                        anonymous,
                                        null,
                                        null,
                                        Base64.getEncoder().encodeToString(format),
                                        "CRC32",
                                        isLast,
                                        "test"),
                                PartIndex.of(own.stream().map(FilesAsArchive::entry).toList()));
                    }
                }
                before = before.union(added.build());
                begin = end;
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static int read(InputStream in, byte[] bytes, int at, int max) {
        try {
            return in.read(bytes, at, max);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static TransactionEntry entry(Transaction transaction) {
        return new TransactionEntry(
                transaction.gtid(),
                transaction.begin().offset(),
                transaction.endOffset(),
                transaction.start().immediateCommitMicros(),
                transaction.start().originalCommitMicros(),
                TransactionEntry.Kind.OTHER,
                List.of(),
                transaction.statements().stream()
                        .map(statement ->
                                new TransactionEntry.Statement(
                                        statement.names().verb().name(),
                                        statement.names().type().name(),
                                        statement.names().names().stream()
                                                .map(FilesAsArchive::name)
                                                .toList(),
                                        statement.text(),
                                        statement.defaultSchema()))
                        .toList(),
                transaction.threadId(),
                transaction.areAllNamed(),
                transaction.isComplete());
    }

    private static TransactionEntry.Name name(ObjectName name) {
        return new TransactionEntry.Name(name.schema(), name.name(), name.index());
    }
}
