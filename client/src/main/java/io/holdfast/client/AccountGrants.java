package io.holdfast.client;

import io.holdfast.core.TableName;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What an account may do on the whole server, with the roles that are active, as `SHOW GRANTS`
/// says.
///
/// @param account as SQL writes it: `` `user`@`host` ``
/// @param global privileges on `*.*`, upper case
/// @param onSchema privileges on single schemas, named without wildcards, upper case
/// @param revoked what partial revokes take away from them
public record AccountGrants(
        String account,
        Set<String> global,
        Map<String, Set<String>> onSchema,
        List<Revoke> revoked) {
    private static final Pattern GRANT = Pattern.compile("GRANT (.+) ON \\*\\.\\* TO .*");
    private static final Pattern GRANT_ON_SCHEMA =
            Pattern.compile("GRANT (.+) ON `(.+)`\\.\\* TO .*");
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
        onSchema = Map.copyOf(onSchema);
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

    /// Reads the lines of `SHOW GRANTS`; those on less than a schema are passed over.
    public static AccountGrants parse(String account, List<String> lines) {
        Set<String> global = new TreeSet<>();
        Map<String, Set<String>> onSchema = new TreeMap<>();
        List<Revoke> revoked = new ArrayList<>();
        for (String line : lines) {
            Matcher granted = GRANT.matcher(line);
            Matcher inSchema = GRANT_ON_SCHEMA.matcher(line);
            Matcher taken = REVOKE.matcher(line);
            if (granted.matches()) {
                global.addAll(names(granted.group(1)));
            } else if (inSchema.matches()) {
                // Without the backslash, an underscore stands for any character, itself included.
                String schema = inSchema.group(2).replace("\\", "").replace("``", "`");
                onSchema.computeIfAbsent(schema, _ -> new TreeSet<>())
                        .addAll(names(inSchema.group(1)));
            } else if (taken.matches()) {
                String schema = taken.group(2).replace("``", "`");
                names(taken.group(1)).forEach(name -> revoked.add(new Revoke(name, schema)));
            }
        }
        return new AccountGrants(account, global, onSchema, revoked);
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

    /// Those of the wanted privileges that are lacking on a schema, in the wanted order.
    public List<String> lackingOn(String schema, List<String> wanted) {
        Set<String> there = onSchema.getOrDefault(schema, Set.of());
        Set<String> taken = new TreeSet<>();
        revoked.stream()
                .filter(revoke -> revoke.schema().equals(schema))
                .forEach(revoke -> taken.add(revoke.privilege()));
        return wanted.stream()
                .filter(name ->
                        !(there.contains(name) || there.contains(ALL))
                                && (!has(name) || taken.contains(name)))
                .toList();
    }

    /// Partial revokes of one of these privileges.
    public List<Revoke> revokedOf(List<String> wanted) {
        return revoked.stream().filter(revoke -> wanted.contains(revoke.privilege())).toList();
    }
}
