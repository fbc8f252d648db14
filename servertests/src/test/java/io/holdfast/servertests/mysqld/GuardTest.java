package io.holdfast.servertests.mysqld;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.mysqld.Folders;
import io.holdfast.servertests.TestServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/// Goal: no mysqld outlives the program that started it, however that ends. Method: a second JVM
/// starts one and is ended, in order and by `kill -9`.
final class GuardTest {
    /// The second JVM: starts a server, says so, and waits to be ended.
    static final class Holder {
        private Holder() {}

        /// Starts a server and waits for input that never comes.
        public static void main(String[] arguments) throws IOException {
            var server = TestServer.start();
            System.out.println(server.process().pid() + " " + server.folder());
            System.in.read();
        }
    }

    private static void endsWithItsHolder(boolean byForce) throws Exception {
        var holder =
                new ProcessBuilder(
                                List.of(
                                        Path.of(System.getProperty("java.home"), "bin/java")
                                                .toString(),
                                        "-cp",
                                        System.getProperty("java.class.path"),
                                        Holder.class.getName()))
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        try (BufferedReader reader = holder.inputReader(StandardCharsets.UTF_8)) {
            String[] said = String.valueOf(reader.readLine()).split(" ", 2);
            ProcessHandle server = ProcessHandle.of(Long.parseLong(said[0])).orElseThrow();
            assertThat(server.isAlive()).isTrue();
            var _ = byForce ? holder.destroyForcibly() : destroyInOrder(holder);
            server.onExit().get(30, TimeUnit.SECONDS);
            assertThat(server.isAlive()).isFalse();
            Folders.remove(Path.of(said[1]));
        } finally {
            holder.destroyForcibly();
        }
    }

    private static Process destroyInOrder(Process holder) {
        holder.destroy();
        return holder;
    }

    @Test
    void aKilledHolderLeavesNoServer() throws Exception {
        endsWithItsHolder(true);
    }

    @Test
    void aTerminatedHolderLeavesNoServer() throws Exception {
        endsWithItsHolder(false);
    }
}
