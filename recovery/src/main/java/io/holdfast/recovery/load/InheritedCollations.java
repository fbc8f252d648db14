package io.holdfast.recovery.load;

import io.holdfast.repository.logical.SqlText;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Takes collations that columns only inherit from their table out of a CREATE TABLE statement.
///
/// SHOW CREATE TABLE prints `CHARACTER SET x COLLATE y` for a column that was given a collation of
/// its own, and `COLLATE y` alone for one that has its table's, if that is not the character set's
/// default. Sent back as it is, the second becomes the first: the column now has a collation of its
/// own, and the server describes it otherwise ever after. Left out, it is inherited again.
///
/// The clause is looked for where columns are defined: inside the statement's outer parentheses and
/// no deeper, outside of quotes. Bytes are not interpreted: literals may be in any character set,
/// and quotes and parentheses are ASCII in what the server prints.
///
/// Source: MySQL 9.7 `sql/sql_show.cc`, `store_create_info`.
final class InheritedCollations {
    private static final String CLAUSE = " COLLATE ";
    private static final Pattern OWN = Pattern.compile(" CHARACTER SET \\w+$");
    private static final Pattern NAME = Pattern.compile("\\w+");

    private InheritedCollations() {}

    static SqlText leaveOut(SqlText createTable) {
        String before = new String(createTable.bytes(), StandardCharsets.ISO_8859_1);
        String after = leaveOut(before);
        return after.length() == before.length()
                ? createTable
                : SqlText.of(after.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static String leaveOut(String sql) {
        var kept = new StringBuilder(sql.length());
        int depth = 0;
        int at = 0;
        while (at < sql.length()) {
            char next = sql.charAt(at);
            if (next == '\'' || next == '"' || next == '`') {
                int end = endOfQuote(sql, at);
                kept.append(sql, at, end);
                at = end;
                continue;
            }
            if (depth == 1 && sql.startsWith(CLAUSE, at) && !OWN.matcher(tail(kept)).find()) {
                Matcher name = NAME.matcher(sql).region(at + CLAUSE.length(), sql.length());
                if (name.lookingAt()) {
                    at = name.end();
                    continue;
                }
            }
            depth += next == '(' ? 1 : next == ')' ? -1 : 0;
            kept.append(next);
            at++;
        }
        return kept.toString();
    }

    /// The end of what was kept, long enough for a character set's name.
    private static String tail(StringBuilder kept) {
        return kept.substring(Math.max(0, kept.length() - 60));
    }

    /// The index behind the closing quote. A quote is doubled, or, in a literal, behind a
    /// backslash.
    private static int endOfQuote(String sql, int begin) {
        char quote = sql.charAt(begin);
        int at = begin + 1;
        while (at < sql.length()) {
            char next = sql.charAt(at);
            if (next == '\\' && quote != '`') {
                at += 2;
            } else if (next == quote) {
                at++;
                if (at == sql.length() || sql.charAt(at) != quote) {
                    return at;
                }
                at++;
            } else {
                at++;
            }
        }
        return sql.length();
    }
}
