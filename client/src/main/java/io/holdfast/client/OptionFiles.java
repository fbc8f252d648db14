package io.holdfast.client;

import io.holdfast.core.Problem;
import io.holdfast.core.UsageException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The options of MySQL's option files that concern Holdfast: those of the groups `[client]` and
/// `[holdfast]`, in the order they stand in; of an option given twice the last counts.
///
/// Files are read as the mysql client reads them: missing ones are passed over, as are those that
/// everybody may write to, with a warning; includes are followed ten deep. `-` and `_` are the same
/// in names, and `loose-` in front says that a program need not know the option. Names must be
/// written in full. Source: MySQL 9.7 manual, "Using Option Files"; `mysys/my_default.cc`.
public final class OptionFiles {
    private static final Set<String> GROUPS = Set.of("client", "holdfast");
    private static final int INCLUDE_DEPTH_MAX = 10;
    private static final long FILE_BYTES_MAX = 1 << 20;

    /// One option as it stands in a file.
    ///
    /// @param name without `loose-`, with `-` for `_`
    /// @param value null if the option has no `=`
    /// @param place file and line, for messages
    public record Entry(
            String group, String name, @Nullable String value, boolean isLoose, String place) {}

    private final List<Entry> entries = new ArrayList<>();
    private final List<String> warnings = new ArrayList<>();

    private OptionFiles() {}

    /// No options at all.
    public static OptionFiles none() {
        return new OptionFiles();
    }

    /// Reads one file and no other, as `--defaults-file` says.
    ///
    /// @throws UsageException if it does not exist or a line cannot be read
    public static OptionFiles only(Path file) {
        var files = new OptionFiles();
        if (!Files.isRegularFile(file)) {
            throw files.unreadable(file, "there is no such file");
        }
        files.read(file, 0);
        return files;
    }

    /// Reads the files at their usual places, as far as they exist.
    ///
    /// @throws UsageException if a line cannot be read
    public static OptionFiles usual(Map<String, String> environment, Path home) {
        var files = new OptionFiles();
        for (Path place : usualPlaces(environment, home)) {
            files.read(place, 0);
        }
        return files;
    }

    /// Where the mysql client looks, in this order.
    public static List<Path> usualPlaces(Map<String, String> environment, Path home) {
        var places = new ArrayList<Path>();
        places.add(Path.of("/etc/my.cnf"));
        places.add(Path.of("/etc/mysql/my.cnf"));
        String mysqlHome = environment.getOrDefault("MYSQL_HOME", "");
        if (!mysqlHome.isEmpty()) {
            places.add(Path.of(mysqlHome, "my.cnf"));
        }
        places.add(home.resolve(".my.cnf"));
        return places;
    }

    private void read(Path file, int depth) {
        if (!Files.isRegularFile(file) || !Files.isReadable(file) || isForeign(file)) {
            return;
        }
        String text;
        try {
            if (Files.size(file) > FILE_BYTES_MAX) {
                throw unreadable(file, "it has more than 1 MiB");
            }
            // Bytes that are no UTF-8 may stand in options that are none of ours.
            text = new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw unreadable(file, String.valueOf(e.getMessage()));
        }
        String group = null;
        int number = 0;
        for (String line : text.split("\n", -1)) {
            String place = file + " line " + ++number;
            switch (OptionFileLine.read(line)) {
                case OptionFileLine.Nothing _ -> {}
                case OptionFileLine.Group(String name) -> group = name;
                case OptionFileLine.Malformed(String why) -> throw malformed(why, place);
                case OptionFileLine.Option(String name, String value) -> {
                    if (group == null) {
                        throw malformed("an option stands before any group", place);
                    }
                    if (GROUPS.contains(group)) {
                        entries.add(entry(group, name, value, place));
                    }
                }
                case OptionFileLine.Include(String included) ->
                        include(List.of(Path.of(included)), depth, place);
                case OptionFileLine.IncludeFolder(String folder) ->
                        include(optionFilesOf(Path.of(folder), place), depth, place);
            }
        }
    }

    private static Entry entry(String group, String name, @Nullable String value, String place) {
        String dashed = name.replace('_', '-');
        boolean loose = dashed.startsWith("loose-");
        return new Entry(
                group, loose ? dashed.substring("loose-".length()) : dashed, value, loose, place);
    }

    private void include(List<Path> files, int depth, String place) {
        if (depth == INCLUDE_DEPTH_MAX) {
            warnings.add("an include deeper than " + INCLUDE_DEPTH_MAX + " is ignored: " + place);
            return;
        }
        files.forEach(file -> read(file, depth + 1));
    }

    private List<Path> optionFilesOf(Path folder, String place) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".cnf")).sorted().toList();
        } catch (IOException _) {
            throw malformed("!includedir names " + folder + ", which cannot be listed", place);
        }
    }

    /// Whether everybody may write to the file, so that what it says may be anybody's.
    private boolean isForeign(Path file) {
        try {
            boolean foreign =
                    Files.getPosixFilePermissions(file).contains(PosixFilePermission.OTHERS_WRITE);
            if (foreign) {
                warnings.add("everybody may write to " + file + ", so it is ignored");
            }
            return foreign;
        } catch (IOException | UnsupportedOperationException _) {
            return false; // a file system without permissions, where this cannot be asked
        }
    }

    private UsageException unreadable(Path file, String why) {
        return new UsageException(
                Problem.of(ClientError.OPTION_FILE_UNREADABLE)
                        .what("the option file cannot be read: %s", why)
                        .where("%s", file)
                        .remedy("Check the path and who may read the file."));
    }

    private static UsageException malformed(String why, String place) {
        return new UsageException(
                Problem.of(ClientError.OPTION_FILE_MALFORMED)
                        .what("%s", why)
                        .where("%s", place)
                        .remedy("See \"Using Option Files\" in the MySQL manual."));
    }

    /// All options of the two groups, in order.
    public List<Entry> entries() {
        return List.copyOf(entries);
    }

    /// What the user should know about files that were passed over.
    public List<String> warnings() {
        return List.copyOf(warnings);
    }

    /// The last entry of an option, under its name with dashes.
    public Optional<Entry> find(String name) {
        return entries.stream()
                .filter(entry -> entry.name().equals(name))
                .reduce((_, last) -> last);
    }
}
