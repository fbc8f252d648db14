package io.holdfast.servertests.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.client.Session;
import io.holdfast.servertests.TestServer;
import org.junit.jupiter.api.Test;

/// A server that writes no binary log: it can be backed up and restored, and nothing more, which is
/// said.
class WithoutBinaryLogTest {
    @Test
    void theArchiverRefusesAndTheBackupStandsAlone() throws Exception {
        try (var server = TestServer.start("--skip-log-bin");
                var line = new CommandLine()) {
            String options = line.rootOf(server).toString();
            try (Session root = Locks.root(server)) {
                root.execute("CREATE DATABASE shop");
                root.execute("CREATE TABLE shop.a (id INT PRIMARY KEY)");
                root.execute("INSERT INTO shop.a VALUES (1), (2)");
            }
            line.run(line.withRepository("archive", "--defaults-file", options))
                    .failed(3, "ARCHIVE_LOG_OFF");
            assertThat(line.repository()).doesNotExist();
            line.run(line.withRepository("backup", "--logical", "--defaults-file", options))
                    .succeeded();
            assertThat(line.wholeBackups()).hasSize(1);
            line.run(
                            line.withRepository(
                                    "recover",
                                    "--to",
                                    "latest",
                                    "--into",
                                    line.folder() + "/never"))
                    .failed(3, "MOMENT_NOT_FOUND");
            assertThat(line.folder().resolve("never")).doesNotExist();
            Locks.demandNone(server);
        }
    }
}
