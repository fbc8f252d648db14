package io.holdfast.binlog;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.binlog.BinlogEvent.TransactionStart;
import io.holdfast.core.BinlogPosition;
import io.holdfast.core.ByteCursor;
import io.holdfast.core.Gtid;
import io.holdfast.core.GtidInterval;
import io.holdfast.core.GtidSet;
import io.holdfast.core.GtidSource;
import io.holdfast.testkit.Seeded;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.UUID;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

@Seeded
class EventWriterTest {
    private static final EventWriter WRITER = new EventWriter(7, ChecksumAlgorithm.CRC32);

    /// Goal: what we write is what a server writes. Method: decode every GTID event of a real log,
    /// tagged ones included, encode it again, compare bytes.
    @Test
    void gtidEventsAreEncodedAsAServerDoes() {
        BinlogFileReader reader = GoldenLog.reader(GoldenLog.bytes());
        var decoder = new EventDecoder(ChecksumAlgorithm.NONE);
        int compared = 0;
        for (EventFrame frame = reader.next(); frame != null; frame = reader.next()) {
            BinlogEvent event = decoder.decode(frame, "binlog.000001", 0);
            if (event instanceof TransactionStart start) {
                int bytes = (int) start.header().eventBytes();
                byte[] body = GtidEventCodec.encode(start, start.transactionBytes() - bytes, 23);
                int from = frame.headIndex() + EventHeader.BYTES;
                assertThat(body)
                        .isEqualTo(Arrays.copyOfRange(frame.array(), from, from + bytes - 23));
                compared++;
            }
        }
        assertThat(compared).isEqualTo(GoldenLog.expected().size());
    }

    @Test
    void anEmptyTransactionIsOneOfItsGtid(RandomGenerator random) {
        for (int round = 0; round < 500; round++) {
            String tag = round % 2 == 0 ? "" : "tag_" + random.nextInt(100);
            var source = new GtidSource(new UUID(random.nextLong(), random.nextLong()), tag);
            var gtid = new Gtid(source, 1 + (random.nextLong() >>> (1 + random.nextInt(60))));
            long micros = random.nextLong(1L << 55);
            var start =
                    new TransactionStart(
                            new EventHeader(5, 0, 1, 0, 0, 0),
                            gtid,
                            random.nextBoolean(),
                            random.nextInt(1000),
                            random.nextInt(1000),
                            micros,
                            random.nextBoolean() ? micros : random.nextLong(1L << 55),
                            0,
                            90704,
                            random.nextBoolean() ? 90704 : 80036);
            var log = new ByteArrayOutputStream();
            log.write(GoldenLog.bytes(), 0, 127);
            WRITER.emptyTransaction(start, 1234).forEach(event -> event.transferTo(log::write));
            assertThat(GoldenLog.scan(GoldenLog.reader(log.toByteArray())))
                    .singleElement()
                    .satisfies(found -> {
                        assertThat(found.gtid()).isEqualTo(gtid);
                        assertThat(found.kind()).isEqualTo(TransactionKind.EMPTY);
                        assertThat(found.isComplete()).isTrue();
                        assertThat(found.start().transactionBytes()).isEqualTo(found.byteCount());
                        assertThat(found.start().originalCommitMicros())
                                .isEqualTo(start.originalCommitMicros());
                        assertThat(found.start().originalServerVersion())
                                .isEqualTo(start.originalServerVersion());
                    });
        }
    }

    private static BinlogEvent decode(byte[] event) {
        var header = EventHeader.read(new ByteCursor(event, "test", 0));
        assertThat(header.eventBytes()).isEqualTo(event.length);
        var crc = new EventCrc(ChecksumAlgorithm.CRC32, event.length);
        crc.accept(event, 0, event.length);
        assertThat(crc.matches()).isTrue();
        return EventBodies.decode(
                header,
                new ByteCursor(event, EventHeader.BYTES, event.length - 4, "test", 0),
                true);
    }

    @Test
    void madeUpEventsAreReadBack() {
        var far = new BinlogPosition("binlog.000042", 5L << 32);
        assertThat(decode(WRITER.artificialRotate(far)))
                .isInstanceOfSatisfying(
                        BinlogEvent.Rotate.class,
                        rotate -> {
                            assertThat(rotate.isArtificial()).isTrue();
                            assertThat(rotate.nextFile()).isEqualTo("binlog.000042");
                            assertThat(rotate.nextOffset()).isEqualTo(5L << 32);
                        });
        assertThat(decode(WRITER.heartbeatV2(far)))
                .isInstanceOfSatisfying(
                        BinlogEvent.Heartbeat.class,
                        heartbeat -> {
                            assertThat(heartbeat.file()).isEqualTo("binlog.000042");
                            assertThat(heartbeat.offset()).isEqualTo(5L << 32);
                        });
        assertThat(decode(WRITER.heartbeat(new BinlogPosition("binlog.000042", 99))))
                .isInstanceOfSatisfying(
                        BinlogEvent.Heartbeat.class,
                        heartbeat -> assertThat(heartbeat.offset()).isEqualTo(99));
    }

    @Test
    void gtidSetsAreReadBack(RandomGenerator random) {
        for (int round = 0; round < 300; round++) {
            var builder = new GtidSet.Builder();
            boolean isTagged = random.nextBoolean();
            for (int i = random.nextInt(20); i > 0; i--) {
                String tag = isTagged && random.nextBoolean() ? "t" + random.nextInt(3) : "";
                var source = new GtidSource(new UUID(random.nextInt(3), -1), tag);
                long first = 1L + random.nextInt(1000);
                builder.add(source, new GtidInterval(first, first + random.nextInt(50)));
            }
            GtidSet set = builder.build();
            assertThat(decode(WRITER.previousGtids(set, 0)))
                    .isInstanceOfSatisfying(
                            BinlogEvent.PreviousGtids.class,
                            previous -> assertThat(previous.gtids()).isEqualTo(set));
        }
    }

    @Test
    void serializedNumbersOfEveryWidthAreReadBack() {
        for (int bits = 0; bits < 64; bits++) {
            for (long value : new long[] {1L << bits, (1L << bits) - 1, -(1L << bits)}) {
                var out = new ByteArrayOutputStream();
                SerializedFields.putUnsigned(out, value);
                SerializedFields.putSigned(out, value);
                var in = new ByteCursor(out.toByteArray(), "test", 0);
                assertThat(SerializedFields.unsigned(in, "a")).isEqualTo(value);
                assertThat(SerializedFields.signed(in, "b")).isEqualTo(value);
                assertThat(in.hasRemaining()).isFalse();
            }
        }
    }

    /// The examples that MySQL's own description of the format gives for 65535.
    @Test
    void serializedNumbersAreThoseOfTheDescription() {
        var in = new ByteCursor(new byte[] {(byte) 0xFB, (byte) 0xFF, 0x07}, "test", 0);
        assertThat(SerializedFields.unsigned(in, "a")).isEqualTo(65535);
        in = new ByteCursor(new byte[] {(byte) 0xF3, (byte) 0xFF, 0x0F}, "test", 0);
        assertThat(SerializedFields.signed(in, "a")).isEqualTo(65535);
        in = new ByteCursor(new byte[] {(byte) 0xFB, (byte) 0xFF, 0x0F}, "test", 0);
        assertThat(SerializedFields.signed(in, "a")).isEqualTo(-65536);
    }
}
