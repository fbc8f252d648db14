package io.holdfast.servertests.logical;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.backup.logical.LogicalBackupOptions;
import io.holdfast.client.Session;
import io.holdfast.core.BinlogPosition;
import io.holdfast.core.Progress;
import io.holdfast.recovery.Restore;
import io.holdfast.recovery.load.LoadReport;
import io.holdfast.repository.ReplicationChannel;
import io.holdfast.servertests.TestServer;
import org.junit.jupiter.api.Test;

/// Backups of a server that follows others.
class ReplicaTest {
    private static final String SECRET = "not-to-be-told";

    @Test
    void theManifestSaysWhomAReplicaFollowsAndHowFarAndNothingFollowsAfterARestore() {
        try (var source = TestServer.start();
                var replica = TestServer.start("--replica-parallel-workers=0")) {
            BinlogPosition end;
            String sourceUuid;
            try (Session there = BackedUp.root(source);
                    Session here = BackedUp.root(replica)) {
                here.execute("SET GLOBAL super_read_only = OFF");
                end = endOf(there);
                there.execute("CREATE USER r IDENTIFIED BY '" + SECRET + "'");
                there.execute("GRANT REPLICATION SLAVE ON *.* TO r");
                sourceUuid = there.query("SELECT @@server_uuid").only().string(0);
                follow(here, source, "SOURCE_AUTO_POSITION = 1", "never begun");
                follow(
                        here,
                        source,
                        "SOURCE_LOG_FILE = '" + end.file() + "', SOURCE_LOG_POS = " + end.offset(),
                        "it's old");
                here.execute("START REPLICA FOR CHANNEL 'it''s old'");
                there.execute("CREATE DATABASE d");
                there.execute("CREATE TABLE d.t (id INT PRIMARY KEY)");
                there.execute("INSERT INTO d.t VALUES (1), (2)");
                end = endOf(there);
                assertThat(
                                here.query(
                                                "SELECT SOURCE_POS_WAIT('"
                                                        + end.file()
                                                        + "', "
                                                        + end.offset()
                                                        + ", 60, 'it''s old')")
                                        .only()
                                        .integer(0))
                        .isNotNegative();
            }
            BackedUp backup = BackedUp.of(replica.as("root", ""), LogicalBackupOptions.defaults());
            var channels =
                    backup.repository()
                            .openBackup(backup.report().backup())
                            .manifest()
                            .state()
                            .channels();
            assertThat(channels)
                    .containsExactlyInAnyOrder(
                            new ReplicationChannel(
                                    "never begun", "", "127.0.0.1", source.port(), null),
                            new ReplicationChannel(
                                    "it's old", sourceUuid, "127.0.0.1", source.port(), end));
            assertThat(backup.report().rowCount()).isEqualTo(2);
            assertThat(backup.repository().openBackup(backup.report().backup()).manifest())
                    .asString()
                    .doesNotContain(SECRET);
            try (var target = TestServer.start()) {
                LoadReport load =
                        new Restore(backup.repository(), Progress.NONE)
                                .intoServer(backup.report().backup(), target.as("root", ""), 2);
                assertThat(load.findings(LoadReport.Kind.NOTE))
                        .extracting(LoadReport.Finding::what)
                        .anyMatch(what -> what.contains("SOURCE_AUTO_POSITION = 1"))
                        .anyMatch(what ->
                                what.contains("SOURCE_LOG_FILE = '")
                                        && what.endsWith("FOR CHANNEL 'it''s old';"));
                try (Session session = BackedUp.root(target)) {
                    assertThat(session.query("SHOW REPLICA STATUS").isEmpty()).isTrue();
                }
            }
        }
    }

    private static BinlogPosition endOf(Session session) {
        var row = session.query("SHOW BINARY LOG STATUS").only();
        return new BinlogPosition(row.string("File"), row.integer("Position"));
    }

    private static void follow(Session replica, TestServer source, String from, String channel) {
        replica.execute(
                "CHANGE REPLICATION SOURCE TO SOURCE_HOST = '127.0.0.1', SOURCE_PORT = "
                        + source.port()
                        + ", SOURCE_USER = 'r', SOURCE_PASSWORD = '"
                        + SECRET
                        + "', GET_SOURCE_PUBLIC_KEY = 1, "
                        + from
                        + " FOR CHANNEL '"
                        + channel.replace("'", "''")
                        + "'");
    }
}
