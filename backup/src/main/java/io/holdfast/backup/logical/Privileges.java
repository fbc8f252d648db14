package io.holdfast.backup.logical;

import io.holdfast.client.Rows;
import io.holdfast.client.Session;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What an account may do on the whole server, its roles included, as `SHOW GRANTS` says.
///
/// @param global names of privileges on `*.*`, upper case
/// @param revoked partial revokes, as `SELECT on shop`
record Privileges(Set<String> global, List<String> revoked) {
    private static final Pattern GRANT = Pattern.compile("GRANT (.+) ON \\*\\.\\* TO .*");
    private static final Pattern REVOKE = Pattern.compile("REVOKE (.+) ON `(.+)`\\.\\* FROM .*");

    private static final String ALL = "ALL PRIVILEGES";

    /// Without these a server hides objects or rows instead of refusing them.
    private static final List<String> TO_SEE_EVERYTHING =
            List.of("SELECT", "SHOW VIEW", "TRIGGER", "EVENT", "PROCESS", "REPLICATION CLIENT");

    static Privileges of(Session session) {
        Rows rows = session.query("SHOW GRANTS");
        return parse(rows.list().stream().map(row -> row.string(0)).toList());
    }

    static Privileges parse(List<String> grants) {
        Set<String> global = new TreeSet<>();
        List<String> revoked = new ArrayList<>();
        for (String grant : grants) {
            Matcher granted = GRANT.matcher(grant);
            Matcher taken = REVOKE.matcher(grant);
            if (granted.matches()) {
                for (String name : granted.group(1).split(", ?", -1)) {
                    global.add(name.toUpperCase(Locale.ROOT));
                }
            } else if (taken.matches()) {
                for (String name : taken.group(1).split(", ?", -1)) {
                    if (TO_SEE_EVERYTHING.contains(name.toUpperCase(Locale.ROOT))) {
                        revoked.add(name + " on " + taken.group(2));
                    }
                }
            }
        }
        return new Privileges(global, revoked);
    }

    boolean has(String name) {
        return global.contains(name) || global.contains(ALL);
    }

    /// `FLUSH TABLES WITH READ LOCK` is allowed.
    boolean mayLockGlobally() {
        return has("RELOAD") || has("FLUSH_TABLES");
    }

    boolean mayLockForBackup() {
        return has("BACKUP_ADMIN");
    }

    /// What a backup cannot do without and the account lacks, in the words of GRANT.
    ///
    /// @param writesBinaryLog whether the server has a binary log to search for DDL
    /// @param locksTables whether tables without transactions have to be locked
    List<String> missing(boolean writesBinaryLog, boolean locksTables) {
        List<String> missing = new ArrayList<>();
        for (String needed : TO_SEE_EVERYTHING) {
            if (!has(needed)) {
                missing.add(needed);
            }
        }
        if ((!mayLockGlobally() || locksTables) && !has("LOCK TABLES")) {
            missing.add(locksTables ? "LOCK TABLES" : "RELOAD (or FLUSH_TABLES, or LOCK TABLES)");
        }
        if (!mayLockForBackup() && writesBinaryLog && !has("REPLICATION SLAVE")) {
            missing.add("BACKUP_ADMIN (or REPLICATION SLAVE)");
        }
        missing.addAll(revoked);
        return missing;
    }
}
