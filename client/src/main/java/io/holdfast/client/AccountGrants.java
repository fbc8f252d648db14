package io.holdfast.client;

import io.holdfast.core.TableName;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What an account may do on the whole server, with the roles that are active, as `SHOW GRANTS`
/// says.
///
/// @param account as SQL writes it: `` `user`@`host` ``
/// @param global privileges on `*.*`, upper case
/// @param revoked what partial revokes take away from them
public record AccountGrants(String account, Set<String> global, List<Revoke> revoked) {
    private static final Pattern GRANT = Pattern.compile("GRANT (.+) ON \\*\\.\\* TO .*");
    private static final Pattern REVOKE = Pattern.compile("REVOKE (.+) ON `(.+)`\\.\\* FROM .*");
    private static final String ALL = "ALL PRIVILEGES";

    /// A privilege that is taken away on one schema.
    ///
    /// @param privilege upper case
    public record Revoke(String privilege, String schema) {
        /// As GRANT and REVOKE spell it: `` SELECT ON `shop`.* ``.
        @Override
        public String toString() {
            return privilege + " ON " + TableName.quote(schema) + ".*";
        }
    }

    public AccountGrants {
        global = Set.copyOf(global);
        revoked = List.copyOf(revoked);
    }

    /// What the session's own account may do.
    public static AccountGrants of(Session session) {
        String current = session.query("SELECT CURRENT_USER()").only().string(0);
        int at = current.lastIndexOf('@');
        String account =
                TableName.quote(current.substring(0, at))
                        + "@"
                        + TableName.quote(current.substring(at + 1));
        return parse(
                account,
                session.query("SHOW GRANTS").list().stream().map(row -> row.string(0)).toList());
    }

    /// Reads the lines of `SHOW GRANTS`; those on less than the whole server are passed over.
    public static AccountGrants parse(String account, List<String> lines) {
        Set<String> global = new TreeSet<>();
        List<Revoke> revoked = new ArrayList<>();
        for (String line : lines) {
            Matcher granted = GRANT.matcher(line);
            Matcher taken = REVOKE.matcher(line);
            if (granted.matches()) {
                global.addAll(names(granted.group(1)));
            } else if (taken.matches()) {
                String schema = taken.group(2).replace("``", "`");
                names(taken.group(1)).forEach(name -> revoked.add(new Revoke(name, schema)));
            }
        }
        return new AccountGrants(account, global, revoked);
    }

    private static List<String> names(String list) {
        return List.of(list.split(",", -1)).stream()
                .map(name -> name.strip().toUpperCase(Locale.ROOT))
                .toList();
    }

    /// Whether the account has a privilege on `*.*`.
    public boolean has(String privilege) {
        return global.contains(privilege) || global.contains(ALL);
    }

    /// Those of the wanted privileges that are lacking, in the wanted order.
    public List<String> lacking(List<String> wanted) {
        return wanted.stream().filter(name -> !has(name)).toList();
    }

    /// Partial revokes of one of these privileges.
    public List<Revoke> revokedOf(List<String> wanted) {
        return revoked.stream().filter(revoke -> wanted.contains(revoke.privilege())).toList();
    }
}
