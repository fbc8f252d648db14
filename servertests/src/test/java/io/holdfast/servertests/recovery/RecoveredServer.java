package io.holdfast.servertests.recovery;

import io.holdfast.client.Session;
import io.holdfast.core.GtidSet;
import io.holdfast.mysqld.DataDirectory;
import io.holdfast.mysqld.MysqldHome;
import io.holdfast.mysqld.MysqldProcess;
import io.holdfast.mysqld.StartOptions;
import io.holdfast.servertests.TestServer;
import java.nio.file.Path;
import java.util.List;

/// A recovered folder, started to be looked into.
public final class RecoveredServer implements AutoCloseable {
    private final MysqldProcess process;
    private final Session session;

    public RecoveredServer(Path folder, String... options) {
        this(TestServer.home(), folder, options);
    }

    public RecoveredServer(MysqldHome home, Path folder, String... options) {
        process =
                MysqldProcess.start(
                        home,
                        DataDirectory.open(folder.resolve("data")),
                        StartOptions.in(folder.resolve("run"))
                                .withOptions(List.of("--skip-log-bin", "--event-scheduler=OFF"))
                                .withOptions(options));
        session = ArchivedServer.open(process.socket());
    }

    public Session session() {
        return session;
    }

    public String ask(String query) {
        return session.query(query).only().string(0);
    }

    public GtidSet executed() {
        return GtidSet.parse(ask("SELECT @@gtid_executed"));
    }

    @Override
    public void close() {
        session.close();
        process.stop();
    }
}
