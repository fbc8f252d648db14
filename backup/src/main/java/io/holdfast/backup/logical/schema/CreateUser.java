package io.holdfast.backup.logical.schema;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Turns SHOW CREATE USER into statements that make the account again: default roles left out,
/// because the roles may not exist yet, and the second password put in, which SHOW leaves out.
final class CreateUser {
    private static final Pattern HASH = Pattern.compile(" AS 0x[0-9A-F]+");

    private CreateUser() {}

    /// The statements, in order.
    ///
    /// @param shown as the server says with `print_identified_with_as_hex`
    /// @param secondHash the hash of the old password that is still valid, in hexadecimal digits
    static List<String> statements(
            AccountName account, String shown, String plugin, @Nullable String secondHash) {
        String create = withoutDefaultRoles(shown);
        Matcher first = HASH.matcher(create);
        if (secondHash == null || !first.find()) {
            return List.of(create);
        }
        List<String> statements = new ArrayList<>();
        statements.add(
                create.substring(0, first.start())
                        + " AS 0x"
                        + secondHash
                        + create.substring(first.end()));
        statements.add(
                "ALTER USER "
                        + account
                        + " IDENTIFIED WITH "
                        + SqlLiteral.quote(plugin)
                        + first.group()
                        + " RETAIN CURRENT PASSWORD");
        if (QuotedSql.indexOf(create, " PASSWORD EXPIRE ACCOUNT ") >= 0) {
            // Setting a password makes it fresh; this one was not.
            statements.add("ALTER USER " + account + " PASSWORD EXPIRE");
        }
        return statements;
    }

    private static String withoutDefaultRoles(String shown) {
        String clause = " DEFAULT ROLE ";
        int begin = QuotedSql.indexOf(shown, clause);
        if (begin < 0) {
            return shown;
        }
        int end = begin + clause.length();
        while (end < shown.length() && "`@,".indexOf(shown.charAt(end)) >= 0) {
            end = shown.charAt(end) == '`' ? QuotedSql.endOfQuotes(shown, end) : end + 1;
        }
        return shown.substring(0, begin) + shown.substring(end);
    }
}
