package io.holdfast.mysqld;

import io.holdfast.core.CoreError;
import io.holdfast.core.InterruptedWorkException;
import io.holdfast.core.Problem;
import io.holdfast.core.RefusedException;
import io.holdfast.core.ShellWords;
import io.holdfast.core.UnavailableException;
import io.holdfast.core.UsageException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Real MySQL servers with names, for trying things on this machine. They outlive the command that
/// starts them and listen on 127.0.0.1 and a Unix socket only.
///
/// root has a random password, which stands in an option file that only this user can read: on a
/// machine with several users, a server without a password on 127.0.0.1 would be everybody's.
///
/// A lock file in the lab's folder keeps concurrent commands apart.
public final class Lab {
    private static final Pattern NAME = Pattern.compile("[A-Za-z][A-Za-z0-9_-]{0,31}");
    private static final long STOP_SECONDS_MAX = 60;

    /// What the lab decides itself; given by a user it would break the lab's promises.
    private static final List<String> OWN_OPTIONS =
            List.of(
                    "--datadir",
                    "--socket",
                    "--port",
                    "--pid-file",
                    "--log-error",
                    "--bind-address",
                    "--admin-address",
                    "--mysqlx-bind-address",
                    "--init-file");

    private final Path folder;

    /// A lab of its own.
    ///
    /// @param folder where the servers' folders are; made when the first one starts
    public Lab(Path folder) {
        this.folder = folder.toAbsolutePath();
    }

    /// The lab in this user's state folder.
    public static Lab ofThisUser() {
        return new Lab(Folders.state().resolve("lab"));
    }

    /// Starts a new server, or one that was stopped or killed on the data it had.
    ///
    /// @param port on 127.0.0.1; [StartOptions#ANY_PORT] keeps the one it had, or chooses one
    /// @param options mysqld options after the lab's own; null keeps those it had
    /// @throws UsageException if the name is malformed or an option is the lab's to choose
    /// @throws RefusedException if it runs already or the port is taken
    /// @throws UnavailableException if mysqld does not start; a new server leaves nothing behind
    public LabServer start(MysqldHome home, String name, int port, @Nullable List<String> options) {
        checkName(name);
        if (options != null) {
            checkOptions(options);
        }
        return Folders.locked(
                folder.resolve("lock"),
                () -> startLocked(home, folder.resolve(name), port, options));
    }

    private LabServer startLocked(
            MysqldHome home, Path place, int port, @Nullable List<String> options) {
        if (!LabServer.isIn(place)) {
            Folders.remove(place); // a first start that was killed
            boolean isStarted = false;
            try {
                LabServer made = make(home, place, port, options == null ? List.of() : options);
                isStarted = true;
                return made;
            } finally {
                if (!isStarted) {
                    Folders.remove(place);
                }
            }
        }
        LabServer known = LabServer.read(place);
        if (known.state() == LabServer.State.RUNNING) {
            throw new RefusedException(
                    Problem.of(MysqldError.LAB_SERVER_RUNNING)
                            .what("it runs already, on port %d", known.port())
                            .where("lab server %s, process %d", known.name(), known.pid())
                            .remedy("Use it, or run `holdfast lab stop %s` first.", known.name()));
        }
        int samePort = port == StartOptions.ANY_PORT ? known.port() : port;
        return launch(
                home, place, samePort, options == null ? known.options() : options, List.of());
    }

    private LabServer make(MysqldHome home, Path place, int port, List<String> options) {
        Folders.makePrivate(place);
        DataDirectory.initialise(home, place.resolve("data"), List.of());
        String password = newPassword();
        // One statement a line; the change of the password is not history.
        Path first = place.resolve("first-start.sql");
        writePrivately(
                first,
                "SET SESSION sql_log_bin = 0;\nALTER USER 'root'@'localhost' IDENTIFIED BY '"
                        + password
                        + "';\n");
        writePrivately(place.resolve("password"), password);
        LabServer server = launch(home, place, port, options, List.of("--init-file=" + first));
        Folders.remove(first);
        return server;
    }

    private LabServer launch(
            MysqldHome home, Path place, int port, List<String> options, List<String> once) {
        if (port != StartOptions.ANY_PORT) {
            checkFree(port);
        }
        var all = new ArrayList<>(defaults(place));
        all.addAll(options);
        all.addAll(once);
        var process =
                MysqldProcess.start(
                        home,
                        DataDirectory.open(place.resolve("data")),
                        StartOptions.in(place.resolve("run"))
                                .withPort(port)
                                .withOptions(all)
                                .withLifetime(Lifetime.UNTIL_STOPPED));
        boolean isRecorded = false;
        try {
            var server =
                    new LabServer(
                                    String.valueOf(place.getFileName()),
                                    place,
                                    home.folder(),
                                    home.version().toString(),
                                    process.port(),
                                    process.socket(),
                                    process.pid(),
                                    options)
                            .write();
            writeClientFiles(home, server);
            isRecorded = true;
            return server;
        } finally {
            if (!isRecorded) {
                process.kill();
            }
        }
    }

    /// A server that can be backed up, archived and recovered, and is small.
    private List<String> defaults(Path place) {
        // Distinct for every server of the lab, and stable, so that they can replicate.
        int serverId = 1 + (place.getFileName().hashCode() & 0x3FFF_FFFF);
        return List.of(
                "--server-id=" + serverId,
                "--log-bin=binlog",
                "--gtid-mode=ON",
                "--enforce-gtid-consistency=ON",
                "--local-infile=ON",
                "--innodb-buffer-pool-size=64M");
    }

    private static void writeClientFiles(MysqldHome home, LabServer server) {
        String password =
                Folders.trying(
                        server.folder(),
                        () -> Files.readString(server.folder().resolve("password")).strip());
        writePrivately(
                server.optionFile(),
                "[client]\nuser=root\npassword="
                        + password
                        + "\nsocket="
                        + server.socket()
                        + "\nport="
                        + server.port()
                        + "\n");
        String client = ShellWords.join(home.toolCommand("mysql"));
        writePrivately(
                server.clientScript(),
                "#!/bin/sh\nexec "
                        + client
                        + " --defaults-file="
                        + ShellWords.quote(server.optionFile())
                        + " \"$@\"\n");
        Folders.trying(
                server.folder(),
                () ->
                        Files.setPosixFilePermissions(
                                server.clientScript(),
                                PosixFilePermissions.fromString("rwx------")));
    }

    private static void writePrivately(Path file, String text) {
        Folders.trying(
                file,
                () -> {
                    Files.deleteIfExists(file);
                    Files.createFile(
                            file,
                            PosixFilePermissions.asFileAttribute(
                                    PosixFilePermissions.fromString("rw-------")));
                    return Files.writeString(file, text);
                });
    }

    private static String newPassword() {
        byte[] random = new byte[16];
        new SecureRandom().nextBytes(random);
        return HexFormat.of().formatHex(random);
    }

    /// Stops a server in order; one that does not run is only marked as stopped. Its data stays.
    public LabServer stop(String name) {
        return Folders.locked(folder.resolve("lock"), () -> end(find(name), false));
    }

    /// Kills a server, as a crash would. Its data stays.
    public LabServer kill(String name) {
        return Folders.locked(folder.resolve("lock"), () -> end(find(name), true));
    }

    /// Kills a server and removes all it had.
    public LabServer remove(String name) {
        return Folders.locked(
                folder.resolve("lock"),
                () -> {
                    LabServer ended = end(find(name), true);
                    Folders.remove(ended.folder());
                    return ended;
                });
    }

    private static LabServer end(LabServer server, boolean byForce) {
        if (server.state() == LabServer.State.RUNNING) {
            ProcessHandle.of(server.pid()).ifPresent(process -> end(process, server, byForce));
        }
        return server.withPid(0).write();
    }

    private static void end(ProcessHandle process, LabServer server, boolean byForce) {
        var _ = byForce ? process.destroyForcibly() : process.destroy();
        try {
            process.onExit().get(STOP_SECONDS_MAX, TimeUnit.SECONDS);
        } catch (TimeoutException | ExecutionException late) {
            throw new UnavailableException(
                    Problem.of(MysqldError.MYSQLD_NOT_STOPPED)
                            .what("it still runs %d s after it was told to end", STOP_SECONDS_MAX)
                            .where("lab server %s, process %d", server.name(), server.pid())
                            .remedy(
                                    "Read `tail %s`; `holdfast lab kill %s` ends it at once.",
                                    ShellWords.quote(server.errorLog()), server.name()),
                    late);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new InterruptedWorkException(
                    Problem.of(CoreError.INTERRUPTED)
                            .what("stopped while a server was ending")
                            .where("lab server %s", server.name())
                            .remedy(""));
        }
    }

    /// All servers that were started and not removed, by name.
    public List<LabServer> list() {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        return Folders.trying(
                folder,
                () -> {
                    try (var places = Files.list(folder)) {
                        return places.filter(LabServer::isIn)
                                .map(LabServer::read)
                                .sorted(Comparator.comparing(LabServer::name))
                                .toList();
                    }
                });
    }

    /// The server of this name, running or not.
    ///
    /// @throws UsageException if there is none
    public LabServer find(String name) {
        checkName(name);
        if (!LabServer.isIn(folder.resolve(name))) {
            throw new UsageException(
                    Problem.of(MysqldError.LAB_SERVER_UNKNOWN)
                            .what("there is no lab server `%s`", name)
                            .where("%s", folder)
                            .remedy("See `holdfast lab list`."));
        }
        return LabServer.read(folder.resolve(name));
    }

    private static void checkName(String name) {
        if (!NAME.matcher(name).matches()) {
            throw new UsageException(
                    Problem.of(MysqldError.LAB_NAME_MALFORMED)
                            .what("`%s` is no name for a lab server", name)
                            .where("lab")
                            .remedy("Take a letter, then letters, digits, `-` or `_`."));
        }
    }

    private static void checkOptions(List<String> options) {
        for (String option : options) {
            String word = option.split("=", 2)[0].replace('_', '-');
            if (!option.startsWith("--") || OWN_OPTIONS.contains(word)) {
                throw new UsageException(
                        Problem.of(MysqldError.LAB_OPTION_REFUSED)
                                .what("`%s` is not an option that a lab server takes", option)
                                .where("lab")
                                .remedy(
                                        "Give mysqld options as --name=value; the lab itself chooses %s.",
                                        String.join(", ", OWN_OPTIONS)));
            }
        }
    }

    private static void checkFree(int port) {
        try (var probe = new ServerSocket()) {
            probe.setReuseAddress(true);
            probe.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port));
        } catch (IOException taken) {
            throw new RefusedException(
                    Problem.of(MysqldError.LAB_PORT_TAKEN)
                            .what("the port is taken: %s", taken.toString())
                            .where("127.0.0.1:%d", port)
                            .remedy("Name another port with --port, or leave it out."),
                    taken);
        }
    }
}
