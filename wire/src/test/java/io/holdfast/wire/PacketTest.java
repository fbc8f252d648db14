package io.holdfast.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.core.ByteBuilder;
import io.holdfast.core.CorruptDataException;
import io.holdfast.core.UnavailableException;
import io.holdfast.testkit.Seeded;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/// Goal: what one side writes, the other reads, wherever frames, buffers and reads are cut.
@Seeded
final class PacketTest {
    private static ByteInput inPieces(byte[] bytes, int end, RandomGenerator random) {
        var at = new int[1];
        return (into, offset, byteCountMax) -> {
            if (at[0] == end) {
                return -1;
            }
            int count = Math.min(Math.min(byteCountMax, end - at[0]), 1 + random.nextInt(100_000));
            System.arraycopy(bytes, at[0], into, offset, count);
            at[0] += count;
            return count;
        };
    }

    private static PacketReader reader(ByteBuilder sent, RandomGenerator random) {
        return new PacketReader(
                inPieces(sent.array(), sent.byteCount(), random), new PacketSequence(), "test");
    }

    private static byte[] random(int byteCount, RandomGenerator random) {
        byte[] bytes = new byte[byteCount];
        random.nextBytes(bytes);
        return bytes;
    }

    @Test
    void whatIsWrittenIsRead(RandomGenerator random) {
        var sent = new ByteBuilder();
        var writer = new PacketWriter(sent, new PacketSequence());
        List<byte[]> payloads = new ArrayList<>();
        for (int byteCount :
                new int[] {
                    0,
                    1,
                    3,
                    65_535,
                    65_536,
                    262_144,
                    5,
                    0xFF_FFFE,
                    0xFF_FFFF,
                    0,
                    0x100_0000,
                    2 * 0xFF_FFFF,
                    7
                }) {
            payloads.add(random(byteCount, random));
        }
        for (byte[] payload : payloads) {
            writer.begin(payload.length);
            int half = payload.length == 0 ? 0 : random.nextInt(payload.length);
            writer.accept(payload, 0, half);
            writer.accept(payload, half, payload.length - half);
        }
        writer.flush();
        var reader = reader(sent, random);
        for (byte[] payload : payloads) {
            reader.open();
            assertThat(reader.first()).isEqualTo(payload.length == 0 ? -1 : payload[0] & 0xFF);
            assertThat(reader.headBytes())
                    .isGreaterThanOrEqualTo(Math.min(payload.length, PacketReader.HEAD_BYTES_MIN));
            var joined = new ByteBuilder();
            var ends = new int[1];
            reader.transferTo((bytes, offset, byteCount, endsPayload) -> {
                assertThat(ends[0]).isZero();
                joined.accept(bytes, offset, byteCount);
                ends[0] += endsPayload ? 1 : 0;
            });
            assertThat(ends[0]).isEqualTo(1);
            assertThat(Arrays.equals(joined.toArray(), payload)).isTrue();
        }
        assertThatThrownBy(reader::open).isInstanceOf(UnavailableException.class);
    }

    @Test
    void unreadPayloadsArePassedOver(RandomGenerator random) {
        var sent = new ByteBuilder();
        var writer = new PacketWriter(sent, new PacketSequence());
        for (int i = 0; i < 2000; i++) {
            writer.payload(new ByteBuilder().u32(i).bytes(new byte[random.nextInt(2000)]));
        }
        writer.flush();
        var reader = reader(sent, random);
        for (int i = 0; i < 2000; i++) {
            reader.open();
            if (i % 3 == 0) {
                assertThat(reader.held(5000, "test").u32("i")).isEqualTo(i);
            }
        }
    }

    /// Goal: no cut is taken for an end. Method: every prefix of a few packets.
    @Test
    void everyPrefixEndsInUnavailable(RandomGenerator random) {
        var sent = new ByteBuilder();
        var writer = new PacketWriter(sent, new PacketSequence());
        for (int i = 1; i < 5; i++) {
            writer.payload(new ByteBuilder().bytes(new byte[i]));
        }
        writer.flush();
        for (int end = 0; end < sent.byteCount(); end++) {
            var reader =
                    new PacketReader(
                            inPieces(sent.array(), end, random), new PacketSequence(), "test");
            assertThatThrownBy(
                            () -> {
                                for (int i = 1; i < 5; i++) {
                                    reader.open();
                                    assertThat(reader.held(10, "test").remaining()).isEqualTo(i);
                                }
                            })
                    .isInstanceOf(UnavailableException.class);
        }
    }

    @Test
    void aPacketOutOfOrderIsCorrupt(RandomGenerator random) {
        for (int number = 1; number < 256; number++) {
            var sent = new ByteBuilder().u24(1).u8(number).u8(0);
            var reader = reader(sent, random);
            assertThatThrownBy(reader::open)
                    .isInstanceOfSatisfying(
                            CorruptDataException.class,
                            e ->
                                    assertThat(e.problem().code())
                                            .isEqualTo(WireError.PACKET_OUT_OF_ORDER));
        }
    }

    @Test
    void anErrorThatAServerSendsUnaskedIsHeard(RandomGenerator random) {
        var error = new ByteBuilder();
        new ErrPacket(4031, "HY000", "idle too long").write(error);
        var sent = new ByteBuilder().u24(error.byteCount()).u8(0).bytes(error.toArray());
        var sequence = new PacketSequence();
        sequence.take();
        var reader =
                new PacketReader(
                        inPieces(sent.array(), sent.byteCount(), random), sequence, "test");
        reader.open();
        assertThat(ErrPacket.read(reader.held(100, "error")).number()).isEqualTo(4031);
    }

    @Test
    void whatMustBeHeldIsBounded(RandomGenerator random) {
        var sent = new ByteBuilder();
        var writer = new PacketWriter(sent, new PacketSequence());
        writer.payload(new ByteBuilder().bytes(new byte[0x100_0010]));
        writer.flush();
        var reader = reader(sent, random);
        reader.open();
        assertThatThrownBy(() -> reader.held(0x100_0000, "statement"))
                .isInstanceOfSatisfying(
                        CorruptDataException.class,
                        e -> assertThat(e.problem().code()).isEqualTo(WireError.PACKET_TOO_LARGE));
    }
}
