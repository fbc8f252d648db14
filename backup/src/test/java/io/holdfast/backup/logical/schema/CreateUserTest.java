package io.holdfast.backup.logical.schema;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CreateUserTest {
    private static final AccountName ACCOUNT = new AccountName("u", "h");

    @Test
    void defaultRolesAreLeftOutBecauseTheRolesMayNotExistYet() {
        assertThat(
                        CreateUser.statements(
                                ACCOUNT,
                                "CREATE USER `u`@`h` IDENTIFIED WITH 'x' AS 0xAB DEFAULT ROLE"
                                        + " `r``,1`@`%`,`r2`@`%` REQUIRE NONE",
                                "x",
                                null))
                .containsExactly("CREATE USER `u`@`h` IDENTIFIED WITH 'x' AS 0xAB REQUIRE NONE");
    }

    @Test
    void whatStandsInQuotesIsNoClause() {
        String shown =
                "CREATE USER ` DEFAULT ROLE `@`h` IDENTIFIED WITH 'x' REQUIRE NONE ATTRIBUTE"
                        + " '{\\\"a\\\": \\\"it''s DEFAULT ROLE `r`\\\"}'";
        assertThat(CreateUser.statements(ACCOUNT, shown, "x", null)).containsExactly(shown);
    }

    @Test
    void theSecondPasswordIsSetFirstAndRetained() {
        assertThat(
                        CreateUser.statements(
                                ACCOUNT,
                                "CREATE USER `u`@`h` IDENTIFIED WITH 'x' AS 0xAB REQUIRE NONE"
                                        + " PASSWORD EXPIRE ACCOUNT UNLOCK",
                                "x",
                                "CD"))
                .containsExactly(
                        "CREATE USER `u`@`h` IDENTIFIED WITH 'x' AS 0xCD REQUIRE NONE PASSWORD"
                                + " EXPIRE ACCOUNT UNLOCK",
                        "ALTER USER 'u'@'h' IDENTIFIED WITH 'x' AS 0xAB RETAIN CURRENT PASSWORD",
                        "ALTER USER 'u'@'h' PASSWORD EXPIRE");
    }

    @Test
    void theShapeOfAStatementHasNoNames() {
        assertThat(QuotedSql.shape("CREATE DEFINER=`a``b`@`%` VIEW `x` AS select 'it\\'s'"))
                .isEqualTo("CREATE DEFINER=Q@Q VIEW Q AS select Q");
    }
}
