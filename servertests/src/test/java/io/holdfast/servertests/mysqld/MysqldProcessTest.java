package io.holdfast.servertests.mysqld;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.core.RefusedException;
import io.holdfast.core.UnavailableException;
import io.holdfast.mysqld.DataDirectory;
import io.holdfast.mysqld.MysqldError;
import io.holdfast.mysqld.MysqldProcess;
import io.holdfast.mysqld.StartOptions;
import io.holdfast.servertests.TestServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Goal: a mysqld answers once it is started, keeps what was committed when it is killed, and
/// leaves nothing behind when it ends or never begins.
final class MysqldProcessTest {
    @Test
    void whatWasCommittedSurvivesTheKill() throws SQLException {
        try (var server = TestServer.start()) {
            run(
                    server,
                    "CREATE DATABASE d",
                    "CREATE TABLE d.t (a INT)",
                    "INSERT INTO d.t VALUES (7)");
            server.kill();
            assertThat(server.process().isRunning()).isFalse();
            server.restart();
            assertThat(ask(server, "SELECT a FROM d.t")).isEqualTo("7");
        }
    }

    @Test
    void serversFromOneTemplateAreStrangersToEachOther() throws Exception {
        try (var one = TestServer.start();
                var other = TestServer.start()) {
            for (String what : List.of("@@server_uuid", "@@server_id", "@@port", "@@datadir")) {
                assertThat(ask(one, "SELECT " + what)).isNotEqualTo(ask(other, "SELECT " + what));
            }
            assertThat(Files.readString(one.dataFolder().resolve("server-cert.pem")))
                    .isNotEqualTo(Files.readString(other.dataFolder().resolve("server-cert.pem")));
            assertThat(ask(one, "SELECT @@gtid_executed")).isEmpty();
        }
    }

    @Test
    void itListensOnThisMachineOnly() throws SQLException {
        try (var server = TestServer.start()) {
            assertThat(ask(server, "SELECT @@bind_address")).isEqualTo("127.0.0.1");
            assertThat(
                            ask(
                                    server,
                                    "SELECT COUNT(*) FROM performance_schema.global_variables WHERE variable_name = 'mysqlx_port'"))
                    .isEqualTo("0");
        }
    }

    @Test
    void anOptionItDoesNotKnowIsNamedFromItsErrorLog() {
        assertThatThrownBy(() -> TestServer.start("--no-such-option=1"))
                .isInstanceOfSatisfying(
                        UnavailableException.class,
                        failure -> {
                            assertThat(failure.problem().code())
                                    .isEqualTo(MysqldError.MYSQLD_NOT_STARTED);
                            assertThat(failure.problem().what()).contains("no-such-option");
                        });
    }

    @Test
    void aFolderThatHoldsAnythingIsNotInitialised(@TempDir Path folder) throws Exception {
        Files.writeString(folder.resolve("mine"), "keep");
        assertThatThrownBy(() -> DataDirectory.initialise(TestServer.home(), folder, List.of()))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("DATA_DIRECTORY_NOT_EMPTY");
        assertThat(folder.resolve("mine")).hasContent("keep");
    }

    @Test
    void aPathTooLongForASocketIsNoHindrance(@TempDir Path folder) throws Exception {
        Path deep = folder.resolve("d".repeat(120));
        var data = DataDirectory.initialise(TestServer.home(), deep.resolve("data"), List.of());
        Path socket;
        try (var server =
                MysqldProcess.start(
                        TestServer.home(),
                        data,
                        StartOptions.in(deep.resolve("run")).withPort(StartOptions.NO_PORT))) {
            socket = server.socket();
            assertThat(socket).exists();
            assertThat(Files.getPosixFilePermissions(socket.getParent())).hasSize(3);
        }
        assertThat(socket).doesNotExist();
    }

    static void run(TestServer server, String... statements) throws SQLException {
        try (Connection connection = DriverManager.getConnection(server.jdbcUrl());
                var statement = connection.createStatement()) {
            for (String text : statements) {
                statement.execute(text);
            }
        }
    }

    static String ask(TestServer server, String query) throws SQLException {
        try (Connection connection = DriverManager.getConnection(server.jdbcUrl());
                var statement = connection.createStatement();
                var rows = statement.executeQuery(query)) {
            assertThat(rows.next()).isTrue();
            return String.valueOf(rows.getString(1));
        }
    }
}
