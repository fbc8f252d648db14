package io.holdfast.core;

import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// Command lines that a person can copy into a shell, whatever is in the names.
///
/// Source: POSIX.1-2024, *Shell Command Language*, 2.2.2 "Single-Quotes".
public final class ShellWords {
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_@%+=:,./-]+");

    private ShellWords() {}

    /// Joins the words of a command, each quoted if the shell would take it for something else.
    public static String join(List<String> words) {
        return words.stream().map(ShellWords::quote).collect(Collectors.joining(" "));
    }

    /// A file's or folder's path as one word.
    public static String quote(Path path) {
        return quote(path.toString());
    }

    /// One word.
    public static String quote(String word) {
        return PLAIN.matcher(word).matches() ? word : "'" + word.replace("'", "'\\''") + "'";
    }
}
