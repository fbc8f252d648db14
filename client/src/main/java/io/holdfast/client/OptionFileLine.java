package io.holdfast.client;

import org.jspecify.annotations.Nullable;

/// What one line of a MySQL option file says.
///
/// | line                      | meaning                                                             |
/// |---------------------------|---------------------------------------------------------------------|
/// | `# …`, `; …`, empty       | nothing                                                             |
/// | `!include FILE`           | that file's lines stand here                                        |
/// | `!includedir FOLDER`      | the lines of its `*.cnf` files, in the order of their names         |
/// | `[group]` …               | the options below are of this group; what follows the `]` is ignored |
/// | `name`                    | an option without a value                                           |
/// | `name = value`            | an option                                                           |
///
/// White space around name and value does not count. A `#` outside of quotes begins a comment, also
/// in the middle of a word. Quotes around the whole value are taken away; elsewhere they stay. In a
/// value `\b \t \n \r \s \" \' \\` are a backspace, a tab, a line break, a carriage return, a
/// space, a quote, a quote and a backslash; before any other character the backslash stays, and at
/// the value's end as well. Source: MySQL 9.7 `mysys/my_default.cc`, `search_default_file_with_ext`
/// and `remove_end_comment`; manual, "Using Option Files".
sealed interface OptionFileLine {
    /// A comment, an empty line or a directive that does not exist.
    record Nothing() implements OptionFileLine {}

    record Group(String name) implements OptionFileLine {}

    /// An option under the name it is written with.
    ///
    /// @param value null if there is no `=`
    record Option(String name, @Nullable String value) implements OptionFileLine {}

    record Include(String file) implements OptionFileLine {}

    record IncludeFolder(String folder) implements OptionFileLine {}

    /// A line that mysql stops at.
    record Malformed(String why) implements OptionFileLine {}

    static OptionFileLine read(String line) {
        String text = strip(line);
        if (text.isEmpty() || text.charAt(0) == '#' || text.charAt(0) == ';') {
            return new Nothing();
        }
        return switch (text.charAt(0)) {
            case '!' -> directive(strip(text.substring(1)));
            case '[' -> group(text);
            default -> option(withoutComment(text));
        };
    }

    private static OptionFileLine directive(String text) {
        if (isDirective(text, "includedir")) {
            String folder = strip(text.substring("includedir".length()));
            return folder.isEmpty()
                    ? new Malformed("!includedir names no folder")
                    : new IncludeFolder(folder);
        }
        if (isDirective(text, "include")) {
            String file = strip(text.substring("include".length()));
            return file.isEmpty() ? new Malformed("!include names no file") : new Include(file);
        }
        return new Nothing();
    }

    private static boolean isDirective(String text, String keyword) {
        return text.equals(keyword)
                || (text.startsWith(keyword) && isSpace(text.charAt(keyword.length())));
    }

    private static OptionFileLine group(String text) {
        int end = text.indexOf(']');
        return end < 0
                ? new Malformed("a group's name has no closing bracket")
                : new Group(stripTrailing(text.substring(1, end)));
    }

    private static OptionFileLine option(String text) {
        int equals = text.indexOf('=');
        if (equals < 0) {
            return new Option(stripTrailing(text), null);
        }
        return new Option(
                stripTrailing(text.substring(0, equals)),
                unescaped(unquoted(strip(text.substring(equals + 1)))));
    }

    /// The text up to the first `#` that is not inside of quotes.
    private static String withoutComment(String text) {
        char quote = 0;
        boolean escaped = false;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if ((c == '\'' || c == '"') && !escaped) {
                if (quote == 0) {
                    quote = c;
                } else if (quote == c) {
                    quote = 0;
                }
            }
            if (quote == 0 && c == '#') {
                return text.substring(0, i);
            }
            escaped = quote != 0 && c == '\\' && !escaped;
        }
        return text;
    }

    private static String unquoted(String value) {
        int last = value.length() - 1;
        return last > 0
                        && (value.charAt(0) == '"' || value.charAt(0) == '\'')
                        && value.charAt(0) == value.charAt(last)
                ? value.substring(1, last)
                : value;
    }

    private static String unescaped(String value) {
        var result = new StringBuilder(value.length());
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c != '\\' || i == value.length() - 1) {
                result.append(c);
                continue;
            }
            char next = value.charAt(++i);
            switch (next) {
                case 'b' -> result.append('\b');
                case 't' -> result.append('\t');
                case 'n' -> result.append('\n');
                case 'r' -> result.append('\r');
                case 's' -> result.append(' ');
                case '"', '\'', '\\' -> result.append(next);
                default -> result.append('\\').append(next);
            }
        }
        return result.toString();
    }

    private static boolean isSpace(char c) {
        return c == ' ' || (c >= '\t' && c <= '\r');
    }

    private static String strip(String text) {
        int begin = 0;
        while (begin < text.length() && isSpace(text.charAt(begin))) {
            begin++;
        }
        return stripTrailing(text.substring(begin));
    }

    private static String stripTrailing(String text) {
        int end = text.length();
        while (end > 0 && isSpace(text.charAt(end - 1))) {
            end--;
        }
        return text.substring(0, end);
    }
}
