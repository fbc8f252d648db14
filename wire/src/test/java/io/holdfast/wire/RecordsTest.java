package io.holdfast.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.core.ByteBuilder;
import io.holdfast.core.ByteCursor;
import io.holdfast.core.CorruptDataException;
import io.holdfast.testkit.Seeded;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Goal: each record reads what it writes, refuses every cut, and survives whatever comes.
@Seeded
final class RecordsTest {
    private static final byte[] NONCE = "abcdefghijklmnopqrst".getBytes(StandardCharsets.US_ASCII);
    private static final InitialHandshake GREETING =
            new InitialHandshake("9.7.4", 42, NONCE, 0xDFFF_FFFFL, 255, 2, "caching_sha2_password");
    private static final HandshakeResponse RESPONSE =
            new HandshakeResponse(
                    Capabilities.PROTOCOL_41
                            | Capabilities.PLUGIN_AUTH
                            | Capabilities.CONNECT_WITH_DB
                            | Capabilities.CONNECT_ATTRS
                            | Capabilities.PLUGIN_AUTH_LENENC_CLIENT_DATA,
                    1 << 30,
                    255,
                    "änn",
                    NONCE,
                    "d",
                    "caching_sha2_password",
                    Map.of("a", "b"));
    private static final ColumnDefinition COLUMN =
            new ColumnDefinition("s", "t", "ot", "näme", "on", 63, 0xFFFF_FFFFL, 253, 0x1020, 31);

    private static ByteCursor written(Consumer<ByteBuilder> write) {
        var out = new ByteBuilder();
        write.accept(out);
        return new ByteCursor(out.toArray(), "test", 0);
    }

    @Test
    void greetingAndResponseComeBack() {
        InitialHandshake greeting = InitialHandshake.read(written(GREETING::write));
        assertThat(greeting).usingRecursiveComparison().isEqualTo(GREETING);
        HandshakeResponse response = HandshakeResponse.read(written(RESPONSE::write));
        assertThat(response).usingRecursiveComparison().isEqualTo(RESPONSE);
        assertThat(written(RESPONSE::writeTlsRequest).remaining())
                .isEqualTo(HandshakeResponse.TLS_REQUEST_BYTES);
    }

    @Test
    void resultsComeBack() {
        assertThat(ColumnDefinition.read(written(COLUMN::write))).isEqualTo(COLUMN);
        var ok = new OkPacket(7, Long.MAX_VALUE, 0x0A, 3);
        assertThat(OkPacket.read(written(ok::write))).isEqualTo(ok);
        assertThat(OkPacket.read(written(ok::writeAsEndOfRows))).isEqualTo(ok);
        var eof = new EofPacket(1, 2);
        assertThat(EofPacket.read(written(eof::write))).isEqualTo(eof);
        var error = new ErrPacket(1045, "28000", "Zugriff verweigert für 'ä'");
        assertThat(ErrPacket.read(written(error::write))).isEqualTo(error);
        ByteCursor early = written(out -> out.u8(0xFF).u16(1129).string("blocked"));
        assertThat(ErrPacket.read(early)).isEqualTo(new ErrPacket(1129, "HY000", "blocked"));
    }

    @Test
    void anInsertIdMayUseAll64Bits() {
        ByteCursor in = written(out -> out.u8(0).u8(1).u8(0xFE).u64(-1).u16(2).u16(0));
        assertThat(OkPacket.read(in).lastInsertId()).isEqualTo(-1);
    }

    @Test
    void replicationCommandsComeBack() {
        List<Command> commands =
                List.of(
                        new Command.Quit(),
                        new Command.Ping(),
                        new Command.ResetConnection(),
                        new Command.Query("SELECT 'ä'"),
                        new Command.RegisterReplica(0xFFFF_FFFFL, "hôst", 3306),
                        new Command.BinlogDump("binlog.000001", 0xFFFF_FFFFL, 3, 7),
                        new Command.Other(0x55));
        for (Command command : commands) {
            assertThat(Command.read(written(command::write))).isEqualTo(command);
        }
        var byGtid = new Command.BinlogDumpGtid(2, 9, "binlog.000002", 5L << 32, NONCE);
        assertThat(Command.read(written(byGtid::write)))
                .usingRecursiveComparison()
                .isEqualTo(byGtid);
    }

    @Test
    void everyPrefixIsRefused() {
        refusesPrefixes(GREETING::write, InitialHandshake::read, 0);
        // What may be left out at the end makes some cuts of a response whole.
        refusesPrefixes(RESPONSE::write, HandshakeResponse::read, 29);
        refusesPrefixes(COLUMN::write, ColumnDefinition::read, 2);
        refusesPrefixes(new Command.RegisterReplica(1, "host", 2)::write, Command::read, 0);
        refusesPrefixes(new Command.BinlogDumpGtid(2, 9, "f", 4, NONCE)::write, Command::read, 0);
    }

    private static void refusesPrefixes(
            Consumer<ByteBuilder> write, Consumer<ByteCursor> read, int optionalBytes) {
        byte[] whole = written(write).array();
        for (int end = 0; end < whole.length - optionalBytes; end++) {
            var in = new ByteCursor(whole, 0, end, "test", 0);
            assertThatThrownBy(() -> read.accept(in))
                    .as("%d of %d bytes", end, whole.length)
                    .isInstanceOf(CorruptDataException.class);
        }
    }

    /// Goal: whatever a peer sends is a value or corrupt, nothing else. Method: valid packets with
    /// random bytes changed, and random bytes.
    @Test
    void anyBytesAreAValueOrCorrupt(RandomGenerator random) {
        List<Consumer<ByteCursor>> readers =
                List.of(
                        InitialHandshake::read,
                        HandshakeResponse::read,
                        ColumnDefinition::read,
                        Command::read,
                        OkPacket::read,
                        ErrPacket::read,
                        EofPacket::read,
                        PreparedReply::read,
                        in -> TextRow.read(in, 3),
                        in ->
                                BinaryRow.read(
                                        in,
                                        List.of(
                                                COLUMN,
                                                ColumnDefinition.named(
                                                        "d", ColumnType.DATETIME, 63))));
        byte[][] seeds = {
            written(GREETING::write).array(),
            written(RESPONSE::write).array(),
            written(COLUMN::write).array(),
            new byte[40]
        };
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = seeds[random.nextInt(seeds.length)].clone();
            for (int flips = random.nextInt(6); flips >= 0; flips--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            }
            for (Consumer<ByteCursor> reader : readers) {
                try {
                    reader.accept(new ByteCursor(bytes, "test", 0));
                } catch (CorruptDataException _) {
                    // Refusing is one of the two allowed outcomes.
                }
            }
        }
    }

    /// Values computed with Python's hashlib by the formulas of the two methods' documents.
    @Test
    void scramblesAreThoseOfTheirFormulas() {
        byte[] password = "geheim".getBytes(StandardCharsets.UTF_8);
        assertThat(HexFormat.of().formatHex(NativePassword.scramble(password, NONCE)))
                .isEqualTo("bbcdd98c2cc26e66e1163072def02efa6672b012");
        assertThat(HexFormat.of().formatHex(CachingSha2Password.scramble(password, NONCE)))
                .isEqualTo("9d5463db7402d7b2a6024117cc0517debae53b09d2425fb4d80386ef286c8beb");
        assertThat(NativePassword.scramble(new byte[0], NONCE)).isEmpty();
        assertThat(CachingSha2Password.scramble(new byte[0], NONCE)).isEmpty();
        assertThat(CachingSha2Password.clear(password)).hasSize(7).endsWith((byte) 0);
    }

    @Test
    void textRowsComeBack() {
        var values = new ArrayList<@Nullable String>();
        values.add("a");
        values.add(null);
        values.add("");
        byte[] @Nullable [] row = TextRow.read(written(out -> TextRow.write(out, values)), 3);
        assertThat(row[0]).containsExactly('a');
        assertThat(row[1]).isNull();
        assertThat(row[2]).isEmpty();
    }
}
