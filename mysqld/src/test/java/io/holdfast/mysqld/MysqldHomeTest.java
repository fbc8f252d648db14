package io.holdfast.mysqld;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.core.Progress;
import io.holdfast.core.RefusedException;
import io.holdfast.core.UnavailableException;
import io.holdfast.core.UsageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Goal: the first mysqld of the documented order is taken, and one that cannot serve is refused
/// with its reason. Method: scripts that answer `--version`.
final class MysqldHomeTest {
    @TempDir private Path folder;

    private Path home(String name, String answer) throws IOException {
        Path binary = folder.resolve(name).resolve("bin/mysqld");
        Files.createDirectories(binary.getParent());
        Files.writeString(binary, "#!/bin/sh\necho '" + answer + "'\n");
        Files.setPosixFilePermissions(binary, PosixFilePermissions.fromString("rwx------"));
        return folder.resolve(name);
    }

    @Test
    void theNamedHomeIsStrongerThanTheVariableAndThatThanThePath() throws IOException {
        Path named = home("named", "mysqld  Ver 9.7.4 for Linux on x86_64 ((Debian))");
        Path variable = home("variable", "mysqld  Ver 8.4.3 for Linux on x86_64");
        Path path =
                home("path", "mysqld  Ver 8.0.35-27 for Linux on x86_64 (Percona Server (GPL))");
        var environment =
                Map.of(
                        "HOLDFAST_MYSQL_HOME",
                        variable.toString(),
                        "PATH",
                        "/nonexistent:" + path.resolve("bin"));
        assertThat(MysqldHome.find(named.toString(), environment, Progress.NONE).version())
                .isEqualTo(new MysqldVersion(9, 7, 4));
        assertThat(MysqldHome.find(null, environment, Progress.NONE).version())
                .isEqualTo(new MysqldVersion(8, 4, 3));
        var onlyPath = Map.of("PATH", "/nonexistent:" + path.resolve("bin"));
        assertThat(MysqldHome.find(null, onlyPath, Progress.NONE).version())
                .isEqualTo(new MysqldVersion(8, 0, 35));
    }

    @Test
    void aMariaDbIsRefused() throws IOException {
        Path home = home("maria", "mysqld  Ver 10.11.6-MariaDB-0+deb12u1 for debian-linux-gnu");
        assertThatThrownBy(() -> MysqldHome.at(home))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("MYSQLD_IS_MARIADB")
                .hasMessageContaining("where: " + home);
    }

    @Test
    void anOldMysqlIsRefusedAndTheOldestGoodOneIsNot() throws IOException {
        Path old = home("old", "mysqld  Ver 8.0.29 for Linux on x86_64");
        assertThatThrownBy(() -> MysqldHome.at(old))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("this mysqld is 8.0.29, at least 8.0.30 is needed");
        assertThat(MysqldHome.at(home("good", "mysqld  Ver 8.0.30 for Linux")).version())
                .isEqualTo(MysqldVersion.OLDEST);
    }

    @Test
    void whatIsNoMysqldIsNamed() throws IOException {
        assertThatThrownBy(() -> MysqldHome.at(folder))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining("MYSQLD_NOT_FOUND");
        Path mute = home("mute", "hello");
        assertThatThrownBy(() -> MysqldHome.at(mute))
                .isInstanceOf(UnavailableException.class)
                .hasMessageContaining("MYSQLD_UNUSABLE");
    }

    @Test
    void theUsersFoldersFollowTheEnvironment() {
        assertThat(Folders.under("XDG_CACHE_HOME", ".cache", Map.of("XDG_CACHE_HOME", "/c")))
                .isEqualTo(Path.of("/c/holdfast"));
        assertThat(Folders.under("XDG_CACHE_HOME", ".cache", Map.of("XDG_CACHE_HOME", "relative")))
                .isEqualTo(Path.of(System.getProperty("user.home"), ".cache/holdfast"));
    }
}
