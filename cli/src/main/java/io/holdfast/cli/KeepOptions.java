package io.holdfast.cli;

import io.holdfast.cli.shell.CliError;
import io.holdfast.core.Problem;
import io.holdfast.core.UsageException;
import io.holdfast.recovery.Afterwards;
import picocli.CommandLine.Option;

/// What becomes of a recovered server, as the verbs that make one say it (`@Mixin KeepOptions`).
final class KeepOptions {
    @Option(
            names = "--start",
            description =
                    "Leave the server running, on a socket of its own, with events off and nobody able to write.")
    private boolean isStarted;

    @Option(names = "--writable", description = "With --start: let it be written on.")
    private boolean isWritable;

    /// @param verb for the message
    /// @throws UsageException if the options contradict each other
    Afterwards afterwards(String verb) {
        if (isWritable && !isStarted) {
            throw new UsageException(
                    Problem.of(CliError.ARGUMENTS_NOT_UNDERSTOOD)
                            .what(
                                    "--writable says something of a server that --start leaves running")
                            .where("holdfast %s", verb)
                            .remedy("Add --start, or leave --writable out."));
        }
        if (!isStarted) {
            return Afterwards.STOP;
        }
        return isWritable ? Afterwards.KEEP_WRITABLE : Afterwards.KEEP_READ_ONLY;
    }
}
