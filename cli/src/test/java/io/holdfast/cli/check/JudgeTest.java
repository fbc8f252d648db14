package io.holdfast.cli.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.cli.check.Finding.Level;
import io.holdfast.client.AccountGrants;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class JudgeTest {
    private static final Map<String, String> GOOD =
            Map.of(
                    "log_bin", "ON",
                    "binlog_format", "ROW",
                    "binlog_row_image", "FULL",
                    "binlog_checksum", "CRC32",
                    "binlog_expire_logs_seconds", "2592000",
                    "gtid_mode", "ON",
                    "sync_binlog", "1",
                    "innodb_flush_log_at_trx_commit", "1");

    @Test
    void aServerAsItIsInstalledIsProtectable() {
        assertThat(Judge.judge(state("9.7.4", all(), GOOD)))
                .allMatch(finding ->
                        finding.level() == Level.GOOD || finding.subject().equals("page tracking"));
    }

    @Test
    void whereChangedPagesAreListedIsSaid() {
        assertThat(level("any", "", "page tracking")).isEqualTo(Level.NOTE);
        assertThat(level("mysqlbackup.backupid", "", "page tracking")).isEqualTo(Level.GOOD);
        Map<String, String> variables = new HashMap<>(GOOD);
        variables.put("mysqlbackup.backupid", "");
        String most =
                "GRANT SELECT, SHOW VIEW, TRIGGER, EVENT, PROCESS, RELOAD, LOCK TABLES, REPLICATION"
                        + " CLIENT, REPLICATION SLAVE, BACKUP_ADMIN ON *.* TO `b`@`h`";
        String xa = "GRANT XA_RECOVER_ADMIN ON *.* TO `b`@`h`;";
        assertThat(
                        Judge.judge(
                                state(
                                        "9.7.4",
                                        AccountGrants.parse("`b`@`h`", List.of(most)),
                                        variables)))
                .filteredOn(finding -> finding.level() != Level.GOOD)
                .extracting(Finding::remedy)
                .containsExactly(xa, "GRANT SYSTEM_VARIABLES_ADMIN ON *.* TO `b`@`h`;");
    }

    @Test
    void eachMissingPrivilegeIsNamedWithItsGrant() {
        AccountGrants grants =
                AccountGrants.parse(
                        "`bk`@`%`", List.of("GRANT SELECT, PROCESS ON *.* TO `bk`@`%`"));
        assertThat(Judge.judge(state("8.4.0", grants, GOOD)))
                .filteredOn(finding -> finding.level() == Level.BLOCKER)
                .extracting(Finding::remedy)
                .contains("GRANT REPLICATION SLAVE, REPLICATION CLIENT ON *.* TO `bk`@`%`;")
                .anyMatch(remedy -> remedy.contains("SHOW VIEW") && !remedy.contains("SELECT,"));
    }

    @Test
    void withoutBackupAdminTheLogMustBeReadable() {
        String most =
                "GRANT SELECT, SHOW VIEW, TRIGGER, EVENT, PROCESS, RELOAD, LOCK TABLES, REPLICATION CLIENT";
        assertThat(backupLevel(most + " ON *.* TO `b`@`h`")).isEqualTo(Level.BLOCKER);
        assertThat(backupLevel(most + ", REPLICATION SLAVE ON *.* TO `b`@`h`"))
                .isEqualTo(Level.WARNING);
    }

    private static Level backupLevel(String grant) {
        return Judge.judge(state("9.7.4", AccountGrants.parse("`b`@`h`", List.of(grant)), GOOD))
                .stream()
                .filter(finding -> finding.subject().equals("grants for backup"))
                .findFirst()
                .orElseThrow()
                .level();
    }

    @Test
    void aPartialRevokeHidesRowsAndBlocks() {
        AccountGrants grants =
                AccountGrants.parse(
                        "`b`@`h`",
                        List.of(
                                "GRANT ALL PRIVILEGES ON *.* TO `b`@`h`",
                                "REVOKE SELECT, DELETE ON `shop`.* FROM `b`@`h`"));
        assertThat(Judge.judge(state("9.7.4", grants, GOOD)))
                .filteredOn(finding -> finding.level() == Level.BLOCKER)
                .extracting(Finding::remedy)
                .containsExactly("GRANT SELECT ON `shop`.* TO `b`@`h`;");
    }

    @Test
    void whatMakesRecoveryImpossibleBlocks() {
        assertThat(level("log_bin", "OFF", "log_bin")).isEqualTo(Level.BLOCKER);
        assertThat(level("binlog_format", "STATEMENT", "binlog_format")).isEqualTo(Level.BLOCKER);
        assertThat(level("binlog_ignore_db", "shop", "binlog_ignore_db")).isEqualTo(Level.BLOCKER);
    }

    @Test
    void whatMayLoseSomethingWarns() {
        assertThat(level("sync_binlog", "0", "sync_binlog")).isEqualTo(Level.WARNING);
        assertThat(level("gtid_mode", "OFF", "gtid_mode")).isEqualTo(Level.WARNING);
        assertThat(level("binlog_expire_logs_seconds", "600", "binlog retention"))
                .isEqualTo(Level.WARNING);
        assertThat(level("binlog_row_image", "MINIMAL", "binlog_row_image")).isEqualTo(Level.NOTE);
    }

    @Test
    void aServerThatCanWriteEventsWhichItCannotSendWarns() {
        assertThat(level("max_allowed_packet", "1073741824", "max_allowed_packet"))
                .isEqualTo(Level.WARNING);
        for (Map<String, String> harmless :
                List.of(
                        Map.of("max_allowed_packet", "524288000"),
                        Map.of("max_allowed_packet", "1073741824", "binlog_row_image", "NOBLOB"))) {
            Map<String, String> variables = new HashMap<>(GOOD);
            variables.putAll(harmless);
            assertThat(Judge.judge(state("9.7.4", all(), variables)))
                    .noneMatch(finding -> finding.subject().equals("max_allowed_packet"));
        }
    }

    @Test
    void oldServersAndMariaDbAreRefused() {
        for (String version : List.of("5.7.44", "8.0.29", "11.4.2-MariaDB-log")) {
            assertThat(Judge.judge(state(version, all(), GOOD)).getFirst().level())
                    .isEqualTo(Level.BLOCKER);
        }
        for (String version : List.of("8.0.30-0ubuntu1", "8.4.0", "9.7.4-2", "26.7.0")) {
            assertThat(Judge.judge(state(version, all(), GOOD)).getFirst().level())
                    .isEqualTo(Level.GOOD);
        }
    }

    private static Level level(String variable, String value, String subject) {
        Map<String, String> variables = new HashMap<>(GOOD);
        variables.put(variable, value);
        return Judge.judge(state("9.7.4", all(), variables)).stream()
                .filter(finding -> finding.subject().equals(subject))
                .findFirst()
                .orElseThrow()
                .level();
    }

    private static AccountGrants all() {
        return AccountGrants.parse(
                "`root`@`%`", List.of("GRANT ALL PRIVILEGES ON *.* TO `root`@`%`"));
    }

    private static ServerState state(
            String version, AccountGrants grants, Map<String, String> variables) {
        return new ServerState(
                "db",
                version,
                grants,
                variables,
                Duration.ZERO,
                0,
                List.of(),
                0,
                List.of(),
                0,
                0,
                "",
                3,
                false,
                false);
    }
}
