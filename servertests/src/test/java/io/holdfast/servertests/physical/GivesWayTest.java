package io.holdfast.servertests.physical;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.backup.physical.PhysicalBackupOptions;
import io.holdfast.core.Progress;
import io.holdfast.servertests.TestServer;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/// What a backup leaves to the server of cores that both want.
final class GivesWayTest {
    private static final Path THREADS = Path.of("/proc/self/task");
    private static final String COPYING = "physical-backup";
    private static final String FOLLOWING = "redo-follower";

    /// After the name, which ends in a parenthesis: the 17th of them. Source: Linux `proc(5)`.
    private static final int NICE_FIELD = 16;

    @Test
    void theCopyingThreadsOfALimitedBackupDoAndNoOthers() throws Exception {
        try (var server = TestServer.start()) {
            PhysicalBackupOptions options = Taken.options(server);
            Map<String, Set<Integer>> limited = niceDuring(server, options.withRate(40 << 20));
            Map<String, Set<Integer>> unlimited = niceDuring(server, options);

            assertThat(limited.get(COPYING)).contains(10).isSubsetOf(0, 10);
            assertThat(limited.get(FOLLOWING)).containsExactly(0);
            assertThat(unlimited.get(COPYING)).containsExactly(0);
        }
    }

    /// The nice values that threads of each name had while a backup was taken.
    private static Map<String, Set<Integer>> niceDuring(
            TestServer server, PhysicalBackupOptions options) throws IOException {
        Map<String, Set<Integer>> seen = new HashMap<>();
        CompletableFuture<Taken> backup =
                CompletableFuture.supplyAsync(
                        () -> Taken.of(server.as("root", ""), options, Progress.NONE));
        while (!backup.isDone()) {
            look(seen);
        }
        backup.join();
        return seen;
    }

    private static void look(Map<String, Set<Integer>> seen) throws IOException {
        try (DirectoryStream<Path> threads = Files.newDirectoryStream(THREADS)) {
            for (Path thread : threads) {
                try {
                    String stat = Files.readString(thread.resolve("stat"));
                    String name = stat.substring(stat.indexOf('(') + 1, stat.lastIndexOf(')'));
                    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
                    seen.computeIfAbsent(name, _ -> new HashSet<>())
                            .add(Integer.parseInt(fields[NICE_FIELD]));
                } catch (IOException _) {
                    // It has ended: before the file was opened, or before it was read.
                }
            }
        }
    }
}
