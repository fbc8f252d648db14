package io.holdfast.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.client.AccountGrants.Revoke;
import java.util.List;
import org.junit.jupiter.api.Test;

class AccountGrantsTest {
    private static AccountGrants of(String... lines) {
        return AccountGrants.parse("`b`@`%`", List.of(lines));
    }

    @Test
    void staticAndDynamicPrivilegesComeOnLinesOfTheirOwn() {
        AccountGrants grants =
                of(
                        "GRANT SELECT, REPLICATION CLIENT ON *.* TO `b`@`%`",
                        "GRANT BACKUP_ADMIN,XA_RECOVER_ADMIN ON *.* TO `b`@`%` WITH GRANT OPTION");
        assertThat(grants.lacking(List.of("RELOAD", "SELECT", "XA_RECOVER_ADMIN", "EVENT")))
                .containsExactly("RELOAD", "EVENT");
        assertThat(grants.has("REPLICATION CLIENT")).isTrue();
    }

    @Test
    void allPrivilegesHoldEach() {
        assertThat(of("GRANT ALL PRIVILEGES ON *.* TO `b`@`%`").lacking(List.of("SELECT")))
                .isEmpty();
    }

    @Test
    void grantsOnOneSchemaAreNotGrantsOnAll() {
        assertThat(of("GRANT SELECT ON `shop`.* TO `b`@`%`").has("SELECT")).isFalse();
        assertThat(of("GRANT SELECT ON `*`.* TO `b`@`%`").has("SELECT")).isFalse();
    }

    @Test
    void aPartialRevokeIsNamedAsSqlSpellsIt() {
        AccountGrants grants = of("REVOKE INSERT, SELECT ON `a``b`.* FROM `b`@`%`");
        assertThat(grants.revokedOf(List.of("SELECT", "EVENT")))
                .containsExactly(new Revoke("SELECT", "a`b"))
                .extracting(Revoke::toString)
                .containsExactly("SELECT ON `a``b`.*");
    }

    @Test
    void grantsOnTheServerAndOnASchemaCountOnIt() {
        AccountGrants grants =
                of(
                        "GRANT SELECT, INSERT ON *.* TO `b`@`%`",
                        "GRANT CREATE ON `my\\_shop`.* TO `b`@`%`",
                        "GRANT ALL PRIVILEGES ON `own`.* TO `b`@`%`",
                        "REVOKE INSERT ON `my_shop`.* FROM `b`@`%`");
        List<String> wanted = List.of("SELECT", "INSERT", "CREATE", "DROP");
        assertThat(grants.lackingOn("my_shop", wanted)).containsExactly("INSERT", "DROP");
        assertThat(grants.lackingOn("own", wanted)).isEmpty();
        assertThat(grants.lackingOn("else", wanted)).containsExactly("CREATE", "DROP");
    }
}
