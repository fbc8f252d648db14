package io.holdfast.mysqld;

import io.holdfast.core.CoreError;
import io.holdfast.core.InterruptedWorkException;
import io.holdfast.core.Problem;
import io.holdfast.core.UnavailableException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// A short program run to its end, with what it printed.
///
/// @param output standard output and error together, the last 256 KiB at most
record Command(int exitStatus, String output) {
    private static final int OUTPUT_BYTES_MAX = 256 << 10;

    /// Runs a program in the C locale without input and waits for its end; an interruption kills
    /// it.
    ///
    /// @throws UnavailableException if it could not be started
    static Command run(List<String> command) {
        var builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("LC_ALL", "C");
        Process process;
        try {
            process = builder.start();
        } catch (IOException failure) {
            throw new UnavailableException(
                    Problem.of(MysqldError.MYSQLD_UNUSABLE)
                            .what("it could not be run: %s", failure.toString())
                            .where("%s", command.getFirst())
                            .remedy("See that the program is there and may be executed."),
                    failure);
        }
        try {
            process.getOutputStream().close();
            String output = tail(process.getInputStream());
            return new Command(process.waitFor(), output);
        } catch (IOException failure) {
            throw new UnavailableException(
                    Problem.of(MysqldError.MYSQLD_UNUSABLE)
                            .what("its output could not be read: %s", failure.toString())
                            .where("%s", command.getFirst())
                            .remedy("Run it by hand: `%s`.", String.join(" ", command)),
                    failure);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new InterruptedWorkException(
                    Problem.of(CoreError.INTERRUPTED)
                            .what("stopped while %s ran", command.getFirst())
                            .remedy(""));
        } finally {
            process.destroyForcibly();
        }
    }

    private static String tail(InputStream stream) throws IOException {
        byte[] piece = new byte[8192];
        var text = new StringBuilder();
        for (int byteCount; (byteCount = stream.read(piece)) >= 0; ) {
            text.append(new String(piece, 0, byteCount, StandardCharsets.ISO_8859_1));
            if (text.length() > 2 * OUTPUT_BYTES_MAX) {
                text.delete(0, text.length() - OUTPUT_BYTES_MAX);
            }
        }
        return text.toString();
    }

    /// The last line that is not blank, which is where programs say why they gave up.
    String lastLine() {
        return output.lines().filter(line -> !line.isBlank()).reduce("", (_, line) -> line).strip();
    }
}
