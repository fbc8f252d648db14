package io.holdfast.servertests.mysqld;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.core.RefusedException;
import io.holdfast.core.UsageException;
import io.holdfast.mysqld.Folders;
import io.holdfast.mysqld.Lab;
import io.holdfast.mysqld.LabServer;
import io.holdfast.mysqld.StartOptions;
import io.holdfast.servertests.TestServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class LabTest {
    private final Path folder = TestServer.temporaryFolder();
    private final Lab lab = new Lab(folder);

    @AfterEach
    void removeAll() {
        lab.list().forEach(server -> lab.remove(server.name()));
        Folders.remove(folder);
    }

    private LabServer start(String name, List<String> options) {
        return lab.start(TestServer.home(), name, StartOptions.ANY_PORT, options);
    }

    /// Runs the script that a person would run.
    private static String sql(LabServer server, String statement)
            throws IOException, InterruptedException {
        var process =
                new ProcessBuilder(server.clientScript().toString(), "-N", "-e", statement)
                        .redirectErrorStream(true)
                        .start();
        String answer = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as("%s", answer).isZero();
        return answer.strip();
    }

    @Test
    void aServerIsStoppedKilledAndStartedAgainOnItsData() throws Exception {
        LabServer server = start("one", List.of("--max-connections=33"));
        assertThat(server.state()).isEqualTo(LabServer.State.RUNNING);
        sql(server, "CREATE DATABASE d; CREATE TABLE d.t AS SELECT 5 AS a");

        assertThat(lab.stop("one").state()).isEqualTo(LabServer.State.STOPPED);
        assertThat(ProcessHandle.of(server.pid())).isEmpty();

        LabServer again = lab.start(TestServer.home(), "one", StartOptions.ANY_PORT, null);
        assertThat(again.port()).isEqualTo(server.port());
        assertThat(sql(again, "SELECT a, @@max_connections, @@bind_address FROM d.t"))
                .isEqualTo("5\t33\t127.0.0.1");

        ProcessHandle.of(again.pid()).ifPresent(ProcessHandle::destroyForcibly);
        ProcessHandle.of(again.pid()).ifPresent(process -> process.onExit().join());
        assertThat(lab.find("one").state()).isEqualTo(LabServer.State.ENDED);
        assertThat(
                        sql(
                                lab.start(TestServer.home(), "one", StartOptions.ANY_PORT, null),
                                "SELECT a FROM d.t"))
                .isEqualTo("5");
        assertThat(lab.kill("one").state()).isEqualTo(LabServer.State.STOPPED);
    }

    @Test
    void rootNeedsThePasswordOfThePrivateOptionFile() throws Exception {
        LabServer server = start("guarded", List.of());
        assertThat(Files.getPosixFilePermissions(server.optionFile())).hasSize(2);
        assertThatThrownBy(() ->
                        java.sql.DriverManager.getConnection(
                                        "jdbc:mysql://127.0.0.1:" + server.port() + "/?user=root")
                                .close())
                .hasMessageContaining("Access denied");
        assertThat(sql(server, "SELECT @@gtid_executed")).isEmpty();
    }

    @Test
    void whatWouldBreakItsPromisesIsRefused() {
        LabServer server = start("one", List.of());
        assertThatThrownBy(() -> start("one", List.of()))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("LAB_SERVER_RUNNING");
        assertThatThrownBy(() -> lab.start(TestServer.home(), "two", server.port(), List.of()))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("LAB_PORT_TAKEN");
        assertThatThrownBy(() -> start("two", List.of("--bind_address=*")))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining("LAB_OPTION_REFUSED");
        assertThatThrownBy(() -> start("../two", List.of()))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining("LAB_NAME_MALFORMED");
        assertThatThrownBy(() -> start("two", List.of("--no-such-option=1")))
                .hasMessageContaining("no-such-option");
        assertThat(lab.list()).extracting(LabServer::name).containsExactly("one");
        assertThat(folder.resolve("two")).doesNotExist();
    }
}
