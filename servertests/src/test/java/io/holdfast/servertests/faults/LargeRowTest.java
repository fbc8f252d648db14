package io.holdfast.servertests.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.client.Session;
import io.holdfast.mysqld.DataDirectory;
import io.holdfast.mysqld.MysqldProcess;
import io.holdfast.mysqld.StartOptions;
import io.holdfast.servertests.TestServer;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/// A row that is larger than the heap goes through every verb. `bench/memory.sh` does the same with
/// one of nearly 1 GiB and measures.
class LargeRowTest {
    private static final String HEAP = "48m";
    private static final long ROW_BYTES = 96L << 20;

    @Test
    void aRowTwiceTheHeapIsBackedUpArchivedReplayedAndLoaded() throws Exception {
        try (var server = TestServer.start("--max-allowed-packet=128M");
                var line = new CommandLine(HEAP)) {
            String options = line.rootOf(server).toString();
            String sum;
            try (Session root = Locks.root(server)) {
                root.execute("CREATE DATABASE big");
                root.execute("CREATE TABLE big.t (id INT PRIMARY KEY, v LONGBLOB)");
                line.run(line.withRepository("backup", "--logical", "--defaults-file", options))
                        .succeeded();
                root.execute(
                        "INSERT INTO big.t VALUES (1, 'x'), (2, REPEAT(RANDOM_BYTES(1024), "
                                + ROW_BYTES / 1024
                                + ")), (3, 'y')");
                sum = sum(root);
                root.execute("FLUSH BINARY LOGS");
            }
            line.run(
                            line.withRepository(
                                    "archive", "--until-caught-up", "--defaults-file", options))
                    .succeeded();
            Path replayed = line.folder().resolve("replayed");
            line.run(
                            line.withRepository(
                                    "recover", "--to", "latest", "--into", replayed.toString()))
                    .succeeded();
            demandRow(replayed, sum);
            line.run(line.withRepository("binlog", "export", "--into", line.folder() + "/files"))
                    .succeeded();
            line.run(line.withRepository("backup", "--logical", "--defaults-file", options))
                    .succeeded();
            String backup = line.wholeBackups().getLast();
            Path loaded = line.folder().resolve("loaded");
            line.run(line.withRepository("restore", backup, "--into", loaded.toString()))
                    .succeeded();
            demandRow(loaded, sum);
        }
    }

    private static String sum(Session session) {
        return session.query("SELECT SHA2(v, 256) FROM big.t WHERE id = 2").only().string(0);
    }

    private static void demandRow(Path folder, String sum) {
        MysqldProcess process =
                MysqldProcess.start(
                        TestServer.home(),
                        DataDirectory.open(folder.resolve("data")),
                        StartOptions.in(folder.resolve("run"))
                                .withOptions(List.of("--skip-log-bin")));
        try (Session session =
                Session.open(
                        io.holdfast.client.ConnectOptions.of(
                                new io.holdfast.client.ServerAddress.UnixSocket(process.socket()),
                                "root",
                                io.holdfast.client.Secret.EMPTY))) {
            assertThat(sum(session)).isEqualTo(sum);
            assertThat(session.query("SELECT COUNT(*) FROM big.t").only().integer(0)).isEqualTo(3);
        } finally {
            process.kill();
        }
    }
}
