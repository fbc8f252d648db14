package io.holdfast.backup.logical;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.client.AccountGrants;
import java.util.List;
import org.junit.jupiter.api.Test;

class PrivilegesTest {
    private static final String SEE =
            "GRANT SELECT, PROCESS, REPLICATION CLIENT, SHOW VIEW, EVENT, TRIGGER ON *.* TO `b`@`%`";

    private static Privileges of(List<String> grants) {
        return new Privileges(AccountGrants.parse("`b`@`%`", grants));
    }

    @Test
    void theDocumentedGrantsSuffice() {
        var all =
                of(
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
        assertThat(of(List.of("GRANT USAGE ON *.* TO `b`@`%`")).missing(true, false))
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
    void aPartialRevokeHidesASchemaAndIsNamed() {
        var revoked =
                of(
                        List.of(
                                SEE,
                                "GRANT FLUSH_TABLES,BACKUP_ADMIN ON *.* TO `b`@`%`",
                                "REVOKE INSERT, SELECT ON `shop`.* FROM `b`@`%`"));
        assertThat(revoked.missing(true, false)).containsExactly("SELECT ON `shop`.*");
    }

    @Test
    void tablesWithoutTransactionsNeedLockTables() {
        var some = of(List.of(SEE, "GRANT FLUSH_TABLES,BACKUP_ADMIN ON *.* TO `b`@`%`"));
        assertThat(some.missing(true, false)).isEmpty();
        assertThat(some.missing(true, true)).containsExactly("LOCK TABLES");
    }
}
