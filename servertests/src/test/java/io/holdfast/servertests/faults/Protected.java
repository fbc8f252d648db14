package io.holdfast.servertests.faults;

import io.holdfast.client.Session;
import io.holdfast.servertests.TestServer;
import java.io.IOException;

/// A server with a backup and an archive behind it, made by the real commands: a table, the backup,
/// three more transactions.
final class Protected implements AutoCloseable {
    final TestServer server = TestServer.start();
    final CommandLine line = new CommandLine();
    final String backup;
    final String uuid;

    Protected() throws IOException, InterruptedException {
        try (Session root = Locks.root(server)) {
            uuid = root.query("SELECT @@server_uuid").only().string(0);
            root.execute("CREATE DATABASE shop");
            root.execute("CREATE TABLE shop.a (id INT PRIMARY KEY, v VARCHAR(20))");
            root.execute("INSERT INTO shop.a VALUES (1, 'one'), (2, 'two')");
            String options = line.rootOf(server).toString();
            line.run(line.withRepository("backup", "--logical", "--defaults-file", options))
                    .succeeded();
            root.execute("INSERT INTO shop.a VALUES (3, 'three')");
            root.execute("INSERT INTO shop.a VALUES (4, 'four')");
            root.execute("DELETE FROM shop.a WHERE id = 1");
            root.execute("FLUSH BINARY LOGS");
            line.run(
                            line.withRepository(
                                    "archive", "--until-caught-up", "--defaults-file", options))
                    .succeeded();
        }
        backup = line.wholeBackups().getFirst();
    }

    @Override
    public void close() {
        line.close();
        server.close();
    }
}
