package io.holdfast.recovery.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.core.CorruptDataException;
import io.holdfast.testkit.Seeded;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

@Seeded
class EscapedRowsTest {
    @Test
    void writesWhatLoadDataReads() {
        assertThat(escaped(3, "01 61  FB  00  03 09 0A 5C  02 5C 4E  FB"))
                .isEqualTo("a\t\\N\t\n\\\t\\\n\\\\\t\\\\N\t\\N\n");
    }

    @Test
    void everyByteComesBack() {
        var row = new ByteArrayOutputStream();
        row.write(0xFC);
        row.write(0x00);
        row.write(0x01);
        for (int value = 0; value < 256; value++) {
            row.write(value);
        }
        List<List<byte @Nullable []>> rows = unescape(escape(1, row.toByteArray(), row.size()));
        byte[] value = rows.getFirst().getFirst();
        assertThat(value).hasSize(256);
        for (int i = 0; i < 256; i++) {
            assertThat(value[i]).isEqualTo((byte) i);
        }
    }

    /// Goal: what is read back is what was given, however it is cut. Method: random values of
    /// lengths around every boundary of the encoding, random pieces, and LOAD DATA's rules read by
    /// a naive second implementation.
    @Test
    void randomRowsComeBackHoweverTheyAreCut(RandomGenerator random) {
        int[] lengths = {0, 1, 2, 249, 250, 251, 252, 255, 256, 65534, 65535, 65536, 70000};
        for (int round = 0; round < 60; round++) {
            int columnCount = 1 + random.nextInt(4);
            var expected = new ArrayList<List<byte @Nullable []>>();
            var input = new ByteArrayOutputStream();
            for (int i = random.nextInt(6); i > 0; i--) {
                var row = new ArrayList<byte @Nullable []>();
                for (int column = 0; column < columnCount; column++) {
                    if (random.nextInt(5) == 0) {
                        input.write(0xFB);
                        row.add(null);
                    } else {
                        byte[] value = randomValue(lengths[random.nextInt(lengths.length)], random);
                        writeLength(input, value.length, random);
                        input.writeBytes(value);
                        row.add(value);
                    }
                }
                expected.add(row);
            }
            int pieceMax = 1 + random.nextInt(round % 3 == 0 ? 10 : 100_000);
            List<List<byte @Nullable []>> actual =
                    unescape(escape(columnCount, input.toByteArray(), pieceMax, random));
            assertThat(actual).hasSameSizeAs(expected);
            for (int n = 0; n < expected.size(); n++) {
                assertThat(Arrays.deepEquals(actual.get(n).toArray(), expected.get(n).toArray()))
                        .isTrue();
            }
        }
    }

    @Test
    void everyPrefixOfARowIsReportedAsDamaged() {
        byte[] row = HexFormat.of().parseHex("0161" + "fc020061" + "62" + "fb");
        for (int length = 1; length < row.length; length++) {
            int end = length;
            assertThatThrownBy(() -> escape(3, Arrays.copyOf(row, end), end))
                    .isInstanceOf(CorruptDataException.class)
                    .hasMessageContaining("where: rows, row 1");
        }
    }

    @Test
    void impossibleLengthsAreReportedAsDamaged() {
        for (String hex :
                List.of("FF", "FE 00 00 00 00 01 00 00 00", "FE FF FF FF FF FF FF FF FF")) {
            assertThatThrownBy(() -> escaped(1, hex)).isInstanceOf(CorruptDataException.class);
        }
    }

    private static byte[] randomValue(int length, RandomGenerator random) {
        byte[] value = new byte[length];
        byte[] alphabet = {'\t', '\n', '\\', 'N', 0, 'a', (byte) 0xFB, '\r'};
        for (int i = 0; i < length; i++) {
            value[i] = alphabet[random.nextInt(alphabet.length)];
        }
        return value;
    }

    /// The shortest encoding, and sometimes a longer one, which the protocol allows.
    private static void writeLength(ByteArrayOutputStream out, int length, RandomGenerator random) {
        int bytes = length < 251 ? 0 : length < 65536 ? 2 : 3;
        if (random.nextInt(10) == 0) {
            bytes = 8;
        }
        switch (bytes) {
            case 0 -> out.write(length);
            case 2 -> out.write(0xFC);
            case 3 -> out.write(0xFD);
            default -> out.write(0xFE);
        }
        for (int i = 0; i < bytes; i++) {
            out.write(i < 4 ? length >>> (8 * i) : 0);
        }
    }

    private static String escaped(int columnCount, String hex) {
        byte[] bytes = HexFormat.of().parseHex(hex.replace(" ", ""));
        return new String(escape(columnCount, bytes, 1), StandardCharsets.ISO_8859_1);
    }

    private static byte[] escape(int columnCount, byte[] rows, int pieceBytes) {
        var out = new ByteArrayOutputStream();
        var escaped = new EscapedRows(columnCount, out::write, "rows");
        for (int at = 0; at < rows.length; at += pieceBytes) {
            escaped.accept(rows, at, Math.min(pieceBytes, rows.length - at));
        }
        escaped.finish();
        return out.toByteArray();
    }

    private static byte[] escape(
            int columnCount, byte[] rows, int pieceMax, RandomGenerator random) {
        var out = new ByteArrayOutputStream();
        var escaped = new EscapedRows(columnCount, out::write, "rows");
        int at = 0;
        while (at < rows.length) {
            int piece = Math.min(1 + random.nextInt(pieceMax), rows.length - at);
            escaped.accept(rows, at, piece);
            at += piece;
        }
        escaped.finish();
        return out.toByteArray();
    }

    /// Reads the file as LOAD DATA does, naively.
    private static List<List<byte @Nullable []>> unescape(byte[] file) {
        var rows = new ArrayList<List<byte @Nullable []>>();
        var row = new ArrayList<byte @Nullable []>();
        var value = new ByteArrayOutputStream();
        boolean isNull = false;
        for (int i = 0; i < file.length; i++) {
            byte next = file[i];
            if (next == '\\') {
                byte escaped = file[++i];
                if (escaped == 'N') {
                    isNull = true;
                } else {
                    value.write(escaped);
                }
            } else if (next == '\t' || next == '\n') {
                row.add(isNull ? null : value.toByteArray());
                value.reset();
                isNull = false;
                if (next == '\n') {
                    rows.add(row);
                    row = new ArrayList<>();
                }
            } else {
                value.write(next);
            }
        }
        assertThat(row).isEmpty();
        assertThat(value.size()).isZero();
        return rows;
    }
}
