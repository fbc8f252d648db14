package io.holdfast.servertests.innodb;

import io.holdfast.servertests.TestServer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// MySQL's own judge of pages, the oracle of these tests.
final class Innochecksum {
    private Innochecksum() {}

    /// Whether it finds every page of the file whole.
    static boolean isWhole(Path file) throws IOException, InterruptedException {
        return run(List.of(), file) == 0;
    }

    /// Whether it finds that page of the file whole.
    static boolean isPageWhole(Path file, long pageNumber)
            throws IOException, InterruptedException {
        return run(List.of("--page=" + pageNumber), file) == 0;
    }

    /// Gives every page of the file another kind of checksum: `crc32`, `innodb` or `none`.
    static void rewrite(Path file, String algorithm) throws IOException, InterruptedException {
        int status = run(List.of("--no-check", "--write=" + algorithm), file);
        if (status != 0) {
            throw new IllegalStateException("innochecksum ended with status " + status);
        }
    }

    private static int run(List<String> options, Path file)
            throws IOException, InterruptedException {
        var command = new ArrayList<>(TestServer.home().toolCommand("innochecksum"));
        command.addAll(options);
        command.add(file.toString());
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
    }
}
