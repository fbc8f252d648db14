package io.holdfast.mysqld;

import java.io.IOException;
import java.io.Reader;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Properties;
import java.util.stream.IntStream;

/// A named server of the [Lab], as its state file and its process say.
///
/// | file in its folder  | meaning                                                       |
/// |---------------------|---------------------------------------------------------------|
/// | `server.properties` | this record, a Java properties file in UTF-8                  |
/// | `client.cnf`        | option file that connects as root; only the user can read it  |
/// | `mysql`             | script that runs the client of the same MySQL with that file  |
/// | `data/`             | the data directory                                            |
/// | `run/`              | error log, pid file, and the socket unless its path is long   |
///
/// @param folder all that belongs to it
/// @param home the folder of the MySQL that it runs
/// @param port on 127.0.0.1
/// @param pid of the process, 0 if it was stopped
/// @param options the user's own mysqld options
public record LabServer(
        String name,
        Path folder,
        Path home,
        String version,
        int port,
        Path socket,
        long pid,
        List<String> options) {
    /// Whether a lab server runs.
    public enum State {
        RUNNING,
        STOPPED,
        /// It was not stopped, but its process is gone: killed, crashed, or the machine restarted.
        ENDED
    }

    private static final String FILE = "server.properties";

    static boolean isIn(Path folder) {
        return Files.isRegularFile(folder.resolve(FILE));
    }

    static LabServer read(Path folder) {
        return Folders.trying(
                folder,
                () -> {
                    var saved = new Properties();
                    try (Reader in = Files.newBufferedReader(folder.resolve(FILE))) {
                        saved.load(in);
                    }
                    int optionCount = Integer.parseInt(saved.getProperty("options", "0"));
                    return new LabServer(
                            String.valueOf(folder.getFileName()),
                            folder,
                            Path.of(saved.getProperty("home", "")),
                            saved.getProperty("version", ""),
                            Integer.parseInt(saved.getProperty("port", "0")),
                            Path.of(saved.getProperty("socket", "")),
                            Long.parseLong(saved.getProperty("pid", "0")),
                            IntStream.range(0, optionCount)
                                    .mapToObj(index -> saved.getProperty("option." + index, ""))
                                    .toList());
                });
    }

    /// Replaces the state file as a whole.
    LabServer write() {
        Folders.trying(folder, this::replaceFile);
        return this;
    }

    private Path replaceFile() throws IOException {
        var saved = new Properties();
        saved.setProperty("home", home.toString());
        saved.setProperty("version", version);
        saved.setProperty("port", Integer.toString(port));
        saved.setProperty("socket", socket.toString());
        saved.setProperty("pid", Long.toString(pid));
        saved.setProperty("options", Integer.toString(options.size()));
        for (int index = 0; index < options.size(); index++) {
            saved.setProperty("option." + index, options.get(index));
        }
        Path half = folder.resolve(FILE + ".new");
        try (Writer out = Files.newBufferedWriter(half, StandardCharsets.UTF_8)) {
            saved.store(out, null);
        }
        return Files.move(half, folder.resolve(FILE), StandardCopyOption.ATOMIC_MOVE);
    }

    LabServer withPid(long newPid) {
        return new LabServer(name, folder, home, version, port, socket, newPid, options);
    }

    /// What its process says now.
    public State state() {
        if (pid == 0) {
            return State.STOPPED;
        }
        return isItsProcess() ? State.RUNNING : State.ENDED;
    }

    /// Process ids are used again: the process of this id is ours only if it has our data directory
    /// on its command line.
    private boolean isItsProcess() {
        String mark = MysqldProcess.dataDirectoryOption(new DataDirectory(dataFolder()));
        try {
            byte[] commandLine =
                    Files.readAllBytes(Path.of("/proc", Long.toString(pid), "cmdline"));
            return List.of(new String(commandLine, StandardCharsets.UTF_8).split("\0", -1))
                    .contains(mark);
        } catch (IOException _) {
            return false;
        }
    }

    public Path dataFolder() {
        return folder.resolve("data");
    }

    public Path errorLog() {
        return folder.resolve("run/error.log");
    }

    /// An option file for `--defaults-file`, of the mysql client and of Holdfast.
    public Path optionFile() {
        return folder.resolve("client.cnf");
    }

    /// The program that opens a session on it.
    public Path clientScript() {
        return folder.resolve("mysql");
    }
}
