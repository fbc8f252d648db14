package io.holdfast.servertests.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.client.ClientError;
import io.holdfast.client.Dialect;
import io.holdfast.client.GtidMode;
import io.holdfast.client.Literal;
import io.holdfast.client.PreparedStatement;
import io.holdfast.client.Rows;
import io.holdfast.client.ServerFacts;
import io.holdfast.client.Session;
import io.holdfast.client.ValueRows;
import io.holdfast.core.SqlErrorException;
import io.holdfast.core.UnavailableException;
import io.holdfast.servertests.TestServer;
import io.holdfast.testkit.Seeded;
import io.holdfast.wire.SqlValue;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Goal: what statements say and return is exact, however large, and a session always knows where
/// it stands.
@Seeded
final class StatementTest {
    private static TestServer server;

    @BeforeAll
    static void start() {
        server = TestServer.start("--max-allowed-packet=1G");
        try (Session root = Sessions.root(server)) {
            root.execute("CREATE DATABASE d");
        }
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void anErrorLeavesTheSessionUsable() {
        try (Session session = Sessions.root(server)) {
            assertThatThrownBy(
                            () -> session.query("SELECT * FROM d.nothing WHERE secret = 'hunter2'"))
                    .isInstanceOfSatisfying(
                            SqlErrorException.class,
                            e -> {
                                assertThat(e.number()).isEqualTo(1146);
                                assertThat(e.sqlState()).isEqualTo("42S02");
                                assertThat(e.problem().where()).contains("SELECT * FROM d.nothing");
                            })
                    .hasMessageNotContaining("hunter2");
            assertThat(session.query("SELECT 1 + 1").only().integer(0)).isEqualTo(2);
        }
    }

    @Test
    void anErrorInTheMiddleOfRowsLeavesTheSessionUsable() {
        try (Session session = Sessions.root(server)) {
            assertThatThrownBy(() ->
                            session.query(
                                    "SELECT CASE WHEN n = 5000 THEN (SELECT 1 UNION SELECT 2) ELSE REPEAT('x', 100) END"
                                            + " FROM (WITH RECURSIVE c (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 9000)"
                                            + " SELECT /*+ SET_VAR(cte_max_recursion_depth = 10000) */ n FROM c) x"))
                    .isInstanceOf(SqlErrorException.class);
            session.ping();
        }
    }

    /// Whoever configured a limit for people does not want backups cut short.
    @Test
    void aLimitThatTheServerHasForResultsDoesNotHold() {
        try (Session root = Sessions.root(server)) {
            root.execute("SET GLOBAL sql_select_limit = 1");
            try (Session session = Sessions.root(server)) {
                assertThat(session.query("SELECT 1 UNION ALL SELECT 2").count()).isEqualTo(2);
            } finally {
                root.execute("SET GLOBAL sql_select_limit = DEFAULT");
            }
        }
    }

    @Test
    void aProcedureGivesAllItsResults() {
        try (Session session = Sessions.root(server)) {
            session.execute(
                    "CREATE PROCEDURE d.two() BEGIN SELECT 1 AS one; SELECT 2 AS two, NULL AS three; END");
            List<Rows> results = session.queryAll("CALL d.two()");
            assertThat(results).hasSize(2);
            assertThat(results.get(0).only().integer("ONE")).isEqualTo(1);
            assertThat(results.get(1).only().isNull("three")).isTrue();
            assertThat(session.query("CALL d.two()").only().integer(0)).isEqualTo(1);
            session.ping();
        }
    }

    @Test
    void warningsAreCounted() {
        try (Session session = Sessions.root(server)) {
            session.execute("DROP TABLE IF EXISTS d.never_there");
            assertThat(session.warningCount()).isEqualTo(1);
            assertThat(session.query("SHOW WARNINGS").only().integer("Code")).isEqualTo(1051);
        }
    }

    @Test
    void resetForgetsVariables() {
        try (Session session = Sessions.root(server)) {
            session.execute("SET @a = 1");
            session.reset();
            assertThat(session.query("SELECT @a").only().isNull(0)).isTrue();
        }
    }

    /// Goal: values larger than the heap allows pass through. Method: 120 MiB in one value, around
    /// the places where frames and buffers end, every byte compared.
    @Test
    void valuesOfAnySizeStreamThrough() {
        try (Session session = Sessions.root(server)) {
            for (int byteCount :
                    new int[] {
                        0,
                        1,
                        250,
                        251,
                        65_535,
                        65_536,
                        0xFF_FFFA,
                        0xFF_FFFB,
                        0xFF_FFFF,
                        0x100_0000,
                        2 * 0xFF_FFFF - 9,
                        2 * 0xFF_FFFF,
                        20 << 20,
                        120 << 20
                    }) {
                var seen = new long[2];
                long rows =
                        session.stream(
                                "SELECT REPEAT('v', " + byteCount + "), 'end'",
                                (bytes, offset, count, endsRow) -> {
                                    for (int i = offset; i < offset + count; i++) {
                                        seen[0] += bytes[i] == 'v' ? 1 : 0;
                                    }
                                    seen[1] += endsRow ? 1 : 0;
                                });
                assertThat(rows).isEqualTo(1);
                assertThat(seen).as("%d bytes", byteCount).containsExactly(byteCount, 1);
            }
            session.ping();
        }
    }

    @Test
    void statementsAbove16MiBAreSent() {
        try (Session session = Sessions.root(server)) {
            for (int byteCount : new int[] {0xFF_FFFF - 25, 0xFF_FFFF, 0x100_0000, 40 << 20}) {
                String text = "y".repeat(byteCount);
                assertThat(session.query("SELECT LENGTH('" + text + "')").only().integer(0))
                        .isEqualTo(byteCount);
            }
        }
    }

    @Test
    void aResultTooLargeToHoldIsRefused() {
        try (Session session = Sessions.root(server)) {
            assertThatThrownBy(() -> session.query("SELECT REPEAT('v', 40 << 20)"))
                    .satisfies(e -> LoginTest.assertCode(e, ClientError.RESULT_TOO_LARGE));
            assertThat(session.isClosed()).isTrue();
        }
    }

    @Test
    void aLocalFileIsStreamedWhenAskedFor() {
        try (Session session = Sessions.root(server)) {
            session.execute("CREATE TABLE d.loaded (a INT, b VARCHAR(20))");
            byte[] line = "7\tseven\n".getBytes(StandardCharsets.UTF_8);
            long rows =
                    session.loadData(
                            "LOAD DATA LOCAL INFILE 'any' INTO TABLE d.loaded",
                            out -> {
                                for (int i = 0; i < 100_000; i++) {
                                    out.accept(line, 0, line.length);
                                }
                            });
            assertThat(rows).isEqualTo(100_000);
            assertThat(session.query("SELECT COUNT(*), SUM(a) FROM d.loaded").only().integer(1))
                    .isEqualTo(700_000);
        }
    }

    @Test
    void aLocalFileThatFailsToBeMadeLoadsNothing() {
        try (Session session = Sessions.root(server)) {
            session.execute("CREATE TABLE d.half (a INT)");
            byte[] line = "7\n".getBytes(StandardCharsets.UTF_8);
            assertThatThrownBy(() ->
                            session.loadData(
                                    "LOAD DATA LOCAL INFILE 'any' INTO TABLE d.half",
                                    out -> {
                                        for (int i = 0; i < 400_000; i++) {
                                            out.accept(line, 0, line.length);
                                        }
                                        throw new IllegalStateException("disk broke");
                                    }))
                    .hasMessage("disk broke");
            assertThat(session.isClosed()).isTrue();
        }
        try (Session session = Sessions.root(server)) {
            // Taking the lock waits until the broken statement is rolled back.
            session.execute("LOCK TABLES d.half READ");
            assertThat(session.query("SELECT COUNT(*) FROM d.half").only().integer(0)).isZero();
        }
    }

    @Test
    void aFileThatWasNotAskedForIsNeverGiven() {
        try (Session session = Sessions.root(server)) {
            session.execute("CREATE TABLE d.curious (a TEXT)");
            assertThatThrownBy(() ->
                            session.execute(
                                    "LOAD DATA LOCAL INFILE '/etc/passwd' INTO TABLE d.curious"))
                    .satisfies(e -> LoginTest.assertCode(e, ClientError.LOCAL_FILE_NOT_ASKED));
        }
        try (Session session = Sessions.root(server)) {
            assertThat(session.query("SELECT * FROM d.curious").isEmpty()).isTrue();
        }
    }

    @Test
    void preparedValuesOfEveryTypeComeBackBitForBit(RandomGenerator random) {
        try (Session session = Sessions.root(server)) {
            session.execute(
                    "CREATE TABLE d.every (id INT PRIMARY KEY AUTO_INCREMENT, i BIGINT, u BIGINT UNSIGNED, t TINYINT,"
                            + " m MEDIUMINT, y YEAR, f FLOAT, g DOUBLE, n DECIMAL(30,10), d DATE, dt DATETIME(6),"
                            + " ts TIMESTAMP(3) NULL, ti TIME(6), s VARCHAR(100), b BLOB, bits BIT(13), j JSON,"
                            + " e ENUM('a','b'), z SET('x','y'))");
            session.execute("SET sql_mode = ''");
            float[] floats = {
                0f,
                -0f,
                Float.MIN_NORMAL,
                Float.MAX_VALUE,
                Float.MIN_VALUE,
                16777215f,
                0.1f,
                3.4e38f
            };
            try (PreparedStatement insert =
                            session.prepare(
                                    "INSERT INTO d.every (i, u, t, m, y, f, g, n, d, dt, ts, ti, s, b, bits, j, e, z)"
                                            + " VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)");
                    PreparedStatement select =
                            session.prepare("SELECT * FROM d.every WHERE id = ?")) {
                assertThat(insert.parameterCount()).isEqualTo(18);
                for (int round = 0; round < 200; round++) {
                    float f =
                            round < floats.length
                                    ? floats[round]
                                    : finite(Float.intBitsToFloat(random.nextInt()));
                    double g = finite(Double.longBitsToDouble(random.nextLong()));
                    byte[] blob = new byte[random.nextInt(300)];
                    random.nextBytes(blob);
                    var date =
                            new SqlValue.Date(
                                    1 + random.nextInt(9999),
                                    1 + random.nextInt(12),
                                    1 + random.nextInt(28));
                    List<SqlValue> in =
                            List.of(
                                    new SqlValue.Whole(random.nextLong(), false),
                                    new SqlValue.Whole(random.nextLong(), true),
                                    new SqlValue.Whole(random.nextInt(-128, 128), false),
                                    new SqlValue.Whole(random.nextInt(-(1 << 23), 1 << 23), false),
                                    new SqlValue.Whole(1901 + random.nextInt(255), false),
                                    new SqlValue.Float32(f),
                                    new SqlValue.Float64(g),
                                    new SqlValue.Text("-12345678901234567890.1234567891"),
                                    date,
                                    new SqlValue.DateTime(
                                            date,
                                            random.nextInt(24),
                                            random.nextInt(60),
                                            random.nextInt(60),
                                            random.nextInt(1_000_000)),
                                    SqlValue.NULL,
                                    new SqlValue.Time(
                                            true,
                                            random.nextInt(34),
                                            random.nextInt(24),
                                            random.nextInt(60),
                                            random.nextInt(60),
                                            1 + random.nextInt(999_999)),
                                    new SqlValue.Text("Grüße, 日本 🎓 \\ '"),
                                    new SqlValue.Bytes(blob),
                                    new SqlValue.Whole(random.nextInt(1 << 13), true),
                                    new SqlValue.Text("{\"a\": [1, null]}"),
                                    new SqlValue.Text("b"),
                                    new SqlValue.Text("x,y"));
                    assertThat(insert.execute(in)).isEqualTo(1);
                    ValueRows found = select.query(List.of(new SqlValue.Whole(round + 1L, false)));
                    assertThat(found.rows()).hasSize(1);
                    List<SqlValue> out = found.rows().getFirst();
                    for (int i = 0; i < in.size(); i++) {
                        assertThat(same(out.get(i + 1)))
                                .as("round %d, %s", round, found.columns().get(i + 1).name())
                                .isEqualTo(
                                        i == 4
                                                ? new SqlValue.Whole(
                                                        ((SqlValue.Whole) in.get(4)).value(), true)
                                                : same(in.get(i)));
                    }
                }
            }
        }
    }

    private static float finite(float value) {
        return Float.isFinite(value) ? value : 1.5f;
    }

    private static double finite(double value) {
        return Double.isFinite(value) ? value : 2.5;
    }

    /// Texts come back as bytes, and BIT as its bytes, highest first.
    private static SqlValue same(SqlValue value) {
        return switch (value) {
            case SqlValue.Text(String text) ->
                    new SqlValue.Bytes(text.getBytes(StandardCharsets.UTF_8));
            case SqlValue.Bytes(byte[] bytes) when bytes.length == 2 ->
                    new SqlValue.Whole((bytes[0] & 0xFF) << 8 | (bytes[1] & 0xFF), true);
            default -> value;
        };
    }

    @Test
    void zeroDatesAndShortTimesComeBack() {
        try (Session session = Sessions.root(server)) {
            session.execute("SET sql_mode = ''");
            session.execute("CREATE TABLE d.zero (d DATE, dt DATETIME, t TIME)");
            session.execute(
                    "INSERT INTO d.zero VALUES ('0000-00-00', '0000-00-00 00:00:00', '00:00:00'),"
                            + " ('2020-02-00', '2020-00-01 00:00:01', '-838:59:59')");
            try (PreparedStatement select = session.prepare("SELECT * FROM d.zero")) {
                assertThat(select.query(List.of()).rows())
                        .containsExactly(
                                List.of(
                                        new SqlValue.Date(0, 0, 0),
                                        new SqlValue.DateTime(
                                                new SqlValue.Date(0, 0, 0), 0, 0, 0, 0),
                                        new SqlValue.Time(false, 0, 0, 0, 0, 0)),
                                List.of(
                                        new SqlValue.Date(2020, 2, 0),
                                        new SqlValue.DateTime(
                                                new SqlValue.Date(2020, 0, 1), 0, 0, 1, 0),
                                        new SqlValue.Time(true, 34, 22, 59, 59, 0)));
            }
        }
    }

    @Test
    void longDataIsSentInPieces() {
        try (Session session = Sessions.root(server)) {
            try (PreparedStatement length =
                    session.prepare(
                            "SELECT LENGTH(?), SHA2(?, 256) = SHA2(REPEAT('z', 50000000), 256), ?")) {
                byte[] piece = new byte[1_000_000];
                Arrays.fill(piece, (byte) 'z');
                for (int index : new int[] {0, 1}) {
                    length.sendLongData(
                            index,
                            out -> {
                                for (int i = 0; i < 50; i++) {
                                    out.accept(piece, 0, piece.length);
                                }
                            });
                }
                List<SqlValue> row =
                        length.query(List.of(SqlValue.NULL, SqlValue.NULL, SqlValue.NULL))
                                .rows()
                                .getFirst();
                assertThat(row.get(0)).isEqualTo(new SqlValue.Whole(50_000_000, false));
                assertThat(row.get(1)).isEqualTo(new SqlValue.Whole(1, false));
                assertThat(row.get(2)).isEqualTo(SqlValue.NULL);
                assertThat(
                                length.query(
                                                List.of(
                                                        new SqlValue.Text("ab"),
                                                        SqlValue.NULL,
                                                        SqlValue.NULL))
                                        .rows()
                                        .getFirst()
                                        .getFirst())
                        .isEqualTo(new SqlValue.Whole(2, false));
            }
        }
    }

    @Test
    void literalsMeanTheSameUnderEveryMode() {
        try (Session session = Sessions.root(server)) {
            String text = "it's \"a\" \\n `test` \\ 日本";
            for (String mode : List.of("", "NO_BACKSLASH_ESCAPES", "ANSI_QUOTES")) {
                session.execute("SET sql_mode = '" + mode + "'");
                assertThat(session.query("SELECT " + Literal.quote(text)).only().string(0))
                        .isEqualTo(text);
            }
        }
    }

    @Test
    void aServerKilledInMidQueryIsUnavailable() throws Exception {
        try (var victim = TestServer.start();
                Session session = Sessions.root(victim)) {
            var started = new CountDownLatch(1);
            var query =
                    CompletableFuture.supplyAsync(() -> {
                        started.countDown();
                        return session.query("SELECT SLEEP(60)");
                    });
            started.await();
            victim.kill();
            assertThatThrownBy(query::get)
                    .hasCauseInstanceOf(UnavailableException.class)
                    .hasMessageContaining("connection");
            assertThat(session.isClosed()).isTrue();
        }
    }

    @Test
    void silenceIsCutOff() {
        try (Session session =
                Session.open(Sessions.socket(server).withReadTimeout(Duration.ofMillis(100)))) {
            assertThatThrownBy(() -> session.query("SELECT SLEEP(60)"))
                    .satisfies(e -> LoginTest.assertCode(e, ClientError.SERVER_SILENT));
        }
    }

    @Test
    void factsAndStatusAreRead() {
        try (Session session = Sessions.root(server)) {
            ServerFacts facts = ServerFacts.read(session);
            assertThat(facts.isMariaDb()).isFalse();
            assertThat(facts.gtidMode()).isEqualTo(GtidMode.ON);
            assertThat(facts.writesBinaryLog()).isTrue();
            assertThat(facts.serverUuid())
                    .hasToString(session.query("SELECT @@server_uuid").only().string(0));
            var dialect = new Dialect(session);
            var status = dialect.logStatus().orElseThrow();
            assertThat(status.executed().containsAll(dialect.gtidPurged())).isTrue();
            assertThat(dialect.gtidExecuted().containsAll(status.executed())).isTrue();
            assertThat(dialect.binaryLogs().getLast().name()).isEqualTo(status.end().file());
            assertThat(dialect.replicaStatus().isEmpty()).isTrue();
            assertThat(dialect.replicas().isEmpty()).isTrue();
            assertThat(dialect.hasVariable("gtid_mode")).isTrue();
            assertThat(dialect.hasVariable("no_such_variable")).isFalse();
            assertThat(dialect.hasColumn("performance_schema", "log_status", "LOCAL")).isTrue();
            assertThat(dialect.hasColumn("performance_schema", "log_status", "NOPE")).isFalse();
        }
        try (var silent = TestServer.start("--skip-log-bin");
                Session session = Sessions.root(silent)) {
            assertThat(new Dialect(session).logStatus()).isEmpty();
            assertThat(new Dialect(session).binaryLogs()).isEmpty();
            assertThat(ServerFacts.read(session).writesBinaryLog()).isFalse();
        }
    }
}
