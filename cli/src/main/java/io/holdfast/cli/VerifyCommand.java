package io.holdfast.cli;

import io.holdfast.cli.shell.Output;
import io.holdfast.core.CorruptDataException;
import io.holdfast.core.Problem;
import io.holdfast.core.Progress;
import io.holdfast.core.Text;
import io.holdfast.repository.Repository;
import io.holdfast.repository.format.RepositoryError;
import io.holdfast.repository.verify.Finding;
import io.holdfast.repository.verify.Verify;
import io.holdfast.repository.verify.VerifyReport;
import io.holdfast.store.StoredObject;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// `holdfast verify`: whether every byte is as it was written.
@Command(
        name = "verify",
        description = "Read every byte of the repository, or of one backup, and prove it.")
final class VerifyCommand implements Runnable {
    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it before the command runs
    private CommonOptions common;

    @Parameters(
            arity = "0..1",
            paramLabel = "BACKUP",
            description = "Only what this backup needs (see `holdfast list`); else everything.")
    private @Nullable String backup;

    @Override
    public void run() {
        Output output = common.output();
        Repository repository = common.openRepository();
        VerifyReport report;
        try (Progress.Work work =
                common.progress().begin("verifying", Progress.Unit.BYTES, Progress.UNKNOWN)) {
            Consumer<StoredObject> advance = object -> work.advance(object.bytes());
            report =
                    backup == null
                            ? Verify.everything(repository, advance)
                            : Verify.backup(repository, RestoreCommand.backupId(backup), advance);
        }
        report.findings().forEach(finding -> damaged(output, finding));
        report.strangers().forEach(key -> output.line("no object of a repository: %s", key));
        report.garbage().forEach(key -> output.line("of no backup that is whole: %s", key));
        output.line(
                "%d objects with %s read: %s",
                report.objects(),
                Text.bytes(report.bytes()),
                report.isSound() ? "all as written" : report.findings().size() + " damaged");
        output.object(
                ListCommand.object(
                        "verified",
                        "objects",
                        report.objects(),
                        "bytes",
                        report.bytes(),
                        "findings",
                        report.findings().size(),
                        "strangers",
                        report.strangers().size(),
                        "garbage",
                        report.garbage().size()));
        if (!report.isSound()) {
            throw new CorruptDataException(
                    Problem.of(RepositoryError.OBJECT_DAMAGED)
                            .what(
                                    "%d objects are not as they were written",
                                    report.findings().size())
                            .where("repository %s", common.repository())
                            .remedy(
                                    "Put them back from a copy of the repository, or take a new backup now:"
                                            + " holdfast backup."));
        }
    }

    private static void damaged(Output output, Finding finding) {
        Problem problem = finding.problem();
        output.line("DAMAGED %s: %s", finding.object(), problem.what());
        output.line("  where: %s", problem.where());
        output.object(
                ListCommand.object(
                        "finding",
                        "object",
                        finding.object(),
                        "error",
                        problem.code().name(),
                        "problem",
                        problem.what(),
                        "where",
                        problem.where()));
    }
}
