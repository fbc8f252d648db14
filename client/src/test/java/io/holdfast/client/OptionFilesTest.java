package io.holdfast.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.core.UsageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class OptionFilesTest {
    @TempDir private Path folder;

    private Path file(String name, String text) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, text);
    }

    private ConnectOptions options(String text) throws IOException {
        return ConnectDefaults.of(OptionFiles.only(file("my.cnf", text)), "me");
    }

    @Test
    void theLastOfItsNameCountsWhicheverGroupAndSpelling() throws IOException {
        ConnectOptions options =
                options(
                        """
                        [mysqld]
                        user = nobody
                        [client]
                        user = first
                        unknown-to-us = 1
                        ssl_mode = disabled
                        host = db3
                        [holdfast]
                        user = second
                        loose-something-new
                        [client]
                        password = "sp ace#"
                        """);
        assertThat(options.user()).isEqualTo("second");
        assertThat(options.password()).isEqualTo(Secret.of("sp ace#"));
        assertThat(options.password()).hasToString("(hidden)");
        assertThat(options.address()).isEqualTo(new ServerAddress.Tcp("db3", 3306));
        assertThat(options.tls()).isEqualTo(TlsOptions.DISABLED);
    }

    @Test
    void includesStandWhereTheyAreWritten() throws IOException {
        file("more/b.cnf", "[client]\nuser=b\n");
        file("more/a.cnf", "[client]\nuser=a\nport=4711\n");
        file("more/c.txt", "[client]\nuser=c\n");
        file("one.cnf", "[client]\nuser=one\nhost=h\n");
        ConnectOptions options =
                options(
                        "!include "
                                + folder
                                + "/one.cnf\n!includedir "
                                + folder
                                + "/more\n"
                                + "!include "
                                + folder
                                + "/missing.cnf\n");
        assertThat(options.user()).isEqualTo("b");
        assertThat(options.address()).isEqualTo(new ServerAddress.Tcp("h", 4711));
        assertThatThrownBy(() -> options("!includedir " + folder + "/missing\n"))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining("line 1");
    }

    @Test
    void aFileThatIncludesItselfEnds() throws IOException {
        Path file = file("my.cnf", "!include " + folder + "/my.cnf\n[client]\nuser=u\n");
        OptionFiles files = OptionFiles.only(file);
        assertThat(files.entries()).hasSize(11);
        assertThat(files.warnings()).singleElement().asString().contains("deeper than 10");
    }

    @Test
    void aFileThatEverybodyMayWriteToIsPassedOver() throws IOException {
        Path file = file("my.cnf", "[client]\nuser=u\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw-rw-"));
        OptionFiles files = OptionFiles.only(file);
        assertThat(files.entries()).isEmpty();
        assertThat(files.warnings()).singleElement().asString().contains(file.toString());
    }

    @Test
    void mistakesNameTheirLine() throws IOException {
        String[][] table = {
            {"user=u\n", "line 1", "OPTION_FILE_MALFORMED"},
            {"\n[client\n", "line 2", "OPTION_FILE_MALFORMED"},
            {"[client]\nport=0\nhost=h\n", "line 2", "OPTION_VALUE_UNKNOWN"},
            {"[client]\nport=x\nhost=h\n", "line 2", "OPTION_VALUE_UNKNOWN"},
            {"[client]\nprotocol=pipe\n", "line 2", "OPTION_VALUE_UNKNOWN"},
            {"[client]\n\nssl-mode=maybe\n", "line 3", "OPTION_VALUE_UNKNOWN"},
            {"[client]\npassword\n", "line 2", "OPTION_VALUE_UNKNOWN"},
            {"[holdfast]\nhots=h\n", "line 2", "OPTION_VALUE_UNKNOWN"},
        };
        for (String[] row : table) {
            assertThatThrownBy(() -> options(row[0]))
                    .as(row[0])
                    .isInstanceOf(UsageException.class)
                    .hasMessageContaining("my.cnf " + row[1])
                    .hasMessageContaining(row[2]);
        }
        assertThatThrownBy(() -> OptionFiles.only(folder.resolve("none.cnf")))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining("OPTION_FILE_UNREADABLE");
    }

    @Test
    void addressesAreChosenAsTheMysqlClientDoes() throws IOException {
        var socket = new ServerAddress.UnixSocket(Path.of("/s.sock"));
        assertThat(options("[client]\nsocket=/s.sock\n").address()).isEqualTo(socket);
        assertThat(options("[client]\nsocket=/s.sock\nhost=localhost\nport=7\n").address())
                .isEqualTo(socket);
        assertThat(options("[client]\nsocket=/s.sock\nhost=h\nprotocol=socket\n").address())
                .isEqualTo(socket);
        assertThat(options("[client]\nsocket=/s.sock\nprotocol=tcp\nport=7\n").address())
                .isEqualTo(new ServerAddress.Tcp("localhost", 7));
        assertThat(options("[client]\nhost=h\nsocket=/s.sock\n").address())
                .isEqualTo(new ServerAddress.Tcp("h", 3306));
        assertThat(options("").user()).isEqualTo("me");
    }

    @Test
    void tlsModesAreNeverWeakerThanWritten() throws IOException {
        String tcp = "[client]\nhost=h\n";
        String local = "[client]\nsocket=/s\n";
        assertThat(options(tcp).tls().mode()).isEqualTo(TlsMode.ENCRYPT_ONLY);
        assertThat(options(local).tls().mode()).isEqualTo(TlsMode.DISABLED);
        assertThat(options(tcp + "ssl-mode=PREFERRED\n").tls().mode())
                .isEqualTo(TlsMode.ENCRYPT_ONLY);
        assertThat(options(local + "ssl-mode=PREFERRED\n").tls().mode())
                .isEqualTo(TlsMode.DISABLED);
        assertThat(options(local + "ssl-mode=REQUIRED\n").tls().mode())
                .isEqualTo(TlsMode.ENCRYPT_ONLY);
        assertThat(options(tcp + "ssl-ca=/ca.pem\n").tls())
                .isEqualTo(TlsOptions.of(TlsMode.VERIFY_CA).withCa(Path.of("/ca.pem")));
        assertThat(options(tcp + "ssl-mode=verify-identity\n").tls().mode())
                .isEqualTo(TlsMode.VERIFY_IDENTITY);
        assertThat(options(tcp + "ssl-mode=VERIFY_CA\n").tls().mode()).isEqualTo(TlsMode.VERIFY_CA);
    }

    @Test
    void theUsualPlacesAreThoseOfTheMysqlClient() {
        assertThat(OptionFiles.usualPlaces(Map.of("MYSQL_HOME", "/m"), Path.of("/srv/u")))
                .containsExactly(
                        Path.of("/etc/my.cnf"),
                        Path.of("/etc/mysql/my.cnf"),
                        Path.of("/m/my.cnf"),
                        Path.of("/srv/u/.my.cnf"));
    }

    @Test
    void statementsAreShownWithoutWhatMayBeSecret() {
        assertThat(Statements.beginning("CREATE USER u IDENTIFIED BY 'geheim'"))
                .isEqualTo("CREATE USER u …");
        assertThat(Statements.beginning("SELECT\n  a\tFROM t")).isEqualTo("SELECT a FROM t");
        assertThat(Statements.beginning("INSERT INTO t VALUES (1)")).isEqualTo("INSERT INTO t …");
        assertThat(Statements.beginning("x".repeat(1000))).hasSize(82);
    }
}
