package io.holdfast.cli.check;

import io.holdfast.cli.check.Finding.Level;
import io.holdfast.client.AccountGrants;
import io.holdfast.core.Text;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Decides what a server's state means for its protection. Pure: the same state gives the same
/// findings.
public final class Judge {
    /// What each verb needs at least, in the words of GRANT.
    private static final List<Need> NEEDS =
            List.of(
                    new Need(
                            "backup",
                            List.of(
                                    "SELECT",
                                    "SHOW VIEW",
                                    "TRIGGER",
                                    "EVENT",
                                    "PROCESS",
                                    "RELOAD",
                                    "LOCK TABLES",
                                    "REPLICATION CLIENT",
                                    "BACKUP_ADMIN")),
                    new Need("archive", List.of("REPLICATION SLAVE", "REPLICATION CLIENT")));

    /// Without these a backup still works, but otherwise.
    private static final List<String> HELPFUL = List.of("RELOAD", "LOCK TABLES", "BACKUP_ADMIN");

    private static final Duration CLOCK_SKEW_MAX = Duration.ofSeconds(2);
    private static final long RETENTION_SECONDS_MIN = 86_400;
    private static final long OTHER_ENGINE_BYTES_MAX = 64L << 20;

    private final ServerState state;
    private final List<Finding> findings = new ArrayList<>();

    private record Need(String verb, List<String> privileges) {}

    private Judge(ServerState state) {
        this.state = state;
    }

    /// Everything that there is to say, in the order in which a person would mend it.
    public static List<Finding> judge(ServerState state) {
        var judge = new Judge(state);
        judge.version();
        judge.grants();
        judge.xa();
        judge.binaryLog();
        judge.retention();
        judge.gtids();
        judge.durability();
        judge.encryption();
        judge.tables();
        judge.pageTracking();
        judge.clock();
        judge.surroundings();
        return List.copyOf(judge.findings);
    }

    private void version() {
        String version = state.version();
        if (version.toLowerCase(Locale.ROOT).contains("mariadb")) {
            block(
                    "version",
                    "the server is " + version,
                    "MariaDB's binary log, GTIDs and dictionary differ; Holdfast would not understand them",
                    "Protect it with mariabackup.");
        } else if (isOlderThan8030(version)) {
            block(
                    "version",
                    "the server is MySQL " + version,
                    "Holdfast supports 8.0.30 and later",
                    "Upgrade to 8.0.30 or later, best to a long-term release.");
        } else {
            good("version", "MySQL " + version);
        }
    }

    private static boolean isOlderThan8030(String version) {
        String[] parts = version.split("[.-]", 4);
        if (parts.length < 3) {
            return false;
        }
        try {
            int major = Integer.parseInt(parts[0]);
            int minor = Integer.parseInt(parts[1]);
            int patch = Integer.parseInt(parts[2]);
            return major < 8 || (major == 8 && minor == 0 && patch < 30);
        } catch (NumberFormatException _) {
            return false;
        }
    }

    private void grants() {
        AccountGrants grants = state.grants();
        for (Need need : NEEDS) {
            String subject = "grants for " + need.verb();
            List<String> lacking = grants.lacking(need.privileges());
            List<AccountGrants.Revoke> revoked = grants.revokedOf(need.privileges());
            if (lacking.isEmpty() && revoked.isEmpty()) {
                good(subject, "the account has all that is needed");
            }
            if (!lacking.isEmpty()) {
                boolean works = HELPFUL.containsAll(lacking) && worksWithout(lacking);
                add(
                        works ? Level.WARNING : Level.BLOCKER,
                        subject,
                        "the account lacks " + String.join(", ", lacking),
                        works
                                ? "the backup takes other, slower ways to one consistent moment"
                                : "'holdfast "
                                        + need.verb()
                                        + "' would be refused, or would not see everything",
                        "GRANT "
                                + String.join(", ", lacking)
                                + " ON *.* TO "
                                + grants.account()
                                + ";");
            }
            for (AccountGrants.Revoke revoke : revoked) {
                add(
                        Level.BLOCKER,
                        subject,
                        "a partial revoke takes away " + revoke,
                        "what the account may not see would be missing from backups",
                        "GRANT " + revoke + " TO " + grants.account() + ";");
            }
        }
    }

    private void xa() {
        AccountGrants grants = state.grants();
        if (!grants.has("XA_RECOVER_ADMIN")) {
            add(
                    Level.NOTE,
                    "XA transactions",
                    "the account lacks XA_RECOVER_ADMIN",
                    "a logical backup does not see those that are prepared; where there are any, it would miss them",
                    "GRANT XA_RECOVER_ADMIN ON *.* TO " + grants.account() + ";");
        }
    }

    /// One of the ways to a consistent moment is open: a global lock or locks on tables, and DDL
    /// kept out or found in the log afterwards.
    private boolean worksWithout(List<String> lacking) {
        boolean locks = !lacking.contains("RELOAD") || !lacking.contains("LOCK TABLES");
        boolean noDdl =
                !lacking.contains("BACKUP_ADMIN") || state.grants().has("REPLICATION SLAVE");
        return locks && noDdl;
    }

    private void binaryLog() {
        if (!state.isOn("log_bin")) {
            block(
                    "log_bin",
                    "the server writes no binary log",
                    "backups work, but nothing between two of them can be recovered",
                    "In the server's option file: [mysqld] log_bin=binlog; then restart it.");
            return;
        }
        good("log_bin", "ON");
        if (!state.variable("binlog_format").isEmpty()
                && !state.variable("binlog_format").equalsIgnoreCase("ROW")) {
            block(
                    "binlog_format",
                    "is " + state.variable("binlog_format"),
                    "statements replayed later can give other rows than they gave at first",
                    "SET PERSIST binlog_format = 'ROW'; sessions that are connected keep the old format.");
        } else {
            good("binlog_format", "ROW");
        }
        if (!state.variable("binlog_row_image").equalsIgnoreCase("FULL")) {
            add(
                    Level.NOTE,
                    "binlog_row_image",
                    "is " + state.variable("binlog_row_image"),
                    "recovery works; undoing single transactions needs the full rows",
                    "SET PERSIST binlog_row_image = 'FULL';");
        }
        largeEvents();
        if (!state.variable("binlog_row_value_options").isEmpty()) {
            add(
                    Level.NOTE,
                    "binlog_row_value_options",
                    "is " + state.variable("binlog_row_value_options"),
                    "recovery works; undoing single transactions needs whole JSON values",
                    "SET PERSIST binlog_row_value_options = '';");
        }
        if (!state.variable("binlog_checksum").equalsIgnoreCase("CRC32")) {
            add(
                    Level.WARNING,
                    "binlog_checksum",
                    "is " + state.variable("binlog_checksum"),
                    "a flipped bit between the server's memory and the archive is not found",
                    "SET PERSIST binlog_checksum = 'CRC32';");
        }
        for (String filter : List.of("binlog_do_db", "binlog_ignore_db")) {
            if (!state.variable(filter).isEmpty()) {
                block(
                        filter,
                        "is " + state.variable(filter),
                        "changes that the log leaves out can never be recovered",
                        "Take " + filter + " out of the server's option file and restart it.");
            }
        }
    }

    private void largeEvents() {
        long packetBytes = state.number("max_allowed_packet");
        if (state.largeColumnCount() > 0
                && ServerState.canExceedEvent(state.variable("binlog_row_image"), packetBytes)) {
            add(
                    Level.WARNING,
                    "max_allowed_packet",
                    Text.format(
                            "is %s, with binlog_row_image=FULL and %d columns for values so large",
                            Text.bytes(packetBytes), state.largeColumnCount()),
                    "changing a value of more than half a GiB makes a log event above 1 GiB, which a server sends to"
                            + " no replica and no archive",
                    "SET PERSIST binlog_row_image = 'NOBLOB'; or SET PERSIST max_allowed_packet = 524288000;");
        }
    }

    private void retention() {
        if (!state.isOn("log_bin")) {
            return;
        }
        long seconds = state.number("binlog_expire_logs_seconds");
        if (seconds == 0 || !automaticPurge()) {
            add(
                    Level.NOTE,
                    "binlog retention",
                    "the server never purges its binary log by itself",
                    "nothing is lost before it is archived, but its disk fills",
                    "SET PERSIST binlog_expire_logs_seconds = 259200;");
        } else if (seconds < RETENTION_SECONDS_MIN) {
            add(
                    Level.WARNING,
                    "binlog retention",
                    Text.format("the server purges logs after %d s", seconds),
                    "an archiver that is down for longer finds a gap, and a new backup is needed",
                    "SET PERSIST binlog_expire_logs_seconds = 259200;");
        } else {
            good("binlog retention", Text.format("%.1f days", seconds / 86_400.0));
        }
    }

    private boolean automaticPurge() {
        return state.variable("binlog_expire_logs_auto_purge").isEmpty()
                || state.isOn("binlog_expire_logs_auto_purge");
    }

    private void gtids() {
        if (state.isOn("gtid_mode")) {
            good("gtid_mode", "ON");
        } else {
            add(
                    Level.WARNING,
                    "gtid_mode",
                    "is "
                            + (state.variable("gtid_mode").isEmpty()
                                    ? "unknown"
                                    : state.variable("gtid_mode")),
                    "recovery goes by file and position; the archive cannot follow a failover",
                    "SET PERSIST enforce_gtid_consistency = ON; then gtid_mode = OFF_PERMISSIVE, ON_PERMISSIVE, ON,"
                            + " one after the other.");
        }
    }

    private void durability() {
        if (state.isOn("log_bin") && state.number("sync_binlog") != 1) {
            add(
                    Level.WARNING,
                    "sync_binlog",
                    "is " + state.variable("sync_binlog"),
                    "after a crash of the machine the server may have forgotten transactions that were archived; the"
                            + " archive then begins a new history",
                    "SET PERSIST sync_binlog = 1;");
        }
        if (state.number("innodb_flush_log_at_trx_commit") != 1) {
            add(
                    Level.WARNING,
                    "innodb_flush_log_at_trx_commit",
                    "is " + state.variable("innodb_flush_log_at_trx_commit"),
                    "after a crash of the machine committed transactions may be missing on the server",
                    "SET PERSIST innodb_flush_log_at_trx_commit = 1;");
        }
    }

    private void encryption() {
        boolean logs = state.isOn("binlog_encryption");
        boolean hasKeyring =
                state.keyring().equalsIgnoreCase("Active")
                        || state.keyring().equalsIgnoreCase("ACTIVE");
        if (state.encryptedCount() > 0 || logs) {
            add(
                    Level.WARNING,
                    "encryption",
                    Text.format(
                            "%d encrypted tables, tablespaces or databases%s",
                            state.encryptedCount(), logs ? ", encrypted binary log" : ""),
                    "logical backups and the archive hold them decrypted, protected by the repository's own place",
                    hasKeyring
                            ? "Keep the repository on an encrypted disk; a restored server needs a keyring of its own."
                            : "The server has encrypted data but no active keyring: mend that first.");
        }
    }

    private void tables() {
        if (state.withoutKeyCount() > 0) {
            add(
                    Level.WARNING,
                    "tables without primary key",
                    Text.format(
                            "%d: %s%s",
                            state.withoutKeyCount(),
                            String.join(", ", state.withoutKey()),
                            state.withoutKeyCount() > state.withoutKey().size() ? ", …" : ""),
                    "one thread reads each; replaying an update or delete may scan the table for every row",
                    "ALTER TABLE … ADD COLUMN my_row_id BIGINT UNSIGNED AUTO_INCREMENT INVISIBLE PRIMARY KEY;");
        }
        if (!state.otherEngines().isEmpty()) {
            boolean tooLarge = state.otherEngineBytes() > OTHER_ENGINE_BYTES_MAX;
            add(
                    tooLarge ? Level.BLOCKER : Level.WARNING,
                    "tables without transactions",
                    String.join(", ", state.otherEngines()),
                    tooLarge
                            ? "they are too large to be read while writers wait, so a backup would refuse them"
                            : "writers wait while those whose rows last are read; MEMORY and the like are kept as"
                                    + " schema only",
                    "ALTER TABLE … ENGINE = InnoDB; or 'holdfast backup --allow-inconsistent DB.TABLE'");
        }
    }

    /// The component that lists changed pages shows by its variable.
    private void pageTracking() {
        if (!state.variables().containsKey("mysqlbackup.backupid")) {
            add(
                    Level.NOTE,
                    "page tracking",
                    "the server keeps no list of changed pages",
                    "an incremental backup of its files reads all pages to find those that changed",
                    "INSTALL COMPONENT 'file://component_mysqlbackup'; if the server comes with it.");
        } else if (!state.grants().has("SYSTEM_VARIABLES_ADMIN")) {
            add(
                    Level.NOTE,
                    "page tracking",
                    "the account may not ask for the list of changed pages",
                    "an incremental backup of its files reads all pages to find those that changed",
                    "GRANT SYSTEM_VARIABLES_ADMIN ON *.* TO " + state.grants().account() + ";");
        } else {
            good("page tracking", "the server lists changed pages");
        }
    }

    private void clock() {
        Duration ahead = state.clockAhead();
        if (ahead.abs().compareTo(CLOCK_SKEW_MAX) > 0) {
            add(
                    Level.WARNING,
                    "clock",
                    Text.format(
                            "the server's clock is %.1f s %s ours",
                            ahead.abs().toMillis() / 1000.0,
                            ahead.isNegative() ? "behind" : "ahead of"),
                    "a recovery to a time means the server's clock, not yours",
                    "Let both machines follow the same time service.");
        } else {
            good("clock", Text.format("within %d ms of ours", Math.max(1, ahead.abs().toMillis())));
        }
    }

    private void surroundings() {
        if (state.isReplica()) {
            add(
                    Level.NOTE,
                    "replica",
                    "the server follows another one",
                    "a good place to back up from; times are those of the original commits",
                    "");
            if (state.isOn("log_bin") && !state.isOn("log_replica_updates")) {
                block(
                        "log_replica_updates",
                        "is OFF",
                        "what comes from the source is not in this server's log and cannot be archived here",
                        "In the server's option file: [mysqld] log_replica_updates=ON; then restart it.");
            }
        }
        if (state.usesGroupReplication()) {
            add(
                    Level.NOTE,
                    "group replication",
                    "the server is a member of a group",
                    "archive from one member; GTIDs let the archive go on with another",
                    "");
        }
    }

    private void good(String subject, String what) {
        findings.add(Finding.good(subject, what));
    }

    private void block(String subject, String what, String means, String remedy) {
        add(Level.BLOCKER, subject, what, means, remedy);
    }

    private void add(Level level, String subject, String what, String means, String remedy) {
        findings.add(new Finding(level, subject, what, means, remedy));
    }
}
