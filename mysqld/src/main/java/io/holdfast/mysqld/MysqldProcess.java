package io.holdfast.mysqld;

import io.holdfast.core.CoreError;
import io.holdfast.core.InterruptedWorkException;
import io.holdfast.core.Problem;
import io.holdfast.core.ShellWords;
import io.holdfast.core.UnavailableException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// A mysqld that this process started: it listens on 127.0.0.1 and a Unix socket only, without the
/// X protocol, and answers by the time [#start] returns.
///
/// It is always ended by its process id, and unless its [Lifetime] says otherwise it never outlives
/// Holdfast: see [Guard]. The program is held back in a shell until its guard watches, so there is
/// no moment at which it could escape.
///
/// Thread-safe; ending it twice is fine.
public final class MysqldProcess implements AutoCloseable {
    /// Waits for one line, then becomes the program, in a session of its own so that the terminal's
    /// Ctrl-C reaches Holdfast only, which then stops the server in order.
    private static final String LAUNCH =
            """
            IFS= read -r go || exit 1
            if command -v setsid >/dev/null 2>&1; then exec setsid "$@" </dev/null; fi
            exec "$@" </dev/null
            """;

    private static final long POLL_MILLIS = 25;
    private static final Duration KILL_WITHIN = Duration.ofSeconds(30);

    private final Process process;
    private final DataDirectory data;
    private final SocketPlace socket;
    private final StartOptions options;
    private final int port;
    private final Path errorLog;

    /// Set before the program runs.
    private volatile @Nullable Guard guard;

    private MysqldProcess(
            Process process,
            DataDirectory data,
            SocketPlace socket,
            StartOptions options,
            int port) {
        this.process = process;
        this.data = data;
        this.socket = socket;
        this.options = options;
        this.port = port;
        this.errorLog = errorLog(options);
    }

    /// Starts a server and waits until it answers.
    ///
    /// @throws UnavailableException with the end of its error log, if it ends or does not answer in
    ///   time; it does not run then
    /// @throws InterruptedWorkException if this thread is interrupted; it does not run then
    public static MysqldProcess start(MysqldHome home, DataDirectory data, StartOptions options) {
        Folders.makePrivate(options.runFolder());
        Folders.makePrivate(options.runFolder().resolve("files"));
        return Folders.trying(
                options.runFolder(),
                () -> {
                    try (var held = new Socket()) {
                        int port =
                                options.port() == StartOptions.ANY_PORT
                                        ? freePort(held)
                                        : options.port();
                        return start(home, data, options, port);
                    }
                });
    }

    private static MysqldProcess start(
            MysqldHome home, DataDirectory data, StartOptions options, int port)
            throws IOException {
        var socket = SocketPlace.in(options.runFolder());
        var command = new ArrayList<>(List.of("/bin/sh", "-c", LAUNCH, "holdfast-start"));
        command.addAll(home.mysqldCommand());
        command.addAll(fixedOptions(data, options, socket, port));
        command.addAll(options.options());
        command.add("--bind-address=127.0.0.1"); // last, so that no option above opens it
        return launch(command, data, options, socket, port);
    }

    private static List<String> fixedOptions(
            DataDirectory data, StartOptions options, SocketPlace socket, int port) {
        Path folder = options.runFolder();
        return List.of(
                dataDirectoryOption(data),
                "--socket=" + socket.path(),
                "--pid-file=" + folder.resolve("mysqld.pid"),
                "--log-error=" + errorLog(options),
                "--secure-file-priv=" + folder.resolve("files"),
                "--mysqlx=OFF",
                port == StartOptions.NO_PORT ? "--skip-networking" : "--port=" + port);
    }

    /// The argument that tells this server's process from all others.
    static String dataDirectoryOption(DataDirectory data) {
        return "--datadir=" + data.folder().toAbsolutePath();
    }

    private static Path errorLog(StartOptions options) {
        return options.runFolder().resolve("error.log");
    }

    private static MysqldProcess launch(
            List<String> command,
            DataDirectory data,
            StartOptions options,
            SocketPlace socket,
            int port)
            throws IOException {
        Path log = errorLog(options);
        long logOffset = Files.exists(log) ? Files.size(log) : 0;
        var process =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                        .start();
        var server = new MysqldProcess(process, data, socket, options, port);
        boolean isReady = false;
        try {
            var guard = Guard.over(server, process.pid(), dataDirectoryOption(data));
            server.guard = guard;
            var _ = process.onExit().thenRun(guard::close).thenRun(socket::remove);
            try (var go = process.getOutputStream()) {
                go.write("go\n".getBytes(StandardCharsets.US_ASCII));
            }
            server.awaitReady(logOffset);
            isReady = true;
            if (options.lifetime() == Lifetime.UNTIL_STOPPED) {
                server.release();
            }
            return server;
        } finally {
            if (!isReady) {
                server.kill();
            }
        }
    }

    private void awaitReady(long logOffset) {
        long deadline = System.nanoTime() + options.readyWithin().toNanos();
        while (!Greeting.isOffered(socket.path())) {
            if (hasEndedWithin(Duration.ofMillis(POLL_MILLIS))) {
                throw notStarted("mysqld ended with status " + process.exitValue(), logOffset);
            }
            if (System.nanoTime() > deadline) {
                throw notStarted(
                        "mysqld did not answer within " + options.readyWithin().toSeconds() + " s",
                        logOffset);
            }
        }
    }

    private UnavailableException notStarted(String what, long logOffset) {
        return new UnavailableException(
                Problem.of(MysqldError.MYSQLD_NOT_STARTED)
                        .what("%s: %s", what, ErrorLog.reasonIn(errorLog, logOffset))
                        .where("data directory %s", data.folder())
                        .remedy(
                                "Read its error log, which was kept: `tail -50 %s`.",
                                ShellWords.quote(ErrorLog.keep(errorLog))));
    }

    /// Lets it run on when Holdfast ends: [Lifetime#UNTIL_STOPPED] from here on. Up to here it was
    /// guarded, so whoever has something to do with a new server first is never survived by a half
    /// made one.
    public void release() {
        Guard watching = guard;
        if (watching != null) {
            watching.close();
        }
    }

    /// Stops it in order (SIGTERM) and waits; kills it if that takes longer than its options allow.
    public void stop() {
        process.destroy();
        if (!hasEndedWithin(options.stopWithin())) {
            kill();
        }
    }

    /// Ends it at once (SIGKILL), as a crash would, and waits until it is gone.
    public void kill() {
        process.destroyForcibly();
        if (!hasEndedWithin(KILL_WITHIN)) {
            throw new UnavailableException(
                    Problem.of(MysqldError.MYSQLD_NOT_STOPPED)
                            .what("it still runs %d s after it was killed", KILL_WITHIN.toSeconds())
                            .where("process %d, data directory %s", process.pid(), data.folder())
                            .remedy(
                                    "See what its disk is doing: `ps -o stat,wchan -p %d`.",
                                    process.pid()));
        }
    }

    /// Stops it unless it has ended; see [#stop()].
    @Override
    public void close() {
        stop();
    }

    private boolean hasEndedWithin(Duration time) {
        try {
            return process.waitFor(time.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException _) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new InterruptedWorkException(
                    Problem.of(CoreError.INTERRUPTED)
                            .what("stopped while waiting for mysqld")
                            .remedy(""));
        }
    }

    public boolean isRunning() {
        return process.isAlive();
    }

    public long pid() {
        return process.pid();
    }

    /// The TCP port on 127.0.0.1, or [StartOptions#NO_PORT].
    public int port() {
        return port;
    }

    /// The Unix socket; its folder can only be entered by this user.
    public Path socket() {
        return socket.path();
    }

    public Path errorLog() {
        return errorLog;
    }

    public DataDirectory data() {
        return data;
    }

    /// Finds a free port and holds it until the server has it, too: nobody is given it meanwhile.
    /// Two may be bound to one port if both say so, as mysqld does, and one of them does not
    /// listen. Source: Linux `socket(7)`, `SO_REUSEADDR`.
    private static int freePort(Socket held) throws IOException {
        held.setReuseAddress(true);
        held.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0));
        return held.getLocalPort();
    }
}
