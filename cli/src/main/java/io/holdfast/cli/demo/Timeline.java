package io.holdfast.cli.demo;

import com.google.errorprone.annotations.FormatMethod;
import io.holdfast.cli.shell.Output;
import io.holdfast.core.Text;

/// The story as it happens, each line with the seconds since it began.
final class Timeline {
    private final Output output;
    private final long begin = System.nanoTime();

    Timeline(Output output) {
        this.output = output;
    }

    /// Tells what just happened.
    @FormatMethod
    void tell(String format, Object... arguments) {
        output.line("%6.1f s  %s", seconds(), Text.format(format, arguments));
    }

    /// Adds a line to what was told last.
    @FormatMethod
    void add(String format, Object... arguments) {
        output.line("          %s", Text.format(format, arguments));
    }

    /// Seconds since the story began.
    double seconds() {
        return (System.nanoTime() - begin) / 1e9;
    }
}
