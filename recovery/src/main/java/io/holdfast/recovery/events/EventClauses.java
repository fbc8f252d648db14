package io.holdfast.recovery.events;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// The clauses of a `CREATE EVENT` or `ALTER EVENT` that decide over status and name.
///
/// Everything from `DO` on is the event's body and is not looked at. Text in quotes never counts as
/// a key word; names in quotes are kept.
///
/// @param status null if the statement does not say
/// @param ifNotExists whether an event that exists is left as it is
/// @param renamedTo one or two parts, `[schema,] name`; empty if it is not renamed
record EventClauses(@Nullable EventStatus status, boolean ifNotExists, List<String> renamedTo) {

    EventClauses {
        renamedTo = List.copyOf(renamedTo);
    }

    static EventClauses parse(String statement) {
        List<Token> tokens = tokens(statement);
        EventStatus status = null;
        boolean ifNotExists = false;
        var renamedTo = new ArrayList<String>();
        for (int i = 0; i < tokens.size(); i++) {
            if (is(tokens, i, "DO")) {
                break;
            } else if (is(tokens, i, "IF")
                    && is(tokens, i + 1, "NOT")
                    && is(tokens, i + 2, "EXISTS")) {
                ifNotExists = true;
            } else if (is(tokens, i, "ENABLE")) {
                status = EventStatus.ENABLED;
            } else if (is(tokens, i, "DISABLE")) {
                boolean onReplica =
                        is(tokens, i + 1, "ON")
                                && (is(tokens, i + 2, "REPLICA") || is(tokens, i + 2, "SLAVE"));
                status = onReplica ? EventStatus.REPLICA_SIDE_DISABLED : EventStatus.DISABLED;
            } else if (is(tokens, i, "RENAME")
                    && is(tokens, i + 1, "TO")
                    && i + 2 < tokens.size()) {
                renamedTo.add(tokens.get(i + 2).text);
                if (i + 4 < tokens.size() && tokens.get(i + 3).text.equals(".")) {
                    renamedTo.add(tokens.get(i + 4).text);
                }
            }
        }
        return new EventClauses(status, ifNotExists, renamedTo);
    }

    private record Token(String text, boolean isQuoted) {}

    private static boolean is(List<Token> tokens, int index, String word) {
        return index < tokens.size()
                && !tokens.get(index).isQuoted
                && tokens.get(index).text.toUpperCase(Locale.ROOT).equals(word);
    }

    /// Splits the text in front of the body; comments are passed over.
    private static List<Token> tokens(String text) {
        var tokens = new ArrayList<Token>();
        int at = 0;
        while (at < text.length()) {
            char c = text.charAt(at);
            if (Character.isWhitespace(c)) {
                at++;
            } else if (c == '`' || c == '"' || c == '\'') {
                var quoted = new StringBuilder();
                at = quoted(text, at, quoted);
                tokens.add(new Token(quoted.toString(), true));
            } else if (text.startsWith("/*", at)) {
                // The content of a version comment is read: servers run it.
                int end = text.indexOf("*/", at + 2);
                boolean isRun = text.startsWith("/*!", at);
                at = isRun ? afterVersion(text, at + 3) : end < 0 ? text.length() : end + 2;
            } else if (text.startsWith("*/", at)) {
                at += 2;
            } else if (c == '#' || text.startsWith("-- ", at)) {
                int end = text.indexOf('\n', at);
                at = end < 0 ? text.length() : end + 1;
            } else if (isWordPart(c)) {
                int begin = at;
                while (at < text.length() && isWordPart(text.charAt(at))) {
                    at++;
                }
                String word = text.substring(begin, at);
                tokens.add(new Token(word, false));
                if (word.equalsIgnoreCase("DO")) {
                    break;
                }
            } else {
                tokens.add(new Token(String.valueOf(c), false));
                at++;
            }
        }
        return tokens;
    }

    private static int afterVersion(String text, int at) {
        int end = at;
        while (end < text.length() && Character.isDigit(text.charAt(end))) {
            end++;
        }
        return end;
    }

    private static boolean isWordPart(char c) {
        return Character.isLetterOrDigit(c) || c == '_' || c == '$';
    }

    /// Reads a quoted text, doubled quotes included, and returns the index behind it.
    private static int quoted(String text, int begin, StringBuilder into) {
        char quote = text.charAt(begin);
        int at = begin + 1;
        while (at < text.length()) {
            char c = text.charAt(at);
            if (c == '\\' && quote != '`' && at + 1 < text.length()) {
                into.append(text.charAt(at + 1));
                at += 2;
            } else if (c != quote) {
                into.append(c);
                at++;
            } else if (at + 1 < text.length() && text.charAt(at + 1) == quote) {
                into.append(quote);
                at += 2;
            } else {
                return at + 1;
            }
        }
        return at;
    }
}
