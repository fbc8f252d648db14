package io.holdfast.servertests.recovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.core.GtidSet;
import io.holdfast.core.HoldfastException;
import io.holdfast.core.RefusedException;
import io.holdfast.recovery.RecoveryReport;
import io.holdfast.recovery.RecoveryRequest;
import io.holdfast.recovery.error.RecoveryError;
import io.holdfast.recovery.plan.Planner;
import io.holdfast.repository.archive.ArchiveMerge;
import io.holdfast.repository.archive.HistoryArchive;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;

/// Goal: a recovered server is at exactly the moment that was asked for, by every way to name it.
/// Method: a real server's log is replayed into a real server.
final class RecoverTest {
    @Test
    void everyKindOfMomentCutsWhereItSays() {
        try (var old = new ArchivedServer()) {
            old.run(
                    "CREATE DATABASE university",
                    "CREATE TABLE university.grades (a INT PRIMARY KEY)",
                    "INSERT INTO university.grades VALUES (1)",
                    "INSERT INTO university.grades VALUES (2)");
            old.run(
                    "FLUSH BINARY LOGS",
                    "DROP TABLE university.grades",
                    "CREATE TABLE university.late (a INT)");
            GtidSet all = old.executed();
            assertThat(all.count()).isEqualTo(6);
            old.archive();
            String uuid = old.uuid().toString();

            RecoveryReport report =
                    old.recover(
                            old.request("before-statement:'drop table university.grades'", "a"));
            assertThat(report.executed()).isEqualTo(GtidSet.parse(uuid + ":1-4"));
            assertThat(report.transactions()).isEqualTo(4);
            try (var recovered = new RecoveredServer(old.folder("a"))) {
                assertThat(recovered.ask("SELECT SUM(a) FROM university.grades")).isEqualTo("3");
                assertThat(recovered.executed()).isEqualTo(GtidSet.parse(uuid + ":1-4"));
                assertThat(
                                recovered.ask(
                                        "SELECT COUNT(*) FROM mysql.user WHERE user LIKE 'holdfast%'"))
                        .isEqualTo("0");
            }

            // From there on to the end.
            RecoveryRequest later = continued(old.request("latest", "a"));
            assertThat(old.recover(later).executed()).isEqualTo(all);
            try (var recovered = new RecoveredServer(old.folder("a"))) {
                assertThat(recovered.ask("SHOW TABLES FROM university")).isEqualTo("late");
            }
            assertThatThrownBy(
                            () -> old.recover(continued(old.request("gtid:" + uuid + ":4", "a"))))
                    .isInstanceOfSatisfying(
                            RefusedException.class,
                            refusal -> assertCode(refusal, RecoveryError.CONTINUE_BACKWARDS));

            // A transaction is left out, and its GTID is not.
            RecoveryRequest skipping =
                    withSkips(old.request("latest", "b"), GtidSet.parse(uuid + ":5"));
            assertThat(old.recover(skipping).executed()).isEqualTo(all);
            try (var recovered = new RecoveredServer(old.folder("b"))) {
                assertThat(recovered.ask("SELECT SUM(a) FROM university.grades")).isEqualTo("3");
                assertThat(recovered.executed()).isEqualTo(all);
            }
        }
    }

    @Test
    void aServerThatActedOnItsOwnIsNotContinued() {
        try (var old = new ArchivedServer()) {
            old.run(
                    "CREATE DATABASE d",
                    "CREATE TABLE d.t (a INT PRIMARY KEY)",
                    "INSERT INTO d.t VALUES (1)");
            old.archive();
            var _ = old.recover(old.request("gtid:" + old.uuid() + ":2", "a"));
            try (var recovered =
                    new RecoveredServer(
                            old.folder("a"),
                            "--log-bin=own",
                            "--gtid-mode=ON",
                            "--enforce-gtid-consistency=ON")) {
                recovered.session().execute("INSERT INTO d.t VALUES (7)");
            }
            assertThatThrownBy(() -> old.recover(continued(old.request("latest", "a"))))
                    .isInstanceOfSatisfying(
                            RefusedException.class,
                            refusal -> assertCode(refusal, RecoveryError.CONTINUE_REFUSED));
        }
    }

    @Test
    void aConflictStopsWithTheCommandThatSkipsIt() {
        try (var old = new ArchivedServer()) {
            old.run(
                    "CREATE DATABASE d",
                    "CREATE TABLE d.t (a INT PRIMARY KEY)",
                    "INSERT INTO d.t VALUES (1)",
                    "SET sql_log_bin = 0",
                    "DELETE FROM d.t",
                    "SET sql_log_bin = 1",
                    "INSERT INTO d.t VALUES (1)",
                    "INSERT INTO d.t VALUES (2)");
            old.archive();
            String uuid = old.uuid().toString();
            assertThatThrownBy(() -> old.recover(old.request("latest", "a")))
                    .isInstanceOfSatisfying(
                            RefusedException.class,
                            refusal -> {
                                assertCode(refusal, RecoveryError.APPLIER_STOPPED);
                                assertThat(refusal.problem().what()).contains("1062");
                                assertThat(refusal.problem().remedy())
                                        .endsWith(
                                                "holdfast recover --to latest --skip "
                                                        + uuid
                                                        + ":4");
                            });
            assertThat(Files.exists(old.folder("a"))).isFalse();
            RecoveryRequest skipping =
                    withSkips(old.request("latest", "a"), GtidSet.parse(uuid + ":4"));
            assertThat(old.recover(skipping).executed().count()).isEqualTo(5);
        }
    }

    @Test
    void eventsThatTheReplayMadeAreWhatTheyWere() {
        try (var old = new ArchivedServer("--event-scheduler=OFF")) {
            old.run(
                    "CREATE DATABASE d",
                    "CREATE USER dave@localhost",
                    "USE d",
                    "SET time_zone='+03:00', sql_mode='ANSI_QUOTES', collation_connection=latin1_german1_ci",
                    "CREATE DEFINER=dave@localhost EVENT e1 ON SCHEDULE EVERY 1 HOUR DO SELECT 'x'",
                    "CREATE EVENT e2 ON SCHEDULE EVERY 1 HOUR DISABLE DO SELECT 1",
                    "CREATE EVENT e3 ON SCHEDULE EVERY 1 HOUR DISABLE ON REPLICA DO SELECT 1",
                    "CREATE EVENT \"e 4\" ON SCHEDULE EVERY 1 HOUR DISABLE DO SELECT 1",
                    "ALTER EVENT \"e 4\" COMMENT 'ENABLE'",
                    "CREATE EVENT e5 ON SCHEDULE EVERY 1 HOUR DO SELECT 1",
                    "ALTER EVENT e5 DISABLE",
                    "ALTER EVENT e5 RENAME TO e6 ENABLE",
                    "CREATE EVENT e7 ON SCHEDULE EVERY 1 HOUR DO SELECT 1",
                    "DROP EVENT e7",
                    "CREATE EVENT `é` ON SCHEDULE EVERY 1 HOUR DO SELECT 1",
                    "SET NAMES latin1");
            old.session()
                    .execute(
                            "CREATE EVENT `ö` ON SCHEDULE EVERY 1 HOUR COMMENT 'ä' DO SELECT 'ü'"
                                    .getBytes(java.nio.charset.StandardCharsets.ISO_8859_1));
            old.session().reset();
            old.archive();
            RecoveryReport report = old.recover(old.request("latest", "a"));
            assertThat(report.events().unknown()).isEmpty();
            try (var recovered = new RecoveredServer(old.folder("a"))) {
                for (String event : List.of("e1", "e2", "e3", "`e 4`", "e6", "`é`", "`ö`")) {
                    String show = "SHOW CREATE EVENT d." + event;
                    assertThat(recovered.session().query(show).only().string(3))
                            .as(event)
                            .isEqualTo(old.session().query(show).only().string(3));
                    for (int column : new int[] {1, 2, 4, 5, 6}) {
                        assertThat(recovered.session().query(show).only().string(column))
                                .as("%s column %d", event, column)
                                .isEqualTo(old.session().query(show).only().string(column));
                    }
                }
            }
        }
    }

    @Test
    void preparedTransactionsAreListedAndStay() {
        try (var old = new ArchivedServer()) {
            old.run(
                    "CREATE DATABASE d",
                    "CREATE TABLE d.t (a INT PRIMARY KEY)",
                    "XA START 'left'",
                    "INSERT INTO d.t VALUES (1)",
                    "XA END 'left'",
                    "XA PREPARE 'left'");
            try (var other = ArchivedServer.open(old.server().socket())) {
                other.execute("XA START 'done'");
                other.execute("INSERT INTO d.t VALUES (2)");
                other.execute("XA END 'done'");
                other.execute("XA PREPARE 'done'");
                other.execute("XA COMMIT 'done'");
                other.execute("FLUSH BINARY LOGS");
            }
            try (var archiver = new Detached(old)) {
                archiver.archive();
            }
            RecoveryReport report = old.recover(old.request("latest", "a"));
            assertThat(report.preparedXa()).containsExactly("0x6C656674");
            try (var recovered = new RecoveredServer(old.folder("a"))) {
                assertThat(recovered.ask("SELECT GROUP_CONCAT(a) FROM d.t")).isEqualTo("2");
                recovered.session().execute("XA COMMIT 'left'");
                assertThat(recovered.ask("SELECT GROUP_CONCAT(a) FROM d.t")).isEqualTo("1,2");
            }
        }
    }

    @Test
    void aHistoryWithoutGtidsIsReplayedByPosition() {
        try (var old = new ArchivedServer("--gtid-mode=OFF", "--enforce-gtid-consistency=OFF")) {
            old.run(
                    "CREATE DATABASE d",
                    "CREATE TABLE d.t (a INT PRIMARY KEY)",
                    "INSERT INTO d.t VALUES (1)",
                    "FLUSH BINARY LOGS",
                    "INSERT INTO d.t VALUES (2)");
            String place =
                    old.session().query("SHOW BINARY LOG STATUS").only().string("File")
                            + ":"
                            + old.session()
                                    .query("SHOW BINARY LOG STATUS")
                                    .only()
                                    .string("Position");
            old.run(
                    "INSERT INTO d.t VALUES (3)",
                    "OPTIMIZE TABLE d.t",
                    "INSERT INTO d.t VALUES (4)",
                    "OPTIMIZE TABLE d.t");
            HistoryArchive archive = old.archive();
            var _ = old.recover(old.request(place, "a"));
            try (var recovered = new RecoveredServer(old.folder("a"))) {
                assertThat(recovered.ask("SELECT GROUP_CONCAT(a) FROM d.t")).isEqualTo("1,2");
            }
            // Broken off when all is replayed and the appliers' traces are gone.
            assertThatThrownBy(() ->
                            old.recover(
                                    continued(old.request("latest", "a")),
                                    phase -> {
                                        if (phase.startsWith("stopping the sandbox")) {
                                            throw new CancellationException("broken off");
                                        }
                                    }))
                    .isInstanceOf(CancellationException.class);
            var _ = old.recover(continued(old.request("latest", "a")));
            try (var recovered = new RecoveredServer(old.folder("a"))) {
                assertThat(recovered.ask("SELECT GROUP_CONCAT(a) FROM d.t")).isEqualTo("1,2,3,4");
            }
            var skips =
                    new Planner.Skips(
                            GtidSet.EMPTY, List.of(io.holdfast.core.BinlogPosition.parse(place)));
            int before = archive.parts().size();
            var _ =
                    old.recover(
                            with(old.request("latest", "b"), skips, false),
                            phase -> mergeAt("replaying the log", phase, archive));
            assertThat(archive.parts()).hasSizeLessThan(before);
            try (var recovered = new RecoveredServer(old.folder("b"))) {
                assertThat(recovered.ask("SELECT GROUP_CONCAT(a) FROM d.t")).isEqualTo("1,2,4");
            }
        }
    }

    /// What an archiver that runs meanwhile does with parts that were listed already.
    private static void mergeAt(String wanted, String phase, HistoryArchive archive) {
        if (phase.equals(wanted)) {
            var policy = new ArchiveMerge.Policy(64L << 20, 2, Duration.ZERO);
            for (int round = 0; round < 2; round++) {
                var _ =
                        ArchiveMerge.execute(
                                archive, ArchiveMerge.plan(archive.parts(), policy), policy);
            }
        }
    }

    /// It costs the appliers much, changes nothing, and makes a server lose other changes.
    @Test
    void optimisingIsNotReplayed() throws Exception {
        try (var old = new ArchivedServer()) {
            old.run(
                    "CREATE DATABASE d",
                    "CREATE TABLE d.t (a INT PRIMARY KEY, b TEXT, FULLTEXT (b))",
                    "INSERT INTO d.t VALUES (1, 'one')",
                    "/* nightly */ optimize TABLE d.t",
                    "ALTER TABLE d.t ADD COLUMN optimised INT",
                    "INSERT INTO d.t VALUES (2, 'OPTIMIZE TABLE d.t', 2)",
                    "OPTIMIZE TABLE d.t");
            GtidSet all = old.executed();
            old.archive();
            Path log = old.folder("slow.log");
            RecoveryReport report =
                    old.recover(
                            withOptions(
                                    old.request("latest", "a"),
                                    "--slow-query-log=ON",
                                    "--slow-query-log-file=" + log,
                                    "--long-query-time=0",
                                    "--log-slow-admin-statements=ON",
                                    "--log-slow-replica-statements=ON"));
            assertThat(report.executed()).isEqualTo(all);
            assertThat(Files.readString(log).toLowerCase(Locale.ROOT))
                    .contains("alter table d.t add column optimised")
                    .doesNotContainPattern("(?m)^(/\\* nightly \\*/ )?optimize table");
            try (var recovered = new RecoveredServer(old.folder("a"))) {
                assertThat(recovered.ask("SELECT GROUP_CONCAT(a) FROM d.t")).isEqualTo("1,2");
            }
        }
    }

    @Test
    void tagsAndCompressedTransactionsAreReplayed() {
        try (var old = new ArchivedServer("--binlog-transaction-compression=ON")) {
            old.run(
                    "CREATE DATABASE d",
                    "CREATE TABLE d.t (a INT PRIMARY KEY, b LONGTEXT)",
                    "SET gtid_next='AUTOMATIC:blue'",
                    "INSERT INTO d.t VALUES (1, REPEAT('x', 100000))",
                    "INSERT INTO d.t VALUES (2, REPEAT('y', 1000000))",
                    "SET gtid_next='AUTOMATIC'",
                    "INSERT INTO d.t VALUES (3, 'z')");
            GtidSet all = old.executed();
            old.archive();
            RecoveryReport report =
                    old.recover(
                            withSkips(
                                    old.request("latest", "a"),
                                    GtidSet.parse(old.uuid() + ":blue:1")));
            assertThat(report.executed()).isEqualTo(all);
            try (var recovered = new RecoveredServer(old.folder("a"))) {
                assertThat(recovered.ask("SELECT GROUP_CONCAT(a, LENGTH(b)) FROM d.t"))
                        .isEqualTo("21000000,31");
            }
        }
    }

    @Test
    void statementsInPlaceOfRowsAreReplayed() {
        try (var old = new ArchivedServer()) {
            old.run(
                    "CREATE DATABASE d",
                    "CREATE TABLE d.t (a INT PRIMARY KEY AUTO_INCREMENT, b INT)",
                    "INSERT INTO d.t (b) VALUES (1)",
                    "SET binlog_format = STATEMENT",
                    "SET insert_id = 10",
                    "SET @b = 2",
                    "INSERT INTO d.t (b) VALUES (@b)",
                    "SET binlog_format = ROW",
                    "INSERT INTO d.t (b) VALUES (3)");
            GtidSet all = old.executed();
            old.archive();
            assertThat(old.recover(old.request("latest", "a")).executed()).isEqualTo(all);
            try (var recovered = new RecoveredServer(old.folder("a"))) {
                assertThat(recovered.ask("SELECT GROUP_CONCAT(a, ':', b) FROM d.t"))
                        .isEqualTo("1:1,10:2,11:3");
            }
        }
    }

    @Test
    void aGapIsNamedBeforeAnythingIsTouched() {
        try (var old = new ArchivedServer()) {
            old.run("CREATE DATABASE d", "CREATE TABLE d.t (a INT PRIMARY KEY)");
            for (int i = 0; i < 10; i++) {
                old.run("INSERT INTO d.t VALUES (" + i + ")");
            }
            old.archive(part -> part != 1);
            assertThatThrownBy(() -> old.recover(old.request("latest", "a")))
                    .isInstanceOfSatisfying(
                            RefusedException.class,
                            refusal -> {
                                assertCode(refusal, RecoveryError.ARCHIVE_GAP);
                                assertThat(refusal.problem().what()).contains(old.uuid() + ":4-6");
                            });
            assertThat(Files.exists(old.folder("a"))).isFalse();
        }
    }

    /// Archives a server whose own session is busy with a prepared transaction.
    private record Detached(ArchivedServer old) implements AutoCloseable {
        void archive() {
            old.session().reset();
            old.archive();
        }

        @Override
        public void close() {}
    }

    private static void assertCode(HoldfastException failure, RecoveryError code) {
        assertThat(failure.problem().code()).as(failure.getMessage()).isEqualTo(code);
    }

    private static RecoveryRequest continued(RecoveryRequest request) {
        return with(request, request.skips(), true);
    }

    private static RecoveryRequest withSkips(RecoveryRequest request, GtidSet skips) {
        return with(request, new Planner.Skips(skips, List.of()), false);
    }

    private static RecoveryRequest withOptions(RecoveryRequest request, String... options) {
        return with(request, request.skips(), false, List.of(options));
    }

    private static RecoveryRequest with(
            RecoveryRequest request, Planner.Skips skips, boolean isContinued) {
        return with(request, skips, isContinued, request.mysqldOptions());
    }

    private static RecoveryRequest with(
            RecoveryRequest request,
            Planner.Skips skips,
            boolean isContinued,
            List<String> mysqldOptions) {
        return new RecoveryRequest(
                request.moment(),
                request.clock(),
                request.server(),
                request.history(),
                request.backup(),
                skips,
                request.into(),
                isContinued,
                request.isDryRun(),
                request.threads(),
                request.workers(),
                request.isChecked(),
                mysqldOptions,
                request.command());
    }
}
