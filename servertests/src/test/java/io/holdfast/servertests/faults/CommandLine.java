package io.holdfast.servertests.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.mysqld.Folders;
import io.holdfast.servertests.TestServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// The real command line in processes of its own, with a folder of its own for all that it might
/// write or read: repository, journals, option files.
final class CommandLine implements AutoCloseable {
    private static final long MINUTES_MAX = 5;

    private final Path folder = TestServer.temporaryFolder();
    private final String heap;
    private int runs;

    CommandLine() {
        this("256m");
    }

    /// @param heap of each process, as `-Xmx` takes it
    CommandLine(String heap) {
        this.heap = heap;
    }

    /// What a command came to.
    record Ended(int status, String out, String error) {

        /// Holds if the command failed so, and said where and what to do.
        Ended failed(int expectedStatus, String code) {
            assertThat(error).contains("error[" + code + "]: ");
            assertThat(error).containsPattern("(?m)^ {2}where: \\S");
            assertThat(error).containsPattern("(?m)^ {2}do: {4}\\S");
            assertThat(status).as("%s", this).isEqualTo(expectedStatus);
            return this;
        }

        Ended succeeded() {
            assertThat(status).as("%s", this).isZero();
            return this;
        }
    }

    /// A command that runs.
    record Running(Process process, Path out, Path error) {
        Ended await() throws IOException, InterruptedException {
            if (!process.waitFor(MINUTES_MAX, TimeUnit.MINUTES)) {
                process.destroyForcibly();
                throw new AssertionError("the command does not end: " + Files.readString(error));
            }
            return new Ended(process.exitValue(), Files.readString(out), Files.readString(error));
        }
    }

    Path folder() {
        return folder;
    }

    Path repository() {
        return folder.resolve("repo");
    }

    /// `--repo` and its value, behind the words given.
    String[] withRepository(String... words) {
        var all = new ArrayList<>(List.of(words));
        all.addAll(List.of("--repo", repository().toString()));
        return all.toArray(String[]::new);
    }

    /// An option file with these lines in `[client]`, readable by its owner only.
    Path optionFile(String... lines) throws IOException {
        Path file = Files.createTempFile(folder, "options", ".cnf");
        return Files.writeString(file, "[client]\n" + String.join("\n", lines) + "\n");
    }

    /// An option file for a test server's root, over TCP.
    Path rootOf(TestServer server) throws IOException {
        return optionFile("host=127.0.0.1", "port=" + server.port(), "user=root");
    }

    Ended run(String... words) throws IOException, InterruptedException {
        return start(words).await();
    }

    Running start(String... words) throws IOException {
        return start(List.of(), words);
    }

    /// Starts a command that can be interrupted even if the tests themselves run in the background,
    /// where shells make programs deaf to it.
    Running startInterruptible(String... words) throws IOException {
        return start(List.of("env", "--default-signal=INT"), words);
    }

    /// Starts a command that can make no file larger than that, as on a disk that is full: the
    /// system refuses what goes beyond.
    Running startWithSmallFiles(int kibibytesMax, String... words) throws IOException {
        String limited = "ulimit -f " + kibibytesMax + "; exec \"$0\" \"$@\"";
        return start(List.of("bash", "-c", limited), words);
    }

    private Running start(List<String> before, String... words) throws IOException {
        runs++;
        var command = new ArrayList<>(before);
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(
                List.of(
                        "-Xmx" + heap,
                        "-XX:+UseSerialGC",
                        "-XX:MaxDirectMemorySize=64m",
                        "-XX:TieredStopAtLevel=1",
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow",
                        "-Duser.home=" + folder,
                        "-cp",
                        System.getProperty(
                                "surefire.test.class.path", System.getProperty("java.class.path")),
                        "io.holdfast.cli.Main"));
        command.addAll(List.of(words));
        Path out = folder.resolve("out-" + runs);
        Path error = folder.resolve("error-" + runs);
        var builder =
                new ProcessBuilder(command)
                        .directory(folder.toFile())
                        .redirectOutput(out.toFile())
                        .redirectError(error.toFile());
        Map<String, String> environment = builder.environment();
        environment.remove("MYSQL_PWD");
        environment.put("XDG_STATE_HOME", folder.resolve("state").toString());
        environment.put("XDG_CONFIG_HOME", folder.resolve("config").toString());
        environment.put("HOLDFAST_MYSQL_HOME", TestServer.home().folder().toString());
        return new Running(builder.start(), out, error);
    }

    /// The only id of the backups that `list` shows as whole.
    List<String> wholeBackups() throws IOException, InterruptedException {
        Ended listed = run(withRepository("list", "--json")).succeeded();
        assertThat(listed.out()).doesNotContain("damaged");
        return listed.out()
                .lines()
                .filter(line -> line.contains("\"type\":\"backup\""))
                .map(line -> line.replaceAll(".*\"id\":\"([^\"]+)\".*", "$1"))
                .toList();
    }

    /// The objects under a folder of the repository, temporary files included.
    List<Path> objects(String under) throws IOException {
        Path place = repository().resolve(under);
        if (!Files.isDirectory(place)) {
            return List.of();
        }
        try (Stream<Path> entries = Files.walk(place)) {
            return entries.filter(Files::isRegularFile).sorted().toList();
        }
    }

    @Override
    public void close() {
        Folders.remove(folder);
    }
}
