package io.holdfast.servertests.recovery;

import io.holdfast.client.Session;
import io.holdfast.mysqld.DataDirectory;
import io.holdfast.mysqld.MysqldHome;
import io.holdfast.mysqld.MysqldProcess;
import io.holdfast.mysqld.StartOptions;
import io.holdfast.servertests.TestServer;
import java.nio.file.Path;
import java.util.List;

/// A recovered folder, started to be looked into.
public final class RecoveredServer implements Looked {
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

    @Override
    public Session session() {
        return session;
    }

    @Override
    public void close() {
        session.close();
        process.stop();
    }
}
