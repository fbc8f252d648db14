package io.holdfast.servertests.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.client.Session;
import io.holdfast.servertests.TestServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Sources that cannot or must not be backed up.
class RefusedSourceTest {
    @SuppressWarnings("NullAway.Init") // set before all tests
    private static TestServer server;

    @BeforeAll
    static void start() {
        server = TestServer.start("--tls-version=");
        try (Session root = Locks.root(server)) {
            root.execute("CREATE DATABASE shop");
            root.execute("CREATE TABLE shop.a (id INT PRIMARY KEY)");
            root.execute("CREATE USER known@'%' IDENTIFIED BY 'right'");
            root.execute("GRANT SELECT, RELOAD, PROCESS ON *.* TO known@'%'");
        }
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"backup", "archive"})
    void aWrongPasswordIsNotLetIn(String verb) throws Exception {
        try (var line = new CommandLine()) {
            Path options = as(line, "password=wrong-and-secret");
            CommandLine.Ended ended =
                    line.run(line.withRepository(verb, "--defaults-file", options.toString()))
                            .failed(3, "ACCESS_DENIED");
            assertThat(ended.out() + ended.error()).doesNotContain("wrong-and-secret");
            demandNothingLeft(line);
        }
    }

    @Test
    void whatTheAccountLacksIsNamedWithItsGrant() throws Exception {
        try (var line = new CommandLine()) {
            Path options = as(line, "password=right");
            CommandLine.Ended rows =
                    line.run(
                                    line.withRepository(
                                            "backup",
                                            "--logical",
                                            "--defaults-file",
                                            options.toString()))
                            .failed(3, "PRIVILEGE_MISSING");
            assertThat(rows.error())
                    .contains("lacks SHOW VIEW, TRIGGER, EVENT, REPLICATION CLIENT, BACKUP_ADMIN")
                    .contains("GRANT SELECT, SHOW VIEW, TRIGGER, EVENT")
                    .contains("ON *.* TO `known`@`%`;");
            // Its files are in reach, so they are what is taken unless somebody says otherwise.
            CommandLine.Ended files =
                    line.run(line.withRepository("backup", "--defaults-file", options.toString()))
                            .failed(3, "PRIVILEGE_MISSING");
            assertThat(files.error())
                    .contains("taking a physical backup: ")
                    .contains("lacks BACKUP_ADMIN, ")
                    .contains("Or take a logical backup, of rows: add `--logical`.");
            demandNothingLeft(line);
        }
    }

    @Test
    void anArchiverThatIsNoReplicaIsToldWhatToGrant() throws Exception {
        try (var line = new CommandLine()) {
            Path options = as(line, "password=right");
            CommandLine.Ended ended =
                    line.run(line.withRepository("archive", "--defaults-file", options.toString()))
                            .failed(3, "ARCHIVE_PRIVILEGE_MISSING");
            assertThat(ended.error()).contains("GRANT REPLICATION CLIENT, REPLICATION SLAVE");
            demandNothingLeft(line);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"REQUIRED", "VERIFY_CA", "VERIFY_IDENTITY"})
    void withoutTheTlsThatIsAskedForNoPasswordIsSent(String mode) throws Exception {
        try (var line = new CommandLine()) {
            Path options = as(line, "password=right", "ssl-mode=" + mode);
            line.run(line.withRepository("backup", "--defaults-file", options.toString()))
                    .failed(3, "TLS_NOT_OFFERED");
            demandNothingLeft(line);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"backup", "archive", "check"})
    void aMariaDbIsTurnedAwayByItsGreeting(String verb) throws Exception {
        demandTurnedAway(verb, "5.5.5-10.11.6-MariaDB-0+deb12u1", "SERVER_IS_MARIADB");
    }

    @ParameterizedTest
    @ValueSource(strings = {"5.7.44-log", "8.0.29"})
    void aServerThatIsTooOldIsTurnedAwayByItsGreeting(String version) throws Exception {
        demandTurnedAway("backup", version, "SERVER_TOO_OLD");
    }

    private static void demandTurnedAway(String verb, String version, String code)
            throws IOException, InterruptedException {
        try (var line = new CommandLine();
                var greeter = new Greeter(version)) {
            CommandLine.Ended ended =
                    line.run(
                                    line.withRepository(
                                            verb,
                                            "--server",
                                            "mysql://somebody@127.0.0.1:" + greeter.port()))
                            .failed(3, code);
            assertThat(ended.error()).contains(version);
            assertThat(greeter.bytesHeard()).isZero();
            demandNothingLeft(line);
        }
    }

    @Test
    void aServerThatIsNotThereIsUnreachable() throws Exception {
        int port;
        try (var greeter = new Greeter("9.7.4")) {
            port = greeter.port();
        }
        try (var line = new CommandLine()) {
            line.run(line.withRepository("backup", "--server", "mysql://root@127.0.0.1:" + port))
                    .failed(4, "SERVER_UNREACHABLE");
            demandNothingLeft(line);
        }
    }

    @Test
    void aServerThatNobodyKnowsIsAMatterOfUsage() throws Exception {
        try (var line = new CommandLine()) {
            line.run(line.withRepository("backup", "--server", "nosuch"))
                    .failed(2, "SERVER_UNKNOWN");
            demandNothingLeft(line);
        }
    }

    @Test
    void anOptionFileThatIsNotThereOrCannotBeMeantIsAMatterOfUsage() throws Exception {
        try (var line = new CommandLine()) {
            line.run(line.withRepository("backup", "--defaults-file", "nosuch.cnf"))
                    .failed(2, "OPTION_FILE_UNREADABLE");
            Path malformed = Files.writeString(line.folder().resolve("bad.cnf"), "[client\nuser=x");
            line.run(line.withRepository("backup", "--defaults-file", malformed.toString()))
                    .failed(2, "OPTION_FILE_MALFORMED");
            Path options = as(line, "ssl-mode=SOMETIMES");
            line.run(line.withRepository("backup", "--defaults-file", options.toString()))
                    .failed(2, "OPTION_VALUE_UNKNOWN");
            demandNothingLeft(line);
        }
    }

    @Test
    void aPasswordInAUrlIsRefusedAndNotRepeated() throws Exception {
        try (var line = new CommandLine()) {
            CommandLine.Ended ended =
                    line.run(
                                    line.withRepository(
                                            "backup", "--server", "mysql://u:hush@127.0.0.1:1"))
                            .failed(2, "SERVER_URL_MALFORMED");
            assertThat(ended.out() + ended.error()).doesNotContain("hush");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"list", "recover", "restore"})
    void aRepositoryThatIsNotThereIsNotMade(String verb) throws Exception {
        try (var line = new CommandLine()) {
            String[] words =
                    switch (verb) {
                        case "recover" ->
                                new String[] {"recover", "--to", "latest", "--into", "made"};
                        case "restore" ->
                                new String[] {
                                    "restore", "20260101t000000z-00000000", "--into", "made"
                                };
                        default -> new String[] {"list"};
                    };
            line.run(line.withRepository(words)).failed(4, "STORE_UNAVAILABLE");
            demandNothingLeft(line);
            assertThat(line.folder().resolve("made")).doesNotExist();
        }
    }

    /// The account `known`, without TLS unless a later line asks for it: the server has none.
    private static Path as(CommandLine line, String... more) throws IOException {
        return line.optionFile(
                "host=127.0.0.1",
                "port=" + server.port(),
                "user=known",
                "ssl-mode=DISABLED",
                String.join("\n", more));
    }

    private static void demandNothingLeft(CommandLine line) {
        assertThat(line.repository()).doesNotExist();
        Locks.demandNone(server);
    }
}
