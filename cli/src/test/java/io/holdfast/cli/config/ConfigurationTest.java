package io.holdfast.cli.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.core.UsageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ConfigurationTest {
    @TempDir private Path folder;

    private Path file(String permissions, String text) throws IOException {
        Path file = Files.writeString(folder.resolve("holdfast.yaml"), text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
        return file;
    }

    @Test
    void whatTheFileSaysIsRead() throws IOException {
        var read =
                Configuration.read(
                        file(
                                "rw-r--r--",
                                """
                                repository: /backups/prod
                                threads: 4
                                servers:
                                  db3:
                                    host: db3.example
                                    port: 3307
                                    user: holdfast
                                    tls: verify-identity
                                  local:
                                    socket: /run/mysqld/mysqld.sock
                                """));
        assertThat(read.repository()).isEqualTo("/backups/prod");
        assertThat(read.threads()).isEqualTo(4);
        assertThat(read.servers()).containsOnlyKeys("db3", "local");
        assertThat(read.servers().get("db3"))
                .isEqualTo(
                        new ServerEntry(
                                "db3",
                                "db3.example",
                                3307,
                                null,
                                "holdfast",
                                null,
                                null,
                                "verify-identity",
                                null));
    }

    @Test
    void anEmptyFileSaysNothing() throws IOException {
        assertThat(Configuration.read(file("rw-r--r--", "")).servers()).isEmpty();
    }

    /// Goal: nobody mends a file error by error.
    @Test
    void allErrorsAreReportedAtOnceWithTheirLines() throws IOException {
        Path file =
                file(
                        "rw-r--r--",
                        """
                        repositry: /backups/prod
                        repository: s3://me:secret@store/bucket
                        threads: many
                        servers:
                          db3:
                            host: [a, b]
                            port: 99999
                            password: hunter2
                            tls: required
                          db4: text
                        """);
        assertThatThrownBy(() -> Configuration.read(file))
                .isInstanceOf(UsageException.class)
                .hasMessageContainingAll(
                        "line 1: `repositry` is not known",
                        "line 2: `repository` holds a password",
                        "line 3: `threads` is `many`, it must be 1 to 1024",
                        "line 6: `host` must be a single value",
                        "line 7: `port` is `99999`",
                        "line 8: `password` in a file that others can read",
                        "line 9: `tls` is `required`",
                        "line 10: server `db4` must be a mapping")
                .message()
                .doesNotContain("hunter2", "secret");
    }

    @Test
    void aPasswordInAPrivateFileIsTaken() throws IOException {
        var read =
                Configuration.read(
                        file("rw-------", "servers: {a: {host: h, user: u, password: p}}\n"));
        assertThat(read.servers().get("a")).extracting(ServerEntry::password).isEqualTo("p");
        assertThat(String.valueOf(read)).doesNotContain("password");
    }

    @Test
    void brokenYamlIsReportedWithoutItsText() throws IOException {
        Path file = file("rw-------", "servers:\n  a: {password: hunter2\n");
        assertThatThrownBy(() -> Configuration.read(file))
                .isInstanceOf(UsageException.class)
                .message()
                .contains("CONFIGURATION_WRONG")
                .doesNotContain("hunter2");
    }

    @Test
    void urlsNameAServerButNeverAPassword() {
        assertThat(ServerEntry.ofUrl("mysql://me@db:3307"))
                .extracting(ServerEntry::host, ServerEntry::port, ServerEntry::user)
                .containsExactly("db", 3307, "me");
        assertThat(ServerEntry.ofUrl("unix:/run/my.sock").socket())
                .isEqualTo(Path.of("/run/my.sock"));
        assertThatThrownBy(() -> ServerEntry.ofUrl("mysql://me:hunter2@db"))
                .isInstanceOf(UsageException.class)
                .message()
                .contains("SERVER_URL_MALFORMED")
                .doesNotContain("hunter2");
    }
}
