package io.holdfast.recovery.load;

/// An account's name in the two ways that servers write it: `user@host` as CURRENT_USER() says, and
/// `'user'@'host'` as statements need it.
final class AccountName {
    private AccountName() {}

    /// Quotes what CURRENT_USER() says. The user may hold an at sign, the host may not.
    static String quoted(String currentUser) {
        int at = currentUser.lastIndexOf('@');
        return quote(currentUser.substring(0, at)) + "@" + quote(currentUser.substring(at + 1));
    }

    private static String quote(String part) {
        return "'" + part.replace("\\", "\\\\").replace("'", "''") + "'";
    }
}
