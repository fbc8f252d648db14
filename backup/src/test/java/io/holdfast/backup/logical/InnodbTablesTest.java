package io.holdfast.backup.logical;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.core.TableName;
import org.junit.jupiter.api.Test;

class InnodbTablesTest {
    /// The names on the left are what MySQL 9.7.4 showed in `INNODB_TABLES`.
    @Test
    void namesAreFoundAsFilesAreNamed() {
        assertThat(matches("shop/orders", "shop", "orders")).isTrue();
        assertThat(matches("a@002db@002e@1o/T_xy", "a-b.ü", "T_xy")).isTrue();
        assertThat(matches("a@002db@002e@1o/T_x@0023p@0023#p#p0", "a-b.ü", "T_x#p#")).isTrue();
        assertThat(matches("shop/orders#P#p2026", "shop", "orders")).isTrue();
    }

    @Test
    void otherTablesAreNotMistaken() {
        assertThat(matches("shop/orders2", "shop", "orders")).isFalse();
        assertThat(matches("shop2/orders", "shop", "orders")).isFalse();
        assertThat(matches("shop/orders@0023p", "shop", "orders")).isFalse();
    }

    private static boolean matches(String inFiles, String schema, String table) {
        return InnodbTables.inFiles(new TableName(schema, table)).matcher(inFiles).matches();
    }
}
