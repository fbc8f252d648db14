package io.holdfast.core;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/// The names are those that a MySQL 9.7.4 gave its files.
final class FileNameLettersTest {
    @Test
    void namesAreReadWhereTheServersTablesAreNotNeeded() {
        assertThat(FileNameLetters.read("t@002d1@0024")).isEqualTo("t-1$");
        assertThat(FileNameLetters.read("@4e2d")).isEqualTo("中");
        assertThat(FileNameLetters.read("con@@@")).isEqualTo("con");
        assertThat(FileNameLetters.read("at@0040")).isEqualTo("at@");
        assertThat(FileNameLetters.read("b@1ocher")).isNull();
        assertThat(FileNameLetters.read("b@0ocher")).isNull();
        assertThat(FileNameLetters.read("my backup")).isNull();
    }

    @Test
    void patternsFitTheNames() {
        assertThat("b@1ocher@002d@4e2d").matches(FileNameLetters.pattern("bücher-中"));
        assertThat("d@1o").matches(FileNameLetters.pattern("dü"));
        assertThat("con@@@").matches(FileNameLetters.pattern("con"));
        assertThat("b@1ocher").matches(FileNameLetters.pattern("bâcher"));
        assertThat("bucher").doesNotMatch(FileNameLetters.pattern("bücher"));
        assertThat("t1").doesNotMatch(FileNameLetters.pattern("t-1"));
    }
}
