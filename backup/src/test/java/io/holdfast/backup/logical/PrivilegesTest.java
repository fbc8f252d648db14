package io.holdfast.backup.logical;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class PrivilegesTest {
    private static final String SEE =
            "GRANT SELECT, PROCESS, REPLICATION CLIENT, SHOW VIEW, EVENT, TRIGGER ON *.* TO `b`@`%`";

    @Test
    void theDocumentedGrantsSuffice() {
        var all =
                Privileges.parse(
                        List.of(
                                SEE,
                                "GRANT RELOAD, LOCK TABLES ON *.* TO `b`@`%`",
                                "GRANT BACKUP_ADMIN,XA_RECOVER_ADMIN ON *.* TO `b`@`%` WITH GRANT OPTION"));
        assertThat(all.missing(true, true)).isEmpty();
        assertThat(all.mayLockGlobally()).isTrue();
        assertThat(all.mayLockForBackup()).isTrue();
    }

    @Test
    void eachPrivilegeThatLacksIsNamed() {
        assertThat(Privileges.parse(List.of("GRANT USAGE ON *.* TO `b`@`%`")).missing(true, false))
                .containsExactly(
                        "SELECT",
                        "SHOW VIEW",
                        "TRIGGER",
                        "EVENT",
                        "PROCESS",
                        "REPLICATION CLIENT",
                        "RELOAD (or FLUSH_TABLES, or LOCK TABLES)",
                        "BACKUP_ADMIN (or REPLICATION SLAVE)");
    }

    @Test
    void grantsOnOneSchemaAreNotGrantsOnAll() {
        var some = Privileges.parse(List.of("GRANT SELECT ON `shop`.* TO `b`@`%`"));
        assertThat(some.missing(false, false)).contains("SELECT");
    }

    @Test
    void aPartialRevokeHidesASchemaAndIsNamed() {
        var revoked =
                Privileges.parse(
                        List.of(
                                SEE,
                                "GRANT FLUSH_TABLES,BACKUP_ADMIN ON *.* TO `b`@`%`",
                                "REVOKE INSERT, SELECT ON `shop`.* FROM `b`@`%`"));
        assertThat(revoked.missing(true, false)).containsExactly("SELECT on shop");
    }

    @Test
    void tablesWithoutTransactionsNeedLockTables() {
        var some =
                Privileges.parse(List.of(SEE, "GRANT FLUSH_TABLES,BACKUP_ADMIN ON *.* TO `b`@`%`"));
        assertThat(some.missing(true, false)).isEmpty();
        assertThat(some.missing(true, true)).containsExactly("LOCK TABLES");
    }
}
