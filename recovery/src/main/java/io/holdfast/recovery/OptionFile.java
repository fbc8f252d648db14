package io.holdfast.recovery;

import io.holdfast.core.Text;
import io.holdfast.mysqld.SocketPlace;
import io.holdfast.recovery.sandbox.RecoveredFolder;
import io.holdfast.recovery.sandbox.Sandbox;
import io.holdfast.recovery.sandbox.ShapeSettings;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/// The option file that a recovered server is to be started with. Until its owner decides
/// otherwise, nothing but this machine reaches the server, and no event of it runs: it may stand
/// beside the original, with the original's accounts.
final class OptionFile {
    private static final int SETTING_CHARACTERS_MAX = 1000;

    /// Needs no quotes.
    private static final Pattern PLAIN = Pattern.compile("[^\\p{Cntrl}\\s#\"'\\\\]*");

    private final StringBuilder lines = new StringBuilder();

    private OptionFile() {}

    /// Its text.
    ///
    /// @param settings of the original that were not default
    static String of(
            RecoveredFolder folder,
            ShapeSettings shape,
            Map<String, String> settings,
            Sandbox.Role role) {
        var file = new OptionFile();
        file.comment("A server that Holdfast brought back. See holdfast.marker for what it holds.");
        file.lines.append("[mysqld]\n");
        file.places(folder);
        file.option("server-id", role.serverId());
        file.option("gtid-mode", role.hasGtids() ? "ON" : "OFF");
        file.option("enforce-gtid-consistency", role.hasGtids() ? "ON" : "OFF");
        file.comment("It is reached through its socket only, until you take these two lines out.");
        file.lines.append("skip-networking\n");
        file.option("mysqlx", "OFF");
        file.comment("Scheduled events stay off until you take this line out.");
        file.option("event-scheduler", "OFF");
        file.shaping(shape);
        file.others(shape, settings);
        return file.lines.toString();
    }

    private void places(RecoveredFolder folder) {
        Path run = folder.run();
        Path socket = run.resolve("mysqld.sock");
        option("datadir", folder.data());
        if (SocketPlace.isShortEnough(socket)) {
            option("socket", socket);
        } else {
            // mysqld works in its data directory.
            comment(
                    "The whole path is too long for a socket; clients reach it from the data directory.");
            option("socket", folder.data().relativize(socket));
        }
        option("pid-file", run.resolve("mysqld.pid"));
        option("log-error", run.resolve("error.log"));
        option("secure-file-priv", run.resolve("files"));
    }

    private void shaping(ShapeSettings shape) {
        if (!shape.always().isEmpty()) {
            comment("Settings of the original that shape data.");
            for (String option : shape.always()) {
                int equals = option.indexOf('=');
                option(option.substring(2, equals), option.substring(equals + 1));
            }
        }
    }

    /// Sizes, paths and names are the new owner's to choose, so they stand there as comments.
    private void others(ShapeSettings shape, Map<String, String> settings) {
        var others = new TreeMap<String, String>();
        settings.forEach((name, value) -> {
            String option = name.toLowerCase(Locale.ROOT).replace('_', '-');
            boolean isTaken =
                    shape.always().stream()
                            .anyMatch(taken ->
                                    taken.startsWith("--" + option + "=")
                                            || taken.startsWith("--loose-" + option + "="));
            boolean isSecret = option.endsWith("password");
            if (!isTaken && !isSecret && value.length() <= SETTING_CHARACTERS_MAX) {
                others.put(option, value.replaceAll("\\R", " "));
            }
        });
        if (!others.isEmpty()) {
            comment(
                    "What else the original had set, and where its files lay. Take over what still fits.");
            others.forEach((name, value) -> comment(name + " = " + value(value)));
        }
    }

    private void comment(String text) {
        lines.append(Text.format("# %s\n", text));
    }

    private void option(String name, Object value) {
        lines.append(Text.format("%s = %s\n", name, value(value.toString())));
    }

    /// A value as mysqld reads it back: `#` begins a comment also in the middle of a line, unless
    /// it is between quotes, and a backslash escapes.
    ///
    /// Source: MySQL manual, *Using Option Files*; `mysys/my_default.cc`, `remove_end_comment`,
    /// `search_default_file_with_ext`.
    private static String value(String value) {
        return PLAIN.matcher(value).matches()
                ? value
                : "\""
                        + value.replace("\\", "\\\\")
                                .replace("\"", "\\\"")
                                .replace("\n", "\\n")
                                .replace("\r", "\\r")
                        + "\"";
    }
}
