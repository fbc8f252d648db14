package io.holdfast.servertests;

import io.holdfast.client.ConnectOptions;
import io.holdfast.client.Secret;
import io.holdfast.client.ServerAddress;
import io.holdfast.core.Progress;
import io.holdfast.mysqld.DataDirectory;
import io.holdfast.mysqld.Folders;
import io.holdfast.mysqld.MysqldHome;
import io.holdfast.mysqld.MysqldProcess;
import io.holdfast.mysqld.StartOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/// A real MySQL server for one test, in a temporary folder, killed and removed when it is closed.
/// `root` has no password, on the socket and on 127.0.0.1.
///
/// ```
/// try (var server = TestServer.start("--gtid-mode=OFF", "--enforce-gtid-consistency=OFF")) { … }
/// ```
///
/// It writes a binary log with GTIDs unless told otherwise, has a `server_id` of its own, and does
/// not wait for the disk: what a test kills is mysqld, not the machine, and what mysqld handed to
/// the kernel survives that.
public final class TestServer implements AutoCloseable {
    private static final AtomicInteger SERVER_IDS = new AtomicInteger(1000);

    private static final List<String> DEFAULTS =
            List.of(
                    "--log-bin=binlog",
                    "--gtid-mode=ON",
                    "--enforce-gtid-consistency=ON",
                    "--local-infile=ON",
                    "--innodb-buffer-pool-size=64M",
                    "--innodb-redo-log-capacity=64M",
                    "--innodb-flush-log-at-trx-commit=2",
                    "--sync-binlog=0");

    private final MysqldHome home;
    private final Path folder;
    private final DataDirectory data;
    private final List<String> options;
    private MysqldProcess process;

    private TestServer(
            MysqldHome home,
            Path folder,
            DataDirectory data,
            List<String> options,
            MysqldProcess process) {
        this.home = home;
        this.folder = folder;
        this.data = data;
        this.options = options;
        this.process = process;
    }

    /// The MySQL that all server tests run; found once.
    public static MysqldHome home() {
        return Home.FOUND;
    }

    /// A new, empty server with these mysqld options after the defaults.
    public static TestServer start(String... options) {
        return startInitialised(List.of(), options);
    }

    /// A new, empty server whose data directory is initialised with options of its own.
    public static TestServer startInitialised(List<String> initialiseOptions, String... options) {
        return start(home(), temporaryFolder(), initialiseOptions, _ -> {}, options);
    }

    /// A new, empty server with a keyring, so that it can encrypt.
    public static TestServer startWithKeyring(String... options) {
        Path folder = temporaryFolder();
        var keyring = KeyringHome.make(home(), folder.resolve("home"));
        var all = new ArrayList<>(keyring.options());
        all.addAll(List.of(options));
        return start(
                keyring.home(),
                folder,
                List.of(),
                KeyringHome::configure,
                all.toArray(String[]::new));
    }

    /// A MySQL whose servers have the keys that this one has now, in a copy: what somebody would
    /// set up who restores an encrypted backup.
    ///
    /// @param folder new
    public KeyringHome withSameKeys(Path folder) {
        try {
            Files.createDirectories(folder);
            Path keys = Files.copy(KeyringHome.keys(dataFolder()), folder.resolve("keys"));
            return KeyringHome.sharing(home(), folder.resolve("home"), keys);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /// @param prepare what is done to the new data folder before the server starts
    private static TestServer start(
            MysqldHome home,
            Path folder,
            List<String> initialiseOptions,
            Consumer<Path> prepare,
            String... options) {
        var all = new ArrayList<>(DEFAULTS);
        all.add("--server-id=" + SERVER_IDS.incrementAndGet());
        all.addAll(initialiseOptions);
        all.addAll(List.of(options));
        boolean isStarted = false;
        try {
            var data = DataDirectory.initialise(home, folder.resolve("data"), initialiseOptions);
            prepare.accept(data.folder());
            var process = MysqldProcess.start(home, data, startOptions(folder, all));
            isStarted = true;
            return new TestServer(home, folder, data, all, process);
        } finally {
            if (!isStarted) {
                Folders.remove(folder);
            }
        }
    }

    private static StartOptions startOptions(Path folder, List<String> options) {
        return StartOptions.in(folder.resolve("run")).withOptions(options);
    }

    /// An empty folder of the test's own; the test removes it.
    public static Path temporaryFolder() {
        try {
            return Files.createTempDirectory("hf-");
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /// Ends the server as a crash would; [#restart] brings it up again on what is left.
    public void kill() {
        process.kill();
    }

    /// Stops the server in order; [#restart] brings it up again.
    public void stop() {
        process.stop();
    }

    /// Starts the stopped or killed server again, with more options after its own. The port
    /// changes.
    public void restart(String... more) {
        if (process.isRunning()) {
            throw new IllegalStateException("stop or kill it first");
        }
        process = MysqldProcess.start(home, data, startOptions(folder, options).withOptions(more));
    }

    public MysqldProcess process() {
        return process;
    }

    /// The Unix socket; it may differ after [#restart].
    public Path socket() {
        return process.socket();
    }

    /// The port on 127.0.0.1; it differs after [#restart].
    public int port() {
        return process.port();
    }

    public Path dataFolder() {
        return data.folder();
    }

    /// How an account reaches it over the socket.
    public ConnectOptions as(String user, String password) {
        return ConnectOptions.of(new ServerAddress.UnixSocket(socket()), user, Secret.of(password));
    }

    /// For Connector/J, the independent witness.
    public String jdbcUrl() {
        return "jdbc:mysql://127.0.0.1:"
                + port()
                + "/?user=root&allowPublicKeyRetrieval=true&connectionTimeZone=UTC";
    }

    /// The server's folder of files, for evidence in failures.
    public Path folder() {
        return folder;
    }

    @Override
    public void close() {
        process.kill();
        Folders.remove(folder);
    }

    private static final class Home {
        static final MysqldHome FOUND = MysqldHome.find(null, Progress.NONE);
    }
}
