package io.holdfast.recovery.physical;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/// Goal: exactly the files of one table are found by their names.
final class TableFilesTest {
    @Test
    void namesAreEncodedAsTheServerDoes() {
        assertThat(TableFiles.encoded("Orders_2")).isEqualTo("Orders_2");
        assertThat(TableFiles.encoded("or-ders$")).isEqualTo("or@002dders@0024");
        assertThat(TableFiles.encoded("t#p#p0")).isEqualTo("t@0023p@0023p0");
    }

    @Test
    void partitionsBelongToTheirTableAndNothingElseDoes() {
        assertThat(TableFiles.isOf("d/t", "d/t.ibd")).isTrue();
        assertThat(TableFiles.isOf("d/t", "d/t#p#p0.ibd")).isTrue();
        assertThat(TableFiles.isOf("d/t", "d/t#p#p0#sp#s1.ibd")).isTrue();
        assertThat(TableFiles.isOf("d/t", "d/t2.ibd")).isFalse();
        assertThat(TableFiles.isOf("d/t", "d2/t.ibd")).isFalse();
        assertThat(TableFiles.isOf("d/t", "d/t@0023p@0023p0.ibd")).isFalse();
        assertThat(TableFiles.isOf("d/t", "d/t_1.sdi")).isFalse();
    }
}
