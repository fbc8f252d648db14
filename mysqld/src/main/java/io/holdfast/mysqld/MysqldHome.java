package io.holdfast.mysqld;

import io.holdfast.core.Problem;
import io.holdfast.core.Progress;
import io.holdfast.core.UnavailableException;
import io.holdfast.core.UsageException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A MySQL on this machine: its programs, its version, and what mysqld must be told to find its own
/// files.
///
/// It is either an ordinary installation (`bin/mysqld` or `sbin/mysqld` under the folder) or a root
/// folder of unpacked packages (`usr/sbin/mysqld`), whose programs run through the unpacked dynamic
/// loader and so need nothing of the system, not even its C library.
public final class MysqldHome {
    /// The value of `--mysql-home` that skips what is installed and takes the fetched MySQL.
    public static final String FETCH = "fetch";

    /// The environment variable that names the folder.
    public static final String VARIABLE = "HOLDFAST_MYSQL_HOME";

    private final Path folder;
    private final Path binary;
    private final List<String> loader;
    private final List<String> placeOptions;
    private final MysqldVersion version;

    private MysqldHome(Path folder, Path binary, List<String> loader, List<String> placeOptions) {
        this.folder = folder;
        this.binary = binary;
        this.loader = loader;
        this.placeOptions = placeOptions;
        this.version = askVersion();
    }

    /// Finds a MySQL: the named home, else `HOLDFAST_MYSQL_HOME`, else the PATH, else the cache,
    /// into which one is fetched if it is not there yet (some 72 MB).
    ///
    /// @param named the value of `--mysql-home`, or null; [#FETCH] goes straight to the cache
    /// @throws UsageException if the named folder holds no mysqld
    /// @throws io.holdfast.core.RefusedException if the first one found is a MariaDB or too old
    /// @throws UnavailableException if none is installed and none could be fetched
    public static MysqldHome find(@Nullable String named, Progress progress) {
        return find(named, System.getenv(), progress);
    }

    static MysqldHome find(
            @Nullable String named, Map<String, String> environment, Progress progress) {
        String asked = named != null ? named : environment.getOrDefault(VARIABLE, "");
        if (!asked.isEmpty() && !asked.equals(FETCH)) {
            return at(Path.of(asked).toAbsolutePath().normalize());
        }
        if (asked.isEmpty()) {
            for (String entry : environment.getOrDefault("PATH", "").split(":", -1)) {
                Path binary = Path.of(entry.isEmpty() ? "." : entry).resolve("mysqld");
                if (Files.isExecutable(binary) && Files.isRegularFile(binary)) {
                    return ofBinary(binary.toAbsolutePath());
                }
            }
        }
        return at(AptFetch.intoCache(progress));
    }

    /// The MySQL whose home is this folder.
    ///
    /// @throws UsageException if the folder holds no mysqld
    public static MysqldHome at(Path folder) {
        if (Files.isExecutable(folder.resolve("usr/sbin/mysqld"))) {
            return unpacked(folder);
        }
        for (String place : List.of("bin/mysqld", "sbin/mysqld", "libexec/mysqld")) {
            if (Files.isExecutable(folder.resolve(place))) {
                return ofBinary(folder.resolve(place));
            }
        }
        throw new UsageException(
                Problem.of(MysqldError.MYSQLD_NOT_FOUND)
                        .what("there is no bin/mysqld, sbin/mysqld or usr/sbin/mysqld")
                        .where("%s", folder)
                        .remedy(
                                "Name the folder that MySQL is installed in, or leave --mysql-home and %s out to"
                                        + " have one fetched.",
                                VARIABLE));
    }

    private static MysqldHome ofBinary(Path binary) {
        // An installed mysqld knows its own folders; a wrapper script may know them better than we.
        Path programs = binary.getParent();
        Path home =
                programs == null || programs.getParent() == null ? binary : programs.getParent();
        return new MysqldHome(home, binary, List.of(), List.of());
    }

    private static MysqldHome unpacked(Path root) {
        List<String> loader = new ArrayList<>();
        for (String machine : List.of("x86_64", "aarch64")) {
            String name =
                    machine.equals("x86_64") ? "ld-linux-x86-64.so.2" : "ld-linux-aarch64.so.1";
            for (String place :
                    List.of("usr/lib64", "usr/lib", "usr/lib/" + machine + "-linux-gnu")) {
                Path program = root.resolve(place).resolve(name);
                if (loader.isEmpty() && Files.isExecutable(program)) {
                    Path libraries = root.resolve("usr/lib/" + machine + "-linux-gnu");
                    Path own = root.resolve("usr/lib/mysql/private");
                    loader.addAll(
                            List.of(program.toString(), "--library-path", libraries + ":" + own));
                }
            }
        }
        return new MysqldHome(
                root,
                root.resolve("usr/sbin/mysqld"),
                List.copyOf(loader),
                List.of(
                        "--basedir=" + root.resolve("usr"),
                        "--lc-messages-dir=" + root.resolve("usr/share/mysql"),
                        "--character-sets-dir=" + root.resolve("usr/share/mysql/charsets"),
                        "--plugin-dir=" + root.resolve("usr/lib/mysql/plugin")));
    }

    /// The folder it was found in.
    public Path folder() {
        return folder;
    }

    public MysqldVersion version() {
        return version;
    }

    /// The start of a mysqld command line: the program, `--no-defaults`, and where its files are.
    public List<String> mysqldCommand() {
        var command = new ArrayList<>(loader);
        command.add(binary.toString());
        command.add("--no-defaults");
        command.addAll(placeOptions);
        if (System.getProperty("user.name").equals("root")) {
            // mysqld refuses to run as root unless it is told that this is meant.
            command.add("--user=root");
        }
        return command;
    }

    /// The start of a command line of another program of this MySQL: `mysql`, `mysqldump`,
    /// `mysqlbinlog`.
    ///
    /// @throws UsageException if this MySQL does not have it
    public List<String> toolCommand(String name) {
        for (Path place :
                List.of(
                        folder.resolve("usr/bin").resolve(name),
                        folder.resolve("bin").resolve(name),
                        binary.resolveSibling(name))) {
            if (Files.isExecutable(place)) {
                var command = new ArrayList<>(loader);
                command.add(place.toString());
                return command;
            }
        }
        throw new UsageException(
                Problem.of(MysqldError.MYSQLD_NOT_FOUND)
                        .what("this MySQL has no program `%s`", name)
                        .where("%s", folder)
                        .remedy("Install the client programs, or say `--mysql-home fetch`."));
    }

    /// Where this mysqld reads which components it loads before it opens a file, such as a keyring;
    /// there need not be one.
    ///
    /// Source: MySQL 9.7 manual, "Keyring Component Installation".
    public Path componentManifest() {
        return binary.resolveSibling("mysqld.my");
    }

    /// Distinguishes this mysqld from another build of the same version, for cache keys; not from a
    /// link to it.
    String fingerprint() {
        return Folders.trying(
                binary,
                () ->
                        version
                                + " "
                                + binary.toRealPath()
                                + " "
                                + Files.size(binary)
                                + " "
                                + Files.getLastModifiedTime(binary).toMillis());
    }

    private MysqldVersion askVersion() {
        var command = new ArrayList<>(loader);
        command.addAll(List.of(binary.toString(), "--no-defaults", "--version"));
        var answer = Command.run(command);
        if (answer.exitStatus() != 0) {
            throw new UnavailableException(
                    Problem.of(MysqldError.MYSQLD_UNUSABLE)
                            .what(
                                    "it ended with status %d when asked for its version: %s",
                                    answer.exitStatus(), answer.lastLine())
                            .where("%s", binary)
                            .remedy("Run `%s --version` and see what is missing.", binary));
        }
        return MysqldVersion.parse(answer.output(), binary.toString());
    }

    @Override
    public String toString() {
        return "MySQL " + version + " in " + folder;
    }
}
