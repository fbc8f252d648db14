package io.holdfast.repository.logical;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.core.CorruptDataException;
import io.holdfast.repository.format.BlockRun;
import io.holdfast.repository.format.PackId;
import io.holdfast.repository.format.StreamRef;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class JsonLinesTest {
    private static final SchemaLine TABLE =
            new SchemaLine(
                    ObjectKind.TABLE,
                    "shop",
                    "a\nb`\"ä😀",
                    null,
                    SqlSession.in("shop"),
                    List.of(
                            SqlText.of("CREATE TABLE …"),
                            SqlText.of(new byte[] {'_', (byte) 0xDF})),
                    new ShowCheck("SHOW CREATE TABLE `x`", 1, SqlText.of("x")),
                    new TableContent(
                            7,
                            "InnoDB",
                            TableContent.Rows.KEPT,
                            List.of(new TableColumn("id", "int", ColumnCoding.RAW)),
                            List.of("id"),
                            "18446744073709551615"),
                    Map.of("a", "b"),
                    List.of("note"));

    @Test
    void schemaLinesComeBackEqual() {
        List<SchemaLine> lines =
                List.of(TABLE, SchemaLine.ofServer(ObjectKind.FACTS, "server", List.of()));
        assertThat(read(written(lines), SchemaLine.class)).isEqualTo(lines);
    }

    @Test
    void tableLinesComeBackEqual() {
        List<TableLine> lines =
                List.of(
                        new TableLine.Chunk(
                                0,
                                3,
                                "id < 7",
                                5,
                                50,
                                "ab",
                                new StreamRef(
                                        List.of(new BlockRun(new PackId(1, 2), 3, 4)),
                                        5,
                                        "00000000")),
                        new TableLine.TableEnd(0, 4, 5, 50, "ab"));
        assertThat(read(written(lines), TableLine.class)).isEqualTo(lines);
    }

    @Test
    void bytesThatAreNoUtf8SurviveInStatements() {
        byte[] all = new byte[256];
        for (int i = 0; i < all.length; i++) {
            all[i] = (byte) i;
        }
        assertThat(SqlText.of(all).bytes()).isEqualTo(all);
        assertThat(SqlText.of("ä\0😀".getBytes(UTF_8)).sql()).isEqualTo("ä\0😀");
    }

    @Test
    void everyPrefixIsReportedAsCorrupt() {
        byte[] whole = written(List.of(TABLE, TABLE));
        for (int length = 0; length < whole.length; length++) {
            byte[] prefix = Arrays.copyOf(whole, length);
            assertThatThrownBy(() -> read(prefix, SchemaLine.class))
                    .as("%d of %d bytes", length, whole.length)
                    .isInstanceOf(CorruptDataException.class);
        }
    }

    @Test
    void aLineThatIsMissingIsReported() {
        String text = new String(written(List.of(TABLE, TABLE)), UTF_8);
        byte[] without = text.substring(text.indexOf('\n') + 1).getBytes(UTF_8);
        assertThatThrownBy(() -> read(without, SchemaLine.class))
                .isInstanceOf(CorruptDataException.class);
    }

    @Test
    void aKindThatNobodyKnowsIsRefused() {
        byte[] unknown = "{\"kind\":\"sequence\",\"name\":\"x\"}\n".getBytes(UTF_8);
        assertThatThrownBy(() -> read(unknown, SchemaLine.class))
                .isInstanceOf(CorruptDataException.class);
        assertThatThrownBy(() -> read(unknown, TableLine.class))
                .isInstanceOf(CorruptDataException.class);
    }

    private static byte[] written(List<?> lines) {
        var out = new ByteArrayOutputStream();
        var writer = new JsonLines.Writer(out);
        lines.forEach(writer::write);
        writer.end();
        return out.toByteArray();
    }

    private static <T> List<T> read(byte[] bytes, Class<T> type) {
        List<T> read = new ArrayList<>();
        JsonLines.read(new ByteArrayInputStream(bytes), "test", type, read::add);
        return read;
    }
}
