package io.holdfast.backup.logical;

import io.holdfast.client.AccountGrants;
import java.util.ArrayList;
import java.util.List;

/// What an account's grants mean for a backup.
record Privileges(AccountGrants grants) {
    /// Without these a server hides objects or rows instead of refusing them.
    private static final List<String> TO_SEE_EVERYTHING =
            List.of("SELECT", "SHOW VIEW", "TRIGGER", "EVENT", "PROCESS", "REPLICATION CLIENT");

    /// `FLUSH TABLES WITH READ LOCK` is allowed.
    boolean mayLockGlobally() {
        return grants.has("RELOAD") || grants.has("FLUSH_TABLES");
    }

    boolean mayLockForBackup() {
        return grants.has("BACKUP_ADMIN");
    }

    boolean mayListPreparedXa() {
        return grants.has("XA_RECOVER_ADMIN");
    }

    /// What a backup cannot do without and the account lacks, in the words of GRANT.
    ///
    /// @param writesBinaryLog whether the server has a binary log to search for DDL
    /// @param locksTables whether tables without transactions have to be locked
    List<String> missing(boolean writesBinaryLog, boolean locksTables) {
        List<String> missing = new ArrayList<>(grants.lacking(TO_SEE_EVERYTHING));
        if ((!mayLockGlobally() || locksTables) && !grants.has("LOCK TABLES")) {
            missing.add(locksTables ? "LOCK TABLES" : "RELOAD (or FLUSH_TABLES, or LOCK TABLES)");
        }
        if (!mayLockForBackup() && writesBinaryLog && !grants.has("REPLICATION SLAVE")) {
            missing.add("BACKUP_ADMIN (or REPLICATION SLAVE)");
        }
        grants.revokedOf(TO_SEE_EVERYTHING).forEach(revoke -> missing.add(revoke.toString()));
        return missing;
    }
}
