package io.holdfast.binlog;

import java.util.Locale;

/// Splits a statement's text into words, quoted names, strings and symbols, as far as needed to
/// find verbs and names. Comments are passed over, but the content of version comments (`/*!50100 …
/// */`) is read: servers run it. Never fails: at unfinished quotes the text just ends.
///
/// Source: MySQL 9.7 manual, "Comments" and "Schema Object Names".
final class SqlTokens {
    enum Kind {
        WORD,
        QUOTED_NAME,
        STRING,
        SYMBOL,
        END
    }

    private final String text;
    private final boolean hasAnsiQuotes;
    private final boolean hasNoBackslashEscapes;
    private int at;
    private Kind kind = Kind.END;
    private String value = "";

    SqlTokens(String text, boolean hasAnsiQuotes, boolean hasNoBackslashEscapes) {
        this.text = text;
        this.hasAnsiQuotes = hasAnsiQuotes;
        this.hasNoBackslashEscapes = hasNoBackslashEscapes;
        next();
    }

    Kind kind() {
        return kind;
    }

    /// The present token: a word as written, a name or string without its quotes, one symbol.
    String value() {
        return value;
    }

    boolean isEnd() {
        return kind == Kind.END;
    }

    boolean isWord(String upperCaseWord) {
        return kind == Kind.WORD && value.toUpperCase(Locale.ROOT).equals(upperCaseWord);
    }

    boolean isSymbol(char symbol) {
        return kind == Kind.SYMBOL && value.charAt(0) == symbol;
    }

    /// Whether the token can be a name: a quoted one or a word.
    boolean isName() {
        return kind == Kind.WORD || kind == Kind.QUOTED_NAME;
    }

    /// Passes over the word if it comes next.
    boolean take(String upperCaseWord) {
        if (isWord(upperCaseWord)) {
            next();
            return true;
        }
        return false;
    }

    boolean takeSymbol(char symbol) {
        if (isSymbol(symbol)) {
            next();
            return true;
        }
        return false;
    }

    /// Goes to the next token.
    void next() {
        skipBlanks();
        if (at >= text.length()) {
            kind = Kind.END;
            value = "";
            return;
        }
        char c = text.charAt(at);
        if (c == '`') {
            quoted(Kind.QUOTED_NAME, c, false);
        } else if (c == '"') {
            quoted(
                    hasAnsiQuotes ? Kind.QUOTED_NAME : Kind.STRING,
                    c,
                    !hasAnsiQuotes && !hasNoBackslashEscapes);
        } else if (c == '\'') {
            quoted(Kind.STRING, c, !hasNoBackslashEscapes);
        } else if (isWordCharacter(c)) {
            int start = at;
            while (at < text.length() && isWordCharacter(text.charAt(at))) {
                at++;
            }
            kind = Kind.WORD;
            value = text.substring(start, at);
        } else {
            kind = Kind.SYMBOL;
            value = text.substring(at, at + 1);
            at++;
        }
    }

    private static boolean isWordCharacter(char c) {
        return c == '_' || c == '$' || c >= 0x80 || Character.isLetterOrDigit(c);
    }

    private void quoted(Kind quotedKind, char quote, boolean hasEscapes) {
        var unquoted = new StringBuilder();
        at++;
        while (at < text.length()) {
            char c = text.charAt(at++);
            if (c == quote) {
                if (at < text.length() && text.charAt(at) == quote) {
                    at++; // a doubled quote stands for itself
                } else {
                    break;
                }
            } else if (c == '\\' && hasEscapes && at < text.length()) {
                c = text.charAt(at++);
            }
            unquoted.append(c);
        }
        kind = quotedKind;
        value = unquoted.toString();
    }

    private void skipBlanks() {
        while (at < text.length()) {
            char c = text.charAt(at);
            if (Character.isWhitespace(c) || c == 0) {
                at++;
            } else if (c == '#' || isDashComment()) {
                int end = text.indexOf('\n', at);
                at = end < 0 ? text.length() : end + 1;
            } else if (text.startsWith("/*!", at)) {
                at += 3;
                while (at < text.length() && Character.isDigit(text.charAt(at))) {
                    at++;
                }
            } else if (text.startsWith("/*", at)) {
                int end = text.indexOf("*/", at + 2);
                at = end < 0 ? text.length() : end + 2;
            } else if (text.startsWith("*/", at)) {
                at += 2; // the end of a version comment
            } else {
                return;
            }
        }
    }

    private boolean isDashComment() {
        return text.startsWith("--", at) && (at + 2 >= text.length() || text.charAt(at + 2) <= ' ');
    }
}
