package io.holdfast.backup.logical.schema;

/// Finds things in a statement's text outside of what stands in quotes. Understands backticks,
/// single and double quotes, quotes doubled inside quotes, and backslash escapes in strings.
final class QuotedSql {
    private QuotedSql() {}

    /// Where a text begins that is in no quotes, or -1.
    static int indexOf(String sql, String wanted) {
        int at = 0;
        while (at < sql.length()) {
            if (sql.startsWith(wanted, at)) {
                return at;
            }
            char next = sql.charAt(at);
            at = next == '`' || next == '\'' || next == '"' ? endOfQuotes(sql, at) : at + 1;
        }
        return -1;
    }

    /// The index after the closing quote.
    ///
    /// @param at index of the opening quote
    static int endOfQuotes(String sql, int at) {
        char quote = sql.charAt(at);
        int next = at + 1;
        while (next < sql.length()) {
            char c = sql.charAt(next);
            if (c == '\\' && quote != '`') {
                next += 2;
            } else if (c != quote) {
                next++;
            } else if (next + 1 < sql.length() && sql.charAt(next + 1) == quote) {
                next += 2;
            } else {
                return next + 1;
            }
        }
        return sql.length();
    }

    /// The text with each quoted part replaced by one letter `Q`: its shape without its names.
    static String shape(String sql) {
        var shape = new StringBuilder();
        int at = 0;
        while (at < sql.length()) {
            char next = sql.charAt(at);
            if (next == '`' || next == '\'' || next == '"') {
                shape.append('Q');
                at = endOfQuotes(sql, at);
            } else {
                shape.append(next);
                at++;
            }
        }
        return shape.toString();
    }
}
