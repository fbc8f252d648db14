package io.holdfast.recovery.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.repository.logical.SqlText;
import org.junit.jupiter.api.Test;

class InheritedCollationsTest {
    @Test
    void onlyWhatAColumnInheritsIsLeftOut() {
        assertThat(
                        leaveOut(
                                """
                                CREATE TABLE `a` (
                                  `v` varchar(9) COLLATE utf8mb4_bin DEFAULT 'x',
                                  `w` char(1) CHARACTER SET latin1 COLLATE latin1_bin NOT NULL
                                ) DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin\
                                """))
                .isEqualTo(
                        """
                        CREATE TABLE `a` (
                          `v` varchar(9) DEFAULT 'x',
                          `w` char(1) CHARACTER SET latin1 COLLATE latin1_bin NOT NULL
                        ) DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin\
                        """);
    }

    @Test
    void quotesAndExpressionsAreLeftAlone() {
        String sql =
                "CREATE TABLE `a COLLATE b` (`c COLLATE d``(` int COMMENT 'x'' COLLATE y\\' COLLATE z',"
                        + " `e` enum(' COLLATE f',') COLLATE g'), `h` int GENERATED ALWAYS AS ((`i` COLLATE j)))";
        assertThat(leaveOut(sql)).isEqualTo(sql);
    }

    @Test
    void bytesOfOtherCharacterSetsComeThrough() {
        byte[] bytes = {'(', '`', 'a', '`', ' ', '\'', (byte) 0xDF, '\'', ')'};
        assertThat(InheritedCollations.leaveOut(SqlText.of(bytes)).bytes()).isEqualTo(bytes);
    }

    private static String leaveOut(String sql) {
        return InheritedCollations.leaveOut(SqlText.of(sql)).readable();
    }
}
