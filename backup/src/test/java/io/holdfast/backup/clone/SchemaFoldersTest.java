package io.holdfast.backup.clone;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/// Expected values are folders that MySQL 9.7.4 made.
final class SchemaFoldersTest {
    @Test
    void aNameIsSpelledAsTheServerSpellsIt() {
        assertThat(SchemaFolders.spelled("shop_2")).isEqualTo("shop_2");
        assertThat(SchemaFolders.spelled("a b$c")).isEqualTo("a@0020b@0024c");
        assertThat(SchemaFolders.spelled("€x")).isEqualTo("@20acx");
        assertThat(SchemaFolders.spelled("日本")).isEqualTo("@65e5@672c");
    }

    @Test
    void whatOnlyTheServerCanSpellIsNotGuessed() {
        assertThat(SchemaFolders.spelled("kö-ln")).isNull();
        assertThat(SchemaFolders.spelled("Москва")).isNull();
        assertThat(SchemaFolders.spelled("CON")).isNull();
        assertThat(SchemaFolders.spelled("console")).isEqualTo("console");
    }
}
