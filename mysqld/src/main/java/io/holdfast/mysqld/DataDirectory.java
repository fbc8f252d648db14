package io.holdfast.mysqld;

import io.holdfast.core.Problem;
import io.holdfast.core.RefusedException;
import io.holdfast.core.Text;
import io.holdfast.core.UnavailableException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/// A folder that mysqld keeps its tablespaces and logs in. A new one has one account,
/// `root@localhost`, without a password.
///
/// Initialising takes mysqld seconds of work whose result is always the same, so it is done once
/// per build of mysqld and set of options, kept in the cache as a *template*, and copied. What must
/// differ from server to server is left out of the copy, and mysqld makes it anew at its first
/// start: `auto.cnf` (the `server_uuid`) and the keys and certificates (`*.pem`).
public record DataDirectory(Path folder) {
    /// What a data directory always has: the dictionary's tablespace.
    private static final String DICTIONARY = "mysql.ibd";

    /// The redo log would be half of what is copied, and mysqld makes it as large as it is told to
    /// when it starts.
    private static final List<String> SMALL = List.of("--innodb-redo-log-capacity=8M");

    /// Makes a new data directory, from the template in the cache if there is one.
    ///
    /// @param folder absent or empty; made for this user only
    /// @param options that shape data and so count when initialising: `--lower-case-table-names=1`,
    ///   `--innodb-page-size=…`, `--innodb-data-file-path=…`
    /// @throws RefusedException if the folder holds anything
    /// @throws UnavailableException if mysqld cannot initialise it; the folder is then as before
    public static DataDirectory initialise(MysqldHome home, Path folder, List<String> options) {
        return initialise(home, folder, options, Folders.cache().resolve("templates"));
    }

    static DataDirectory initialise(
            MysqldHome home, Path folder, List<String> options, Path templates) {
        if (!Folders.isVacant(folder)) {
            throw new RefusedException(
                    Problem.of(MysqldError.DATA_DIRECTORY_NOT_EMPTY)
                            .what("the folder is not empty, a new or empty one is needed")
                            .where("%s", folder)
                            .remedy("Name another folder."));
        }
        Path template = templates.resolve(key(home, options));
        if (!Files.isDirectory(template)) {
            Folders.locked(templates.resolve("lock"), () -> makeTemplate(home, template, options));
        }
        Folders.makePrivate(folder);
        Folders.copy(template, folder);
        return new DataDirectory(folder);
    }

    /// An existing data directory.
    ///
    /// @throws RefusedException if the folder is none
    public static DataDirectory open(Path folder) {
        if (!Files.isRegularFile(folder.resolve(DICTIONARY))) {
            throw new RefusedException(
                    Problem.of(MysqldError.DATA_DIRECTORY_ABSENT)
                            .what("there is no %s, so this is no MySQL data directory", DICTIONARY)
                            .where("%s", folder)
                            .remedy("Name the folder that the server's `datadir` names."));
        }
        return new DataDirectory(folder);
    }

    /// The process id of the mysqld that runs on it, however it was started; empty if none does, or
    /// if it belongs to a user whose processes we may not look at.
    ///
    /// A mysqld works in its data directory. Source: MySQL 9.7 `sql/mysqld.cc`,
    /// `init_server_components` and before it the call of `my_setwd(mysql_real_data_home)`; Linux
    /// `proc(5)`, `/proc/pid/cwd`.
    public OptionalLong runningServer() {
        Path place = Folders.trying(folder, folder::toRealPath);
        return ProcessHandle.allProcesses()
                .mapToLong(ProcessHandle::pid)
                .filter(pid -> isWorkingIn(pid, place))
                .filter(DataDirectory::isMysqld)
                .findFirst();
    }

    private static boolean isWorkingIn(long pid, Path place) {
        try {
            return Files.readSymbolicLink(Path.of("/proc", Long.toString(pid), "cwd"))
                    .equals(place);
        } catch (IOException _) {
            return false; // it has ended, or is another user's
        }
    }

    /// Not a shell that somebody left in the folder.
    private static boolean isMysqld(long pid) {
        try {
            return Files.readString(
                            Path.of("/proc", Long.toString(pid), "cmdline"),
                            StandardCharsets.ISO_8859_1)
                    .contains("mysqld");
        } catch (IOException _) {
            return false;
        }
    }

    private static String key(MysqldHome home, List<String> options) {
        try {
            var digest = MessageDigest.getInstance("SHA-256");
            digest.update(home.fingerprint().getBytes(StandardCharsets.UTF_8));
            for (String option : initialising(options)) {
                digest.update((byte) 0);
                digest.update(option.getBytes(StandardCharsets.UTF_8));
            }
            return home.version() + "-" + Text.hex(digest.digest()).substring(0, 16);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every JDK has SHA-256", impossible);
        }
    }

    private static List<String> initialising(List<String> options) {
        var all = new ArrayList<>(SMALL);
        all.addAll(options);
        return all;
    }

    private static Path makeTemplate(MysqldHome home, Path template, List<String> options) {
        if (Files.isDirectory(template)) {
            return template;
        }
        Path half = template.resolveSibling("initialising");
        Folders.remove(half); // left by one that was killed
        try {
            Folders.makePrivate(half);
            var command = new ArrayList<>(home.mysqldCommand());
            command.add("--initialize-insecure");
            command.add("--datadir=" + half);
            command.addAll(initialising(options));
            Command ended = Command.run(command);
            if (ended.exitStatus() != 0) {
                throw new UnavailableException(
                        Problem.of(MysqldError.DATA_DIRECTORY_NOT_INITIALISED)
                                .what(
                                        "mysqld ended with status %d: %s",
                                        ended.exitStatus(), ErrorLog.reason(ended.output()))
                                .where("%s", half)
                                .remedy(
                                        "Check the options and the space; by hand: `%s`.",
                                        String.join(" ", command)));
            }
            Folders.trying(half, () -> dropIdentity(half));
            return Folders.trying(template, () -> Files.move(half, template));
        } finally {
            Folders.remove(half);
        }
    }

    private static Path dropIdentity(Path folder) throws IOException {
        Files.deleteIfExists(folder.resolve("auto.cnf"));
        try (var keys = Files.newDirectoryStream(folder, "*.pem")) {
            for (Path key : keys) {
                Files.delete(key);
            }
        }
        return folder;
    }
}
