package io.holdfast.cli.check;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What an account may do on the whole server, with all its roles, as SHOW GRANTS says.
///
/// @param account as SQL writes it: `` `user`@`host` ``
/// @param global privileges on `*.*`, upper case
/// @param revoked partial revokes: `SELECT ON shop.*`
record Grants(String account, Set<String> global, List<String> revoked) {
    private static final Pattern GRANT = Pattern.compile("GRANT (.+) ON \\*\\.\\* TO .*");
    private static final Pattern REVOKE = Pattern.compile("REVOKE (.+) ON (`.+`\\.\\*) FROM .*");
    private static final String ALL = "ALL PRIVILEGES";

    Grants {
        global = Set.copyOf(global);
        revoked = List.copyOf(revoked);
    }

    static Grants parse(String account, List<String> lines) {
        Set<String> global = new TreeSet<>();
        List<String> revoked = new ArrayList<>();
        for (String line : lines) {
            Matcher granted = GRANT.matcher(line);
            Matcher taken = REVOKE.matcher(line);
            if (granted.matches()) {
                for (String name : granted.group(1).split(",", -1)) {
                    global.add(name.strip().toUpperCase(Locale.ROOT));
                }
            } else if (taken.matches()) {
                for (String name : taken.group(1).split(",", -1)) {
                    revoked.add(name.strip().toUpperCase(Locale.ROOT) + " ON " + taken.group(2));
                }
            }
        }
        return new Grants(account, global, revoked);
    }

    boolean has(String privilege) {
        return global.contains(privilege) || global.contains(ALL);
    }

    /// Those of the wanted privileges that are lacking, in the wanted order.
    List<String> lacking(List<String> wanted) {
        return wanted.stream().filter(name -> !has(name)).toList();
    }

    /// Partial revokes of one of these privileges.
    List<String> revokedOf(List<String> wanted) {
        return revoked.stream()
                .filter(line -> wanted.contains(line.substring(0, line.indexOf(" ON "))))
                .toList();
    }
}
