package io.holdfast.servertests.logical;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.backup.logical.LogicalBackupOptions;
import io.holdfast.client.Session;
import io.holdfast.core.TableName;
import io.holdfast.repository.BackupReader;
import io.holdfast.repository.logical.ObjectKind;
import io.holdfast.repository.logical.SchemaLine;
import io.holdfast.repository.logical.TableContent;
import io.holdfast.repository.logical.TableLine;
import io.holdfast.servertests.TestServer;
import io.holdfast.servertests.fixture.StoredRows;
import io.holdfast.testkit.Seeded;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// Tables with primary keys of every type and of awkward collations, read in many pieces by several
/// threads: each row is in one piece, and in that whose condition it meets.
@Seeded
class KeyWalkTest {
    private static final int ROWS = 400;
    private static final int PIECES_MIN = 8;

    /// Equal, nearly equal, expanding, contracting and ignorable characters, quotes and blanks.
    private static final String LETTERS =
            "aAäÄáàæßsSzZcChHlLñeEéiIıİoöØüÜyY0 9'\\\"%_-`\t 　中国文字かカｶガ한🐬😀\u0301\u00ad\0";

    private record Key(String columns, String parts, Function<RandomGenerator, String> values) {}

    private static List<Key> keys() {
        List<Key> keys = new ArrayList<>();
        for (String collation :
                List.of(
                        "utf8mb4_0900_ai_ci",
                        "utf8mb4_0900_as_cs",
                        "utf8mb4_0900_bin",
                        "utf8mb4_bin",
                        "utf8mb4_general_ci",
                        "utf8mb4_unicode_ci",
                        "utf8mb4_de_pb_0900_ai_ci",
                        "utf8mb4_ja_0900_as_cs_ks",
                        "utf8mb4_zh_0900_as_cs",
                        "utf8mb3_general_ci",
                        "latin1_german2_ci",
                        "latin1_bin",
                        "cp1250_czech_cs",
                        "ascii_general_ci",
                        "ucs2_unicode_ci",
                        "utf16le_general_ci",
                        "utf32_bin",
                        "gbk_chinese_ci",
                        "sjis_japanese_ci",
                        "big5_chinese_ci",
                        "tis620_thai_ci")) {
            keys.add(
                    new Key("a VARCHAR(12) COLLATE " + collation, "a", random -> text(random, 12)));
            keys.add(new Key("a CHAR(8) COLLATE " + collation, "a", random -> text(random, 8)));
        }
        keys.add(new Key("a CHAR(36) CHARACTER SET ascii", "a", _ -> "UUID()"));
        keys.add(new Key("a BINARY(16)", "a", random -> bytes(random, 16)));
        keys.add(new Key("a VARBINARY(9)", "a", random -> bytes(random, 9)));
        keys.add(new Key("a DECIMAL(30,10)", "a", KeyWalkTest::decimal));
        keys.add(new Key("a DOUBLE", "a", KeyWalkTest::number));
        keys.add(new Key("a FLOAT", "a", KeyWalkTest::number));
        keys.add(new Key("a BIT(40)", "a", random -> "" + (random.nextLong() >>> 24)));
        keys.add(new Key("a DATE", "a", KeyWalkTest::date));
        keys.add(new Key("a DATETIME(6)", "a", KeyWalkTest::moment));
        keys.add(new Key("a TIMESTAMP(3)", "a", KeyWalkTest::moment));
        keys.add(new Key("a TIME(6)", "a", KeyWalkTest::time));
        keys.add(new Key("a DECIMAL(9,2)", "a DESC", KeyWalkTest::decimal));
        // Few values of the first column.
        keys.add(
                new Key(
                        "a INT, b VARCHAR(9) COLLATE latin1_german2_ci",
                        "a, b",
                        random -> random.nextInt(2) + "," + text(random, 9)));
        keys.add(
                new Key(
                        "a VARCHAR(3) COLLATE utf8mb4_0900_ai_ci, b DATETIME(6), c YEAR",
                        "a, b DESC, c",
                        random -> text(random, 1) + "," + moment(random) + "," + year(random)));
        keys.add(
                new Key(
                        "a DATE, b DECIMAL(8,1), c BINARY(3), d TINYINT",
                        "c DESC, d, a DESC, b",
                        random ->
                                date(random)
                                        + ","
                                        + decimal(random)
                                        + ","
                                        + bytes(random, 1)
                                        + ","
                                        + random.nextInt(-3, 3)));
        keys.add(
                new Key(
                        "a BIGINT UNSIGNED, b TIME",
                        "b DESC, a DESC",
                        random ->
                                Long.toUnsignedString(random.nextLong())
                                        + ",'0:0:"
                                        + random.nextInt(3)
                                        + "'"));
        return keys;
    }

    /// Keys that are not walked.
    private static List<Key> others() {
        return List.of(
                new Key(
                        "a ENUM('z','y','x'), b INT",
                        "a, b",
                        random -> random.nextInt(1, 4) + "," + random.nextInt()),
                new Key("a VARCHAR(30)", "a(2)", random -> text(random, 30)),
                new Key("a CHAR(8) COLLATE gb18030_chinese_ci", "a", random -> text(random, 8)));
    }

    @Test
    void everyRowIsReadOnceHoweverTheKeyIsOrdered(RandomGenerator random) {
        try (var server = TestServer.start()) {
            List<Key> keys = new ArrayList<>(keys());
            int walked = keys.size();
            keys.addAll(others());
            try (Session root = BackedUp.root(server)) {
                root.execute("CREATE DATABASE d");
                root.execute("SET sql_mode = 'ALLOW_INVALID_DATES', time_zone = '+00:00'");
                for (int i = 0; i < keys.size(); i++) {
                    fill(root, "d.t" + i, keys.get(i), random);
                }
                BackedUp backup =
                        BackedUp.of(
                                server.as("root", ""),
                                LogicalBackupOptions.defaults()
                                        .withThreads(3)
                                        .withChunkBytes(1 << 10));
                for (int i = 0; i < keys.size(); i++) {
                    demandEachRowOnce(
                            root, backup, "t" + i, keys.get(i), i < walked ? PIECES_MIN : 1);
                }
            }
        }
    }

    private static void fill(Session root, String table, Key key, RandomGenerator random) {
        root.execute(
                "CREATE TABLE "
                        + table
                        + " ("
                        + key.columns()
                        + ", n INT UNSIGNED NOT NULL DEFAULT 0, filler CHAR(20) NOT NULL DEFAULT"
                        + " 'x', PRIMARY KEY ("
                        + key.parts()
                        + "))");
        root.execute(
                "INSERT IGNORE INTO "
                        + table
                        + " VALUES "
                        + IntStream.range(0, ROWS)
                                .mapToObj(_ -> "(" + key.values().apply(random) + ", 0, 'x')")
                                .collect(Collectors.joining(",")));
        root.execute("SET @n = -1");
        root.execute("UPDATE " + table + " SET n = (@n := @n + 1)");
        root.execute("ANALYZE TABLE " + table);
    }

    private static void demandEachRowOnce(
            Session root, BackedUp backup, String table, Key key, int piecesMin) {
        BackupReader reader = backup.repository().openBackup(backup.report().backup());
        TableContent content = content(backup, table);
        int numberAt = content.columns().size() - 2;
        List<Integer> numbers = new ArrayList<>();
        int pieces = 0;
        for (TableLine line : backup.chunks()) {
            if (line instanceof TableLine.Chunk chunk && chunk.table() == content.number()) {
                pieces++;
                StoredRows.each(
                        reader,
                        content,
                        chunk,
                        values -> numbers.add(Integer.parseInt(values[numberAt])));
                String where = chunk.where();
                if (where != null) {
                    assertThat(count(root, table, where)).as(where).isEqualTo(chunk.rows());
                }
            }
        }
        long rows = count(root, table, "TRUE");
        numbers.sort(null);
        assertThat(numbers)
                .as(key.columns())
                .isEqualTo(IntStream.range(0, (int) rows).boxed().toList());
        assertThat(pieces).as("pieces of %s", key).isGreaterThanOrEqualTo(piecesMin);
    }

    private static long count(Session root, String table, String where) {
        return root.query(
                        "SELECT COUNT(*) FROM "
                                + new TableName("d", table).quoted()
                                + " WHERE "
                                + where)
                .only()
                .integer(0);
    }

    private static TableContent content(BackedUp backup, String table) {
        for (SchemaLine line : backup.objects(ObjectKind.TABLE)) {
            if (line.name().equals(table)) {
                return Objects.requireNonNull(line.table());
            }
        }
        throw new AssertionError("no table " + table);
    }

    private static String text(RandomGenerator random, int charactersMax) {
        int[] letters = LETTERS.codePoints().toArray();
        int count = random.nextInt(charactersMax + 1);
        String text =
                IntStream.range(0, count)
                        .map(_ -> letters[random.nextInt(letters.length)])
                        .mapToObj(Character::toString)
                        .collect(Collectors.joining());
        return "_utf8mb4 x'" + hex(text.getBytes(java.nio.charset.StandardCharsets.UTF_8)) + "'";
    }

    private static String bytes(RandomGenerator random, int bytesMax) {
        byte[] bytes = new byte[random.nextInt(bytesMax + 1)];
        random.nextBytes(bytes);
        for (int i = 0; i < bytes.length; i++) {
            // Zeros, blanks and the ends of the range more often than by chance.
            bytes[i] =
                    switch (random.nextInt(8)) {
                        case 0 -> 0;
                        case 1 -> ' ';
                        case 2 -> -1;
                        default -> bytes[i];
                    };
        }
        return "x'" + hex(bytes) + "'";
    }

    private static String hex(byte[] bytes) {
        return java.util.HexFormat.of().formatHex(bytes);
    }

    private static String decimal(RandomGenerator random) {
        return java.math.BigDecimal.valueOf(random.nextInt(-1_000_000, 1_000_000), 2)
                .toPlainString();
    }

    private static String number(RandomGenerator random) {
        return random.nextInt(3) == 0
                ? random.nextInt(-9, 9) + "e" + random.nextInt(-30, 30)
                : random.nextInt(-99, 99) / 10.0 + "e0";
    }

    /// Zero dates, zeros in dates, days that no month has.
    private static String date(RandomGenerator random) {
        int year = random.nextInt(6) == 0 ? 0 : random.nextInt(1000, 2300);
        return io.holdfast.core.Text.format(
                "'%04d-%02d-%02d'", year, random.nextInt(13), random.nextInt(32));
    }

    private static String moment(RandomGenerator random) {
        return random.nextInt(50) == 0
                ? "'0000-00-00 00:00:00'"
                : io.holdfast.core.Text.format(
                        "'2020-01-%02d %02d:%02d:00.%06d'",
                        random.nextInt(1, 4),
                        random.nextInt(24),
                        random.nextInt(60),
                        random.nextInt(1_000_000));
    }

    private static String time(RandomGenerator random) {
        return io.holdfast.core.Text.format(
                "'%s%d:%02d:%02d.%06d'",
                random.nextBoolean() ? "-" : "",
                random.nextInt(839),
                random.nextInt(60),
                random.nextInt(60),
                random.nextInt(1_000_000));
    }

    private static String year(RandomGenerator random) {
        return random.nextInt(4) == 0 ? "'0000'" : "" + random.nextInt(1901, 2156);
    }
}
