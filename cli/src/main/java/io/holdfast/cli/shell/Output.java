package io.holdfast.cli.shell;

import com.google.errorprone.annotations.FormatMethod;
import io.holdfast.core.Problem;
import io.holdfast.core.Progress;
import io.holdfast.core.Text;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/// Where a command writes: results on standard output, for people as lines or for machines as one
/// JSON object a line; progress and problems on standard error.
///
/// Thread-safe.
public final class Output {
    private final PrintWriter out;
    private final PrintWriter error;
    private final boolean isTerminal;
    private final boolean asJson;
    private final boolean isQuiet;
    private final Progress progress;

    private Output(
            PrintWriter out,
            PrintWriter error,
            boolean isTerminal,
            boolean asJson,
            boolean isQuiet) {
        this.out = out;
        this.error = error;
        this.isTerminal = isTerminal;
        this.asJson = asJson;
        this.isQuiet = isQuiet;
        this.progress = isQuiet ? Progress.NONE : new TerminalProgress(error, isTerminal);
    }

    /// The streams of this process.
    public static Output ofProcess() {
        // The JDK cannot say whether standard error is a terminal; the launcher can.
        return new Output(
                writer(System.out),
                writer(System.err),
                Boolean.getBoolean("holdfast.terminal"),
                false,
                false);
    }

    /// An output into writers, for tests.
    public static Output into(PrintWriter out, PrintWriter error) {
        return new Output(out, error, false, false, false);
    }

    private static PrintWriter writer(PrintStream stream) {
        return new PrintWriter(stream, true, StandardCharsets.UTF_8);
    }

    public Output asking(boolean newAsJson) {
        return new Output(out, error, isTerminal, newAsJson, isQuiet);
    }

    public Output quiet() {
        return new Output(out, error, isTerminal, asJson, true);
    }

    /// Whether machines read standard output.
    public boolean isJson() {
        return asJson;
    }

    /// Writes a line for people; left out with `--json` and `--quiet`.
    @FormatMethod
    public void line(String format, Object... arguments) {
        if (!asJson && !isQuiet) {
            out.println(Text.format(format, arguments));
        }
    }

    /// Writes an object for machines; left out without `--json`.
    ///
    /// @param object a map or a record
    public void object(Object object) {
        if (asJson) {
            out.println(Json.write(object));
        }
    }

    /// Writes a problem: for people on standard error, with `--json` also on standard output.
    public void problem(Problem problem) {
        error.println(problem.render());
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("error", problem.code().name());
        fields.put("what", problem.what());
        fields.put("where", problem.where());
        fields.put("do", problem.remedy());
        object(fields);
    }

    /// Writes a line for people on standard error, beside results; left out with `--quiet`.
    @FormatMethod
    public void note(String format, Object... arguments) {
        if (!isQuiet) {
            error.println(Text.format(format, arguments));
        }
    }

    /// Writes a warning on standard error, whatever the options say.
    @FormatMethod
    public void warning(String format, Object... arguments) {
        error.println("warning: " + Text.format(format, arguments));
    }

    /// Where engines say how far they are.
    public Progress progress() {
        return progress;
    }

    public PrintWriter outWriter() {
        return out;
    }

    public PrintWriter errorWriter() {
        return error;
    }
}
