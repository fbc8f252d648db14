package io.holdfast.client;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Shows statements in messages without what may be secret in them.
final class Statements {
    private static final int SHOWN_CHARACTERS_MAX = 80;
    private static final Pattern VALUE_BEGINS =
            Pattern.compile("['\"(=]|\\b(?i:identified|values|as)\\b");
    private static final Pattern SPACE = Pattern.compile("\\s+");

    private Statements() {}

    /// The statement's beginning, up to the first place where a value or a password may stand.
    static String beginning(String sql) {
        String start = sql.substring(0, Math.min(sql.length(), 4 * SHOWN_CHARACTERS_MAX));
        String line = SPACE.matcher(start).replaceAll(" ").strip();
        Matcher value = VALUE_BEGINS.matcher(line);
        int end = Math.min(line.length(), SHOWN_CHARACTERS_MAX);
        if (value.find()) {
            end = Math.min(end, value.start());
        }
        return end < line.length() || start.length() < sql.length()
                ? line.substring(0, end).strip() + " …"
                : line;
    }
}
