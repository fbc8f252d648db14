package io.holdfast.backup.clone;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/// Goal: a file lies in a backup where it lay in the data directory, and one from elsewhere where a
/// server finds it there.
final class ClonedPathTest {
    private static ClonedPath of(String name, String tablespace) {
        return ClonedPath.of("/var/lib/mysql/", name, () -> tablespace, false);
    }

    private static ClonedPath of(String name) {
        return ClonedPath.of(
                "/var/lib/mysql/",
                name,
                () -> {
                    throw new AssertionError("asked for the tablespace's name of " + name);
                },
                false);
    }

    @Test
    void filesOfTheDataDirectoryKeepTheirPlace() {
        assertThat(of("./db/t.ibd")).isEqualTo(new ClonedPath("db/t.ibd", null));
        assertThat(of("ibdata1")).isEqualTo(new ClonedPath("ibdata1", null));
        assertThat(of("/var/lib/mysql/undo_001")).isEqualTo(new ClonedPath("undo_001", null));
        assertThat(of("./a/../db/t.ibd")).isEqualTo(new ClonedPath("db/t.ibd", null));
    }

    /// Where the original's settings have it, a restored server would not look.
    @Test
    void aFileOfTheSystemTablespaceLiesBesideTheFolders() {
        assertThat(ClonedPath.of("/var/lib/mysql/", "./ibdata1", () -> "innodb_system", true))
                .isEqualTo(new ClonedPath("ibdata1", null));
        assertThat(ClonedPath.of("/var/lib/mysql/", "./one/ibdata1", () -> "innodb_system", true))
                .isEqualTo(new ClonedPath("ibdata1", "/var/lib/mysql/one/ibdata1"));
        assertThat(ClonedPath.of("/var/lib/mysql/", "/two/ibdata2", () -> "innodb_system", true))
                .isEqualTo(new ClonedPath("ibdata2", "/two/ibdata2"));
    }

    @Test
    void aTableFromElsewhereGetsItsSchemasFolder() {
        assertThat(of("/data/db/t.ibd", "db/t"))
                .isEqualTo(new ClonedPath("db/t.ibd", "/data/db/t.ibd"));
        assertThat(of("/var/lib/mysql2/db/t.ibd", "db/t"))
                .isEqualTo(new ClonedPath("db/t.ibd", "/var/lib/mysql2/db/t.ibd"));
    }

    @Test
    void anotherTablespaceFromElsewhereGetsNone() {
        assertThat(of("/data/spaces/general.ibd", "general"))
                .isEqualTo(new ClonedPath("general.ibd", "/data/spaces/general.ibd"));
        assertThat(of("../spaces/general.ibd", "general"))
                .isEqualTo(new ClonedPath("general.ibd", "/var/lib/spaces/general.ibd"));
    }
}
