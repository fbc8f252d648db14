package io.holdfast.servertests.roundtrip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.backup.logical.LogicalBackup;
import io.holdfast.backup.logical.LogicalBackupOptions;
import io.holdfast.backup.logical.LogicalBackupReport;
import io.holdfast.client.ConnectOptions;
import io.holdfast.client.Secret;
import io.holdfast.client.ServerAddress;
import io.holdfast.core.Progress;
import io.holdfast.core.RefusedException;
import io.holdfast.recovery.load.BackupSource;
import io.holdfast.recovery.load.LoadOptions;
import io.holdfast.recovery.load.LoadReport;
import io.holdfast.recovery.load.LogicalLoad;
import io.holdfast.recovery.load.TemporaryAccount;
import io.holdfast.repository.Repository;
import io.holdfast.servertests.TestServer;
import io.holdfast.servertests.fixture.EveryKind;
import io.holdfast.servertests.fixture.JdbcRunner;
import io.holdfast.store.MemoryStore;
import io.holdfast.testkit.Seeded;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/// Goal: a loaded server is the original, to the bit. Method: the database of every kind goes from
/// one server to another; then Connector/J, which shares no line with us, reads both by server-side
/// prepared statements and compares, and so does the text of `mysqldump`.
@Seeded
class RoundTripTest {
    private static final String[] SANDBOX = {
        "--partial-revokes=ON", "--event-scheduler=OFF", "--skip-log-bin"
    };

    /// Grants on what the original has no more: no server can make them.
    private static final String BROKEN = "grants 'plain'@'%'";

    private static final List<String> BROKEN_NAMES = List.of("granted_then_dropped");

    @Test
    void everyKindComesBackEqual(RandomGenerator random) throws Exception {
        try (var source = TestServer.start("--event-scheduler=OFF", "--partial-revokes=ON");
                var target = TestServer.start(SANDBOX)) {
            try (var runner = JdbcRunner.open(source.port())) {
                EveryKind.install(runner, random);
            }
            Map<String, List<String>> before = testimony(source);
            Map<String, List<String>> dumpedBefore = dump(source);
            Repository repository = Repository.create(new MemoryStore());
            LogicalBackupReport backup = backUp(source, repository);
            try (var account = TemporaryAccount.create(root(target))) {
                LoadReport report =
                        new LogicalLoad(
                                        BackupSource.of(repository.openBackup(backup.backup())),
                                        LoadOptions.sandbox(2, backup.gtidSet(), Progress.NONE))
                                .load(account.options());
                assertThat(report.rowCount()).isEqualTo(backup.rowCount());
                assertThat(report.findings(LoadReport.Kind.DIFFERENT)).isEmpty();
                assertThat(report.findings(LoadReport.Kind.NOT_CREATED))
                        .extracting(LoadReport.Finding::object)
                        .containsExactly(BROKEN);
            }
            assertSame(before, testimony(target));
            assertSame(dumpedBefore, dump(target));
        }
    }

    /// Goal: what the server itself does not show is refused, never restored as something else.
    @Test
    void aMemberThatShowCreateTableCannotShowIsRefused() throws Exception {
        try (var source = TestServer.start()) {
            try (var runner = JdbcRunner.open(source.port())) {
                for (String sql :
                        List.of(
                                "CREATE DATABASE d",
                                "CREATE TABLE d.t (e ENUM('?', 'a', '\uD83D\uDE00') CHARACTER SET utf8mb4)",
                                "INSERT INTO d.t VALUES (1), (2)")) {
                    assertThat(runner.run(sql)).isNull();
                }
                backUp(source, Repository.create(new MemoryStore()));
                assertThat(runner.run("INSERT INTO d.t VALUES (3)")).isNull();
            }
            assertThatThrownBy(() -> backUp(source, Repository.create(new MemoryStore())))
                    .isInstanceOf(RefusedException.class)
                    .hasMessageContaining("d.t");
        }
    }

    private static LogicalBackupReport backUp(TestServer source, Repository repository) {
        return new LogicalBackup(
                        root(source),
                        repository,
                        LogicalBackupOptions.defaults().withThreads(2).withChunkBytes(200_000),
                        Progress.NONE)
                .run();
    }

    /// Compares one by one, so that a failure names what differs and not a server's whole content.
    private static void assertSame(
            Map<String, List<String>> expected, Map<String, List<String>> actual) {
        var differences = new ArrayList<String>();
        expected.forEach((name, lines) -> {
            List<String> found = actual.getOrDefault(name, List.of());
            var missing = new ArrayList<>(lines);
            found.forEach(missing::remove);
            var extra = new ArrayList<>(found);
            lines.forEach(extra::remove);
            missing.removeIf(line -> BROKEN_NAMES.stream().anyMatch(line::contains));
            if (!missing.isEmpty() || !extra.isEmpty()) {
                differences.add(
                        name
                                + ": missing "
                                + missing.stream().limit(3).toList()
                                + ", extra "
                                + extra.stream().limit(3).toList());
            }
        });
        assertThat(differences).isEmpty();
        assertThat(actual.keySet()).containsExactlyInAnyOrderElementsOf(expected.keySet());
    }

    private static Map<String, List<String>> testimony(TestServer server) throws Exception {
        try (var witness = new Witness(server.jdbcUrl())) {
            return witness.testimony();
        }
    }

    private static Map<String, List<String>> dump(TestServer server) throws Exception {
        return DumpWitness.testimony(server, EveryKind.SCHEMAS);
    }

    private static ConnectOptions root(TestServer server) {
        return ConnectOptions.of(
                new ServerAddress.UnixSocket(server.socket()), "root", Secret.EMPTY);
    }
}
