package io.holdfast.backup.physical;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.innodb.PageSize;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Goal: a file is copied again if DDL may have changed it in a way that its redo does not tell,
/// and only then.
final class TablespaceFileTest {
    private static final long UNDO = 0xFFFF_FFEFL;
    private static final TablespaceFile BEFORE = file("d/t.ibd", 7, 0x4021, 5, 0, "(1,2) 3", 100);

    private static TablespaceFile file(
            String path,
            long space,
            int flags,
            long nextSegment,
            long keySum,
            @Nullable String identity,
            long bytes) {
        return new TablespaceFile(
                Path.of("/data").resolve(path),
                path,
                null,
                space,
                flags,
                PageSize.plain(16 << 10),
                false,
                1,
                nextSegment,
                keySum,
                identity,
                bytes);
    }

    @Test
    void growthAndAnotherNameAreNoChange() {
        TablespaceFile now = file("other/u.ibd", 7, 0x4021, 5, 0, "(1,2) 3", 1000);
        assertThat(now.isStill(BEFORE)).isTrue();
        assertThat(now.name()).isEqualTo(BEFORE.name());
    }

    @Test
    void anotherFileOrTablespaceIsAChange() {
        assertThat(file("d/t.ibd", 7, 0x4021, 5, 0, "(1,2) 4", 100).isStill(BEFORE)).isFalse();
        assertThat(file("d/t.ibd", 8, 0x4021, 5, 0, "(1,2) 3", 100).isStill(BEFORE)).isFalse();
    }

    @Test
    void indexesKeysAndFlagsAreChanges() {
        assertThat(file("d/t.ibd", 7, 0x4021, 7, 0, "(1,2) 3", 100).isStill(BEFORE)).isFalse();
        assertThat(file("d/t.ibd", 7, 0x4021, 5, 9, "(1,2) 3", 100).isStill(BEFORE)).isFalse();
        assertThat(file("d/t.ibd", 7, 0x6021, 5, 0, "(1,2) 3", 100).isStill(BEFORE)).isFalse();
    }

    @Test
    void whereNothingTellsFilesApartNothingIsKnown() {
        TablespaceFile nameless = file("d/t.ibd", 7, 0x4021, 5, 0, null, 100);
        assertThat(nameless.isStill(nameless)).isFalse();
    }

    @Test
    void segmentsOfTransactionsAreNoIndexes() {
        TablespaceFile before = file("undo_001", UNDO, 0x2000, 5, 0, "(1,2) 3", 100);
        TablespaceFile now = file("undo_001", UNDO, 0x2000, 99, 0, "(1,2) 3", 100);
        assertThat(now.isStill(before)).isTrue();
    }
}
