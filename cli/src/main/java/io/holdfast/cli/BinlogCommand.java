package io.holdfast.cli;

import io.holdfast.backup.archive.BinlogExport;
import io.holdfast.backup.archive.BinlogExport.ArchivedFile;
import io.holdfast.cli.shell.CliError;
import io.holdfast.cli.shell.Output;
import io.holdfast.core.Problem;
import io.holdfast.core.Text;
import io.holdfast.core.UsageException;
import io.holdfast.repository.archive.Archive;
import io.holdfast.repository.archive.HistoryArchive;
import io.holdfast.repository.archive.HistoryId;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `holdfast binlog`: each of its verbs is a method.
@Command(
        name = "binlog",
        description = "Archived binary logs, as files.",
        synopsisSubcommandLabel = "VERB")
final class BinlogCommand implements Runnable {
    @CommandLine.Spec private CommandLine.Model.@Nullable CommandSpec spec;

    /// Without a verb there is only help.
    @Override
    public void run() {
        if (spec != null) {
            spec.commandLine().usage(spec.commandLine().getOut());
        }
    }

    @Command(description = "Give the server's files back, byte for byte (decrypted).")
    void export(
            @Mixin CommonOptions common,
            @Option(
                            names = "--into",
                            paramLabel = "DIR",
                            required = true,
                            description = "Where to.")
                    Path into,
            @Option(names = "--file", paramLabel = "FILE", description = "Only this one.")
                    @Nullable String file,
            @Option(
                            names = "--history",
                            paramLabel = "ID",
                            description = "Of this history; needed if there are several.")
                    @Nullable String history,
            @Option(
                            names = "--partial",
                            description =
                                    "Also a file that the server still writes, as far as it is archived.")
                    boolean withPartial) {
        Output output = common.output();
        HistoryArchive from = choose(new Archive(common.openRepository()), history);
        List<ArchivedFile> written =
                BinlogExport.export(from, new BinlogExport.Request(into, file, withPartial));
        for (ArchivedFile one : written) {
            output.line(
                    "%s  %s  %s",
                    one.file(),
                    Text.bytes(one.byteCount()),
                    one.isComplete() ? "complete" : "PARTIAL: the server has not closed it yet");
            output.object(
                    ListCommand.object(
                            "file",
                            "file",
                            one.file(),
                            "bytes",
                            one.byteCount(),
                            "isComplete",
                            one.isComplete()));
        }
    }

    private static HistoryArchive choose(Archive archive, @Nullable String asked) {
        if (asked != null) {
            if (!HistoryId.isHistoryId(asked)) {
                throw wrong("'" + asked + "' is not a history's id");
            }
            return archive.open(new HistoryId(asked));
        }
        List<HistoryArchive> histories = archive.histories();
        if (histories.size() != 1) {
            throw wrong("the repository has " + histories.size() + " histories");
        }
        return histories.getFirst();
    }

    private static UsageException wrong(String what) {
        return new UsageException(
                Problem.of(CliError.HISTORY_NOT_NAMED)
                        .what("%s", what)
                        .where("--history")
                        .remedy("Take an id from 'holdfast list'."));
    }
}
