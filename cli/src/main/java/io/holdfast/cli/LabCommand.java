package io.holdfast.cli;

import io.holdfast.cli.shell.Output;
import io.holdfast.mysqld.Lab;
import io.holdfast.mysqld.LabServer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `holdfast lab`: each of its verbs is a method.
@Command(
        name = "lab",
        description = "Real MySQL servers on this machine, to try things on.",
        synopsisSubcommandLabel = "VERB")
final class LabCommand implements Runnable {
    @CommandLine.Spec private CommandLine.Model.@Nullable CommandSpec spec;

    /// Without a verb there is only help.
    @Override
    public void run() {
        if (spec != null) {
            spec.commandLine().usage(spec.commandLine().getOut());
        }
    }

    @Command(description = "Start a new server, or one that was stopped, on the data it had.")
    void start(
            @Mixin CommonOptions common,
            @Parameters(paramLabel = "NAME") String name,
            @Option(
                            names = "--port",
                            paramLabel = "P",
                            defaultValue = "0",
                            description = "The port on 127.0.0.1; a free one if left out.")
                    int port,
            @Parameters(
                            index = "1..*",
                            arity = "0..*",
                            paramLabel = "OPTION",
                            description = "mysqld options, after `--`.")
                    @Nullable List<String> options) {
        LabServer server = Lab.ofThisUser().start(common.mysqldHome(), name, port, options);
        Output output = common.output();
        output.line(
                "lab server %s runs: MySQL %s on 127.0.0.1:%d, process %d",
                server.name(), server.version(), server.port(), server.pid());
        output.line("  a session:   %s", server.clientScript());
        output.line("  for clients: --defaults-file=%s", server.optionFile());
        output.line("  for holdfast: --server %s", server.name());
        output.object(fields(server));
    }

    @Command(description = "Stop a server in order; its data stays.")
    void stop(@Mixin CommonOptions common, @Parameters(paramLabel = "NAME") String name) {
        ended(common.output(), Lab.ofThisUser().stop(name), "stopped; its data stays");
    }

    @Command(description = "Kill a server, as a crash would; its data stays.")
    void kill(@Mixin CommonOptions common, @Parameters(paramLabel = "NAME") String name) {
        ended(common.output(), Lab.ofThisUser().kill(name), "killed; its data stays");
    }

    @Command(description = "Kill a server and remove all it had.")
    void remove(@Mixin CommonOptions common, @Parameters(paramLabel = "NAME") String name) {
        ended(common.output(), Lab.ofThisUser().remove(name), "removed with its data");
    }

    private static void ended(Output output, LabServer server, String how) {
        output.line("lab server %s %s", server.name(), how);
        output.object(fields(server));
    }

    @Command(description = "List the servers.")
    void list(@Mixin CommonOptions common) {
        Output output = common.output();
        List<LabServer> servers = Lab.ofThisUser().list();
        if (servers.isEmpty()) {
            output.line("no lab servers; `holdfast lab start NAME` makes one");
        }
        for (LabServer server : servers) {
            output.line(
                    "%-16s %-8s MySQL %-8s 127.0.0.1:%-5d process %-7s %s",
                    server.name(),
                    server.state().name().toLowerCase(Locale.ROOT),
                    server.version(),
                    server.port(),
                    server.pid() == 0 ? "-" : Long.toString(server.pid()),
                    server.dataFolder());
            output.object(fields(server));
        }
    }

    private static Map<String, Object> fields(LabServer server) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("name", server.name());
        fields.put("state", server.state().name().toLowerCase(Locale.ROOT));
        fields.put("version", server.version());
        fields.put("port", server.port());
        fields.put("socket", server.socket().toString());
        fields.put("pid", server.pid());
        fields.put("dataFolder", server.dataFolder().toString());
        fields.put("optionFile", server.optionFile().toString());
        fields.put("errorLog", server.errorLog().toString());
        return fields;
    }
}
