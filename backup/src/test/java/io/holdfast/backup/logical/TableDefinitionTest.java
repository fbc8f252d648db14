package io.holdfast.backup.logical;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.repository.logical.SqlText;
import org.junit.jupiter.api.Test;

class TableDefinitionTest {
    @Test
    void onlyTheCounterIsLeftOut() {
        String shown =
                """
                CREATE TABLE `t` (
                  `id` int NOT NULL AUTO_INCREMENT COMMENT ' AUTO_INCREMENT=7',
                  PRIMARY KEY (`id`)
                ) ENGINE=InnoDB AUTO_INCREMENT=42 DEFAULT CHARSET=utf8mb4 COMMENT=' AUTO_INCREMENT=8'\
                """;
        assertThat(new String(TableDefinition.withoutCounter(SqlText.of(shown)), UTF_8))
                .isEqualTo(shown.replace(" AUTO_INCREMENT=42", ""));
    }

    @Test
    void aTableWithoutCounterStaysAsItIs() {
        String shown = "CREATE TABLE `t` (\n  `id` int\n) ENGINE=InnoDB";
        assertThat(TableDefinition.withoutCounter(SqlText.of(shown)))
                .isEqualTo(shown.getBytes(UTF_8));
    }
}
