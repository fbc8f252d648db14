package io.holdfast.cli;

import io.holdfast.cli.shell.CliError;
import io.holdfast.cli.shell.Output;
import io.holdfast.core.HoldfastException;
import io.holdfast.core.Problem;
import java.util.Arrays;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.ParameterException;

/// The command line as a whole: its verbs, and what each outcome ends in.
@Command(
        name = "holdfast",
        description = "Protects MySQL servers and brings them back.",
        version = "holdfast " + Holdfast.VERSION,
        scope = CommandLine.ScopeType.INHERIT,
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "VERB",
        footer = {
            "",
            "`holdfast help VERB` explains a verb. Exit status: 0 good, 1 a bug in Holdfast,",
            "2 usage or configuration, 3 refused, 4 unavailable, 5 corrupt, 6 different,",
            "130 interrupted."
        })
final class Holdfast implements Runnable {
    static final String VERSION = "0.1.0";

    private static final List<Class<?>> VERBS =
            List.of(
                    ArchiveCommand.class,
                    BackupCommand.class,
                    BinlogCommand.class,
                    CheckCommand.class,
                    DemoCommand.class,
                    LabCommand.class,
                    ListCommand.class,
                    RecoverCommand.class,
                    RestoreCommand.class,
                    VerifyCommand.class,
                    HelpCommand.class);

    private static final int BUG_STATUS = 1;
    private static final int USAGE_STATUS = 2;

    @CommandLine.Spec private CommandLine.Model.@org.jspecify.annotations.Nullable CommandSpec spec;

    /// Runs the command line and returns its exit status; nothing is thrown.
    static int run(String[] arguments, Output output) {
        // The commonest question needs no parser.
        if (arguments.length == 1 && arguments[0].equals("--version")) {
            output.line("holdfast %s", VERSION);
            return 0;
        }
        boolean asJson = Arrays.asList(arguments).contains("--json");
        List<Class<?>> asked = VERBS.stream().filter(verb -> isAsked(verb, arguments)).toList();
        return commandLine(output.asking(asJson), asked.isEmpty() ? VERBS : asked)
                .execute(arguments);
    }

    /// Whether it is the verb of these arguments, so that the parser need not learn the others,
    /// which takes it a tenth of a second.
    private static boolean isAsked(Class<?> verb, String[] arguments) {
        return arguments.length > 0
                && verb != HelpCommand.class
                && verb.getAnnotation(Command.class).name().equals(arguments[0]);
    }

    /// The command line with all its verbs.
    static CommandLine commandLine(Output output) {
        return commandLine(output, VERBS);
    }

    private static CommandLine commandLine(Output output, List<Class<?>> verbs) {
        var wiring = new Wiring(output);
        var line = new CommandLine(new Holdfast(), wiring);
        verbs.forEach(verb -> line.addSubcommand(new CommandLine(verb, wiring)));
        line.setOut(output.outWriter());
        line.setErr(output.errorWriter());
        line.setUsageHelpAutoWidth(true);
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.setParameterExceptionHandler((failure, _) -> misunderstood(output, failure));
        line.setExecutionExceptionHandler((failure, _, _) -> failed(output, failure));
        return line;
    }

    private static int misunderstood(Output output, ParameterException failure) {
        if (failure.getCause() instanceof HoldfastException known) {
            return failed(output, known);
        }
        CommandLine verb = failure.getCommandLine();
        output.problem(
                Problem.of(CliError.ARGUMENTS_NOT_UNDERSTOOD)
                        .what("%s", String.valueOf(failure.getMessage()))
                        .where("%s", verb.getCommandSpec().qualifiedName())
                        .remedy("See `%s --help`.", verb.getCommandSpec().qualifiedName()));
        return USAGE_STATUS;
    }

    private static int failed(Output output, Throwable failure) {
        if (failure instanceof HoldfastException known) {
            output.problem(known.problem());
            return known.exitStatus();
        }
        output.problem(
                Problem.of(CliError.BUG)
                        .what("%s", failure.toString())
                        .where("holdfast %s", VERSION)
                        .remedy("Report it with the trace below and what you ran."));
        failure.printStackTrace(output.errorWriter());
        return BUG_STATUS;
    }

    /// Without a verb there is only one thing to do: help.
    @Override
    public void run() {
        if (spec != null) {
            spec.commandLine().usage(spec.commandLine().getOut());
        }
    }
}
