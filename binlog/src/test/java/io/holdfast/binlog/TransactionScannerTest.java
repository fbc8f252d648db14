package io.holdfast.binlog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.core.BinlogPosition;
import io.holdfast.core.ByteBuilder;
import io.holdfast.core.CorruptDataException;
import io.holdfast.testkit.Seeded;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Seeded
class TransactionScannerTest {
    private static final byte[] LOG = GoldenLog.bytes();

    @Test
    void findsInARealLogWhatIsInIt() {
        List<Transaction> found = GoldenLog.scan(GoldenLog.reader(LOG));
        assertThat(found.stream().map(GoldenLog::describe))
                .containsExactlyElementsOf(GoldenLog.expected());
        assertThat(found).allMatch(Transaction::isComplete).allMatch(Transaction::areAllNamed);
    }

    /// Goal: the bounds are right. Method: the server itself wrote each transaction's length into
    /// its GTID event, and each begins where the one before it ends.
    @Test
    void boundsAreThoseTheServerCounted() {
        long end = -1;
        for (Transaction transaction : GoldenLog.scan(GoldenLog.reader(LOG))) {
            assertThat(transaction.byteCount()).isEqualTo(transaction.start().transactionBytes());
            if (end >= 0) {
                assertThat(transaction.begin().offset()).isEqualTo(end);
            }
            end = transaction.endOffset();
        }
        assertThat(end).isEqualTo(LOG.length);
    }

    @Test
    void readingByteByByteChangesNothing() {
        var reader = new BinlogFileReader(GoldenLog.source(LOG, LOG.length, 1), "binlog.000001");
        assertThat(GoldenLog.scan(reader)).isEqualTo(GoldenLog.scan(GoldenLog.reader(LOG)));
    }

    @Test
    void allBytesPassOnUnchanged() {
        var passed = new ByteArrayOutputStream();
        BinlogFileReader reader = GoldenLog.reader(LOG);
        var scanner = new TransactionScanner(ChecksumAlgorithm.NONE);
        passed.write(LOG, 0, 4);
        for (EventFrame frame = reader.next(); frame != null; frame = reader.next()) {
            var _ = scanner.scan(frame, reader.position(), passed::write);
        }
        assertThat(passed.toByteArray()).isEqualTo(LOG);
    }

    /// Goal: a log cut short anywhere gives the transactions before the cut, then says so. Method:
    /// every prefix of the first kilobytes, every 17th of the rest.
    @Test
    void everyPrefixGivesTheTransactionsBeforeTheCut() {
        List<String> all = GoldenLog.expected();
        for (int length = 0; length < LOG.length; length += length < 3000 ? 1 : 17) {
            var reader =
                    new BinlogFileReader(
                            GoldenLog.source(LOG, length, Integer.MAX_VALUE), "binlog.000001");
            var scanner = new TransactionScanner(ChecksumAlgorithm.NONE);
            int complete = 0;
            try {
                for (EventFrame frame = reader.next(); frame != null; frame = reader.next()) {
                    Transaction transaction = scanner.scan(frame, reader.position());
                    if (transaction != null) {
                        assertThat(GoldenLog.describe(transaction)).isEqualTo(all.get(complete++));
                    }
                }
            } catch (CorruptDataException e) {
                assertThat(e.problem().where()).startsWith("binlog.000001 at offset ");
            }
            Transaction open = scanner.finish();
            assertThat(open == null || !open.isComplete()).isTrue();
        }
    }

    /// Goal: damage is refused or read as another value, never a crash. Method: flip bits in an
    /// event and put a fitting checksum under it, so that the decoders see it.
    @Test
    void flippedBitsAreValuesOrCorruption(RandomGenerator random) {
        List<byte[]> events = new ArrayList<>();
        BinlogFileReader reader = GoldenLog.reader(LOG);
        for (EventFrame frame = reader.next(); frame != null; frame = reader.next()) {
            var event = new ByteArrayOutputStream();
            frame.transferTo(event::write);
            events.add(event.toByteArray());
        }
        for (int round = 0; round < 3000; round++) {
            var log = new ByteArrayOutputStream();
            log.write(LOG, 0, 4);
            int hit = 1 + random.nextInt(events.size() - 1);
            for (int i = 0; i < events.size(); i++) {
                byte[] event = events.get(i);
                if (i == hit) {
                    event = event.clone();
                    for (int flips = 1 + random.nextInt(4); flips > 0; flips--) {
                        int at = EventHeader.BYTES + random.nextInt(event.length - 23);
                        event[at] ^= (byte) (1 << random.nextInt(8));
                    }
                    EventWriter.seal(event);
                }
                if (Math.abs(i - hit) < 6 || i == 0) {
                    log.writeBytes(event);
                }
            }
            try {
                var _ = GoldenLog.scan(GoldenLog.reader(log.toByteArray()));
            } catch (CorruptDataException _) {
                // Refusing is one of the two allowed outcomes.
            }
        }
    }

    @Test
    void aFlippedBitIsFoundByTheChecksum(RandomGenerator random) {
        for (int round = 0; round < 200; round++) {
            byte[] log = LOG.clone();
            int at = 140 + random.nextInt(log.length - 140);
            log[at] ^= (byte) (1 << random.nextInt(8));
            assertThatThrownBy(() -> GoldenLog.scan(GoldenLog.reader(log)))
                    .isInstanceOf(CorruptDataException.class);
        }
    }

    @Test
    void aTransactionWithoutAnEndIsIncompleteWhenTheNextFileBegins() {
        var writer = new EventWriter(1, ChecksumAlgorithm.CRC32);
        var log = new ByteArrayOutputStream();
        log.write(LOG, 0, 127); // magic and format description
        Transaction first = GoldenLog.scan(GoldenLog.reader(LOG)).getFirst();
        List<EventFrame> empty = writer.emptyTransaction(first.start(), 0);
        empty.subList(0, 2).forEach(event -> event.transferTo(log::write)); // without its COMMIT
        log.write(LOG, 4, 123);
        List<Transaction> found = GoldenLog.scan(GoldenLog.reader(log.toByteArray()));
        assertThat(found).singleElement().matches(transaction -> !transaction.isComplete());
    }

    private static byte[] query(EventWriter writer, String statement) {
        var body = new ByteBuilder().u32(9).u32(0).u8(3).u16(0).u16(0).string("uni").u8(0);
        body.string(statement);
        return writer.event(
                new EventHeader(0, EventType.QUERY, 1, 0, 0, 0),
                Arrays.copyOf(body.array(), body.byteCount()));
    }

    /// Goal: only what ends a transaction ends it. Method: statements as servers log them between
    /// GTID events; each line but the last is inside.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "BEGIN;SAVEPOINT `commit`;insert into t values (1);ROLLBACK TO `sp1`;COMMIT",
                "BEGIN;update t set a = 1;rollback work to savepoint a;RELEASE SAVEPOINT a;ROLLBACK",
                "BEGIN;create table t (a int) START TRANSACTION;COMMIT",
                "XA START X'01',X'',1;insert into t values (1);XA END X'01',X'',1;XA COMMIT X'01',X'',1",
                "XA ROLLBACK X'01',X'',1",
                "drop table t",
                "create procedure begin_all() select 1",
            })
    void onlyItsEndEndsATransaction(String statements) {
        var writer = new EventWriter(1, ChecksumAlgorithm.CRC32);
        var start = GoldenLog.scan(GoldenLog.reader(LOG)).getFirst().start();
        var log = new ByteArrayOutputStream();
        log.write(LOG, 0, 127); // magic and format description
        writer.emptyTransaction(start, 0).getFirst().transferTo(log::write);
        for (String statement : statements.split(";", -1)) {
            log.writeBytes(query(writer, statement));
        }
        assertThat(GoldenLog.scan(GoldenLog.reader(log.toByteArray())))
                .singleElement()
                .satisfies(found -> {
                    assertThat(found.isComplete()).isTrue();
                    assertThat(found.endOffset()).isEqualTo(log.size());
                    assertThat(found.threadId()).isEqualTo(9);
                });
    }

    /// Goal: an event of many times the heap's share passes in bounded memory and its row is
    /// counted. Method: one row with a blob of 600 MB, made up while it is read.
    @Test
    void aHugeRowPassesInBoundedMemory() {
        long blobBytes = 600L << 20;
        var event = new HugeRow(blobBytes);
        var reader = new BinlogFileReader(event, "binlog.000001");
        List<Transaction> found = GoldenLog.scan(reader);
        assertThat(found)
                .singleElement()
                .satisfies(transaction -> {
                    assertThat(transaction.tables().getFirst().inserted()).isEqualTo(1);
                    assertThat(transaction.tables().getFirst().isExact()).isTrue();
                    assertThat(transaction.byteCount()).isGreaterThan(blobBytes);
                    assertThat(transaction.begin())
                            .isEqualTo(new BinlogPosition("binlog.000001", 127));
                });
    }
}
