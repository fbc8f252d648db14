package io.holdfast.cli.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.client.ConnectOptions;
import io.holdfast.client.ServerAddress;
import io.holdfast.client.TlsMode;
import io.holdfast.core.UsageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConnectionsTest {
    @TempDir Path folder;

    private Connections connections(Map<String, String> environment) {
        return new Connections(environment, folder, "osuser");
    }

    private Path optionFile(String text) throws IOException {
        return Files.writeString(folder.resolve("my.cnf"), text);
    }

    @Test
    void anOptionFileSaysAllThatIsNeeded() throws IOException {
        Path file =
                optionFile(
                        "[client]\nuser=u\npassword='p#w'\nsocket=/s/x.sock\nssl-mode=VERIFY_CA\nssl-ca=/ca.pem\n");
        ConnectOptions options = connections(Map.of()).of(ServerEntry.ofOptionFile("x", file));
        assertThat(options.user()).isEqualTo("u");
        assertThat(options.password().reveal()).isEqualTo("p#w");
        assertThat(options.address()).isEqualTo(new ServerAddress.UnixSocket(Path.of("/s/x.sock")));
        assertThat(options.tls().mode()).isEqualTo(TlsMode.VERIFY_CA);
        assertThat(options.tls().ca()).isEqualTo(Path.of("/ca.pem"));
    }

    @Test
    void theUrlIsStrongerThanTheFileAndTheFileThanTheEnvironment() throws IOException {
        Path file = optionFile("[client]\nuser=u\npassword=filed\nhost=elsewhere\nport=1\n");
        ConnectOptions options =
                connections(Map.of("MYSQL_PWD", "environment"))
                        .of(ServerEntry.ofUrl("mysql://v@db3:3307").withDefaultsFile(file));
        assertThat(options.user()).isEqualTo("v");
        assertThat(options.password().reveal()).isEqualTo("filed");
        assertThat(options.address()).isEqualTo(new ServerAddress.Tcp("db3", 3307));
    }

    @Test
    void whatNobodySaidIsTheOperatingSystemsUserAndTheEnvironmentsPassword() throws IOException {
        Path file = optionFile("[client]\nhost=db3\nssl-mode=PREFERRED\n");
        ConnectOptions options =
                connections(Map.of("MYSQL_PWD", "environment"))
                        .of(ServerEntry.ofOptionFile("x", file));
        assertThat(options.user()).isEqualTo("osuser");
        assertThat(options.password().reveal()).isEqualTo("environment");
        assertThat(options.address()).isEqualTo(new ServerAddress.Tcp("db3", 3306));
        assertThat(options.tls().mode()).isEqualTo(TlsMode.ENCRYPT_ONLY);
    }

    @Test
    void aPortThatIsNoneIsRefusedWithItsLine() throws IOException {
        Path file = optionFile("[client]\nhost=db3\nport=99999\n");
        assertThatThrownBy(() -> connections(Map.of()).of(ServerEntry.ofOptionFile("x", file)))
                .isInstanceOfSatisfying(
                        UsageException.class,
                        e -> assertThat(e.problem().where()).endsWith("my.cnf line 3"));
    }
}
