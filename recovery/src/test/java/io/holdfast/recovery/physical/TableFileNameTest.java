package io.holdfast.recovery.physical;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.core.TableName;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Goal: exactly the files of one table are found by their names. The names of letters beyond ASCII
/// are those that a MySQL 9.7.4 gave its files.
final class TableFileNameTest {
    private static @Nullable String stem(String table, String path) {
        return new TableFileName(new TableName("d", table)).stem(path);
    }

    @Test
    void namesAreThoseThatTheServerGives() {
        assertThat(stem("Orders_2", "d/Orders_2.ibd")).isEqualTo("d/Orders_2");
        assertThat(stem("or-ders$", "d/or@002dders@0024.ibd")).isEqualTo("d/or@002dders@0024");
        assertThat(stem("or-ders$", "d/or-ders$.ibd")).isNull();
        assertThat(stem("t#p#p0", "d/t@0023p@0023p0.ibd")).isNotNull();
        assertThat(stem("con", "d/con@@@.ibd")).isNotNull();
        assertThat(stem("b\u00fccher", "d/b@1ocher.ibd")).isEqualTo("d/b@1ocher");
        assertThat(stem("\u4e2d", "d/@4e2d.ibd")).isNotNull();
        assertThat(stem("\u03ae", "d/@h0.ibd")).isNotNull();
        assertThat(stem("p\u20ac", "d/p@20ac#p#p1.ibd")).isEqualTo("d/p@20ac");
        assertThat(stem("\u4e2d", "d/@4e2e.ibd")).isNull();
    }

    /// Only the server's own tables tell one letter from another.
    @Test
    void moreThanOneTableMayFit() {
        assertThat(stem("b\u00fccher", "d/b@0ocher.ibd")).isEqualTo("d/b@0ocher");
        assertThat(stem("b\u00fccher", "d/bucher.ibd")).isNull();
    }

    @Test
    void partitionsBelongToTheirTableAndNothingElseDoes() {
        assertThat(stem("t", "d/t.ibd")).isEqualTo("d/t");
        assertThat(stem("t", "d/t#p#p0.ibd")).isEqualTo("d/t");
        assertThat(stem("t", "d/t#p#p0#sp#s1.ibd")).isEqualTo("d/t");
        assertThat(stem("t", "d/t2.ibd")).isNull();
        assertThat(stem("t", "d2/t.ibd")).isNull();
        assertThat(stem("t", "d/t@0023p@0023p0.ibd")).isNull();
        assertThat(stem("t", "d/t_1.sdi")).isNull();
    }
}
