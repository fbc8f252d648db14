package io.holdfast.mysqld;

import io.holdfast.core.Problem;
import io.holdfast.core.Progress;
import io.holdfast.core.Text;
import io.holdfast.core.UnavailableException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Fetches MySQL from Debian's `sid` into the user's cache: downloaded by apt with its own
/// signature checks, unpacked with `dpkg -x`, never installed. Needs no root and changes nothing in
/// the system.
///
/// apt is given lists, caches and an empty package status of our own, so that it resolves every
/// dependency down to the C library and takes no account of what the machine has. Packages go into
/// a folder that is renamed into place at the end: either the cache holds a whole MySQL or none. A
/// lock file keeps concurrent fetches apart; who waited finds the work done.
final class AptFetch {
    private static final String SUITE = "sid";
    private static final List<String> PACKAGES = List.of("mysql-server-core", "mysql-client-core");

    private final Path work;
    private final Progress progress;

    private AptFetch(Path work, Progress progress) {
        this.work = work;
        this.progress = progress;
    }

    /// The folder of the fetched MySQL; fetches it first if it is not there.
    ///
    /// @throws UnavailableException if it cannot be fetched; the cache is as it was before
    static Path intoCache(Progress progress) {
        return into(Folders.cache().resolve("mysql"), AptMirror.ofThisMachine(), progress);
    }

    static Path into(Path cache, AptMirror mirror, Progress progress) {
        Path done = cache.resolve("debian-" + SUITE);
        if (Files.isDirectory(done)) {
            return done;
        }
        return Folders.locked(
                cache.resolve("lock"),
                () -> {
                    if (Files.isDirectory(done)) {
                        return done;
                    }
                    Path work = cache.resolve("fetching");
                    Folders.remove(work); // left by a fetch that was killed
                    try {
                        Path root = new AptFetch(work, progress).fetch(mirror);
                        return Folders.trying(done, () -> Files.move(root, done));
                    } finally {
                        Folders.remove(work);
                    }
                });
    }

    private Path fetch(AptMirror mirror) {
        progress.say(
                "no MySQL on this machine: fetching it from Debian "
                        + SUITE
                        + " (some 72 MB, once)");
        prepare(mirror);
        apt(mirror, "reading the package lists of " + mirror.uri(), List.of("update"));
        var install = new ArrayList<>(List.of("install", "--download-only", "-y"));
        install.addAll(PACKAGES);
        apt(mirror, "downloading " + String.join(" and ", PACKAGES), install);
        return unpack();
    }

    private void prepare(AptMirror mirror) {
        Folders.trying(
                work,
                () -> {
                    for (String folder :
                            List.of("state/lists/partial", "cache/archives/partial", "log")) {
                        Files.createDirectories(work.resolve(folder));
                    }
                    Files.writeString(work.resolve("state/status"), "");
                    return Files.writeString(
                            work.resolve("sources.list"), mirror.sourceLine(SUITE));
                });
    }

    private void apt(AptMirror mirror, String step, List<String> arguments) {
        progress.say(step);
        var command = new ArrayList<String>();
        command.add("apt-get");
        command.add("-q");
        for (String option :
                List.of(
                        "Dir::State=" + work.resolve("state"),
                        "Dir::State::Lists=" + work.resolve("state/lists"),
                        "Dir::State::status=" + work.resolve("state/status"),
                        "Dir::Cache=" + work.resolve("cache"),
                        "Dir::Log=" + work.resolve("log"),
                        "Dir::Etc::SourceList=" + work.resolve("sources.list"),
                        "Dir::Etc::SourceParts=/dev/null",
                        "Dir::Etc::Preferences=/dev/null",
                        "Dir::Etc::PreferencesParts=/dev/null",
                        "Debug::NoLocking=1",
                        "APT::Install-Recommends=0",
                        // apt would otherwise change to a user who cannot enter our cache.
                        "APT::Sandbox::User=" + System.getProperty("user.name"),
                        "Acquire::Languages=none",
                        "Acquire::Retries=2",
                        "Acquire::http::Timeout=30",
                        "APT::Update::Error-Mode=any")) {
            command.add("-o");
            command.add(option);
        }
        command.addAll(arguments);
        run(command, "mirror " + mirror.uri() + ", suite " + SUITE);
    }

    private Path unpack() {
        Path root = work.resolve("root");
        List<Path> packages =
                Folders.trying(
                        work,
                        () -> {
                            Files.createDirectory(root);
                            try (var files = Files.list(work.resolve("cache/archives"))) {
                                return files.filter(file -> file.toString().endsWith(".deb"))
                                        .sorted()
                                        .toList();
                            }
                        });
        progress.say(Text.format("unpacking %d packages", packages.size()));
        for (Path file : packages) {
            run(
                    List.of("dpkg", "-x", file.toString(), root.toString()),
                    file.getFileName().toString());
        }
        Folders.trying(root, () -> mergeUsr(root));
        return root;
    }

    /// Debian's packages take for granted that `/lib` and its kind are links into `/usr`; an empty
    /// root has no such links yet.
    private static Path mergeUsr(Path root) throws IOException {
        for (String name : List.of("bin", "sbin", "lib", "lib64")) {
            Path link = root.resolve(name);
            if (!Files.exists(link)) {
                Files.createSymbolicLink(link, Path.of("usr", name));
            }
        }
        return root;
    }

    private void run(List<String> command, String where) {
        Command ended;
        try {
            ended = Command.run(command);
        } catch (UnavailableException missing) {
            throw new UnavailableException(
                    Problem.of(MysqldError.MYSQL_FETCH_UNAVAILABLE)
                            .what(
                                    "there is no MySQL here, and %s to fetch one is missing",
                                    command.getFirst())
                            .where("%s", where)
                            .remedy(
                                    "Install MySQL %s or later and put it on the PATH, or name its folder with"
                                            + " --mysql-home.",
                                    MysqldVersion.OLDEST),
                    missing);
        }
        if (ended.exitStatus() != 0) {
            throw new UnavailableException(
                    Problem.of(MysqldError.MYSQL_FETCH_UNAVAILABLE)
                            .what(
                                    "%s ended with status %d: %s",
                                    command.getFirst(), ended.exitStatus(), reason(ended))
                            .where("%s", where)
                            .remedy(
                                    "Check the network (`apt-get update` as a test) and the space in %s, then"
                                            + " repeat; or name an installed MySQL with --mysql-home.",
                                    Folders.cache()));
        }
    }

    /// apt says what is wrong in lines that begin with E:, often one per package.
    private static String reason(Command ended) {
        return ended.output()
                .lines()
                .filter(line -> line.startsWith("E: "))
                .findFirst()
                .map(line -> line.substring(3))
                .orElse(ended.lastLine());
    }
}
