package io.holdfast.cli;

import io.holdfast.cli.shell.CliError;
import io.holdfast.client.Session;
import io.holdfast.core.BinlogPosition;
import io.holdfast.core.GtidSet;
import io.holdfast.core.Problem;
import io.holdfast.core.UsageException;
import io.holdfast.recovery.Afterwards;
import io.holdfast.recovery.Recovery;
import io.holdfast.recovery.RecoveryReport;
import io.holdfast.recovery.RecoveryRequest;
import io.holdfast.recovery.moment.LoggedTransaction.Clock;
import io.holdfast.recovery.moment.Moment;
import io.holdfast.recovery.plan.Planner;
import io.holdfast.recovery.plan.RecoveryPlan;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `holdfast recover`: bring a server back to a moment.
@Command(
        name = "recover",
        description = {
            "Bring a server back to a moment, in a new folder: load the backup before it that is quickest, then replay"
                    + " the archived log up to it.",
            "",
            "MOMENT is `latest`; `gtid:UUID:N` (including it); `before:UUID:N`; `binlog.000043:892140`; a time with"
                    + " its zone, `2025-10-05T14:36:59.25Z`; or `before-statement:'DROP TABLE university.grades'`."
        })
final class RecoverCommand implements Callable<Integer> {
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_./:=@%+,-]+");
    private static final Pattern UUID_FORM =
            Pattern.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it before the command runs
    private CommonOptions common;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it before the command runs
    private KeepOptions keep;

    @CommandLine.Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before the command runs
    private CommandLine.Model.CommandSpec spec;

    @Option(names = "--to", paramLabel = "MOMENT", required = true, description = "Where to stop.")
    private String to = "";

    @Option(names = "--into", paramLabel = "DIR", description = "The folder to make; new or empty.")
    private @Nullable Path into;

    @Option(
            names = "--continue",
            paramLabel = "DIR",
            description = "Go on from where an earlier recovery into this folder stopped.")
    private @Nullable Path continued;

    @Option(
            names = "--skip",
            paramLabel = "GTID",
            description =
                    "Leave this transaction out (FILE:OFFSET without GTIDs). May be repeated.")
    private List<String> skips = new ArrayList<>();

    @Option(
            names = "--clock",
            paramLabel = "WHOSE",
            defaultValue = "ORIGINAL",
            description =
                    "For a time: `original`, when the first server committed (default), or `server`, when the archived one did.")
    private Clock clock = Clock.ORIGINAL;

    @Option(
            names = "--history",
            paramLabel = "ID",
            description = "Which history, if the moment could mean several.")
    private @Nullable String history;

    @Option(
            names = "--backup",
            paramLabel = "ID",
            description =
                    "Begin with this backup (default: the one from which the moment is reached in the shortest time, by estimate).")
    private @Nullable String backup;

    @Option(names = "--dry-run", description = "Say what would be done, and do nothing.")
    private boolean isDryRun;

    @Option(
            names = "--workers",
            paramLabel = "N",
            defaultValue = "0",
            description = "How many workers apply transactions (default: 16).")
    private int workers;

    @Option(names = "--check", description = "Run CHECK TABLE … QUICK over every table at the end.")
    private boolean isChecked;

    @Parameters(
            arity = "0..*",
            paramLabel = "OPTION",
            description = "mysqld options for the replay, after `--`.")
    private @Nullable List<String> mysqldOptions;

    @Override
    public Integer call() {
        RecoveryRequest request = request();
        Afterwards afterwards = keep.afterwards("recover");
        var recovery =
                new Recovery(common.openRepository(), common.mysqldHome(), common.progress());
        if (isDryRun) {
            RecoveryPlan plan = recovery.plan(request);
            RecoveryPrinter.plan(plan, clock, common.output());
        } else {
            RecoveryReport report = recovery.run(request, afterwards);
            RecoveryPrinter.report(report, clock, common.output());
        }
        return 0;
    }

    private RecoveryRequest request() {
        Path folder = into != null ? into : continued;
        if (folder == null || (into != null && continued != null)) {
            throw new UsageException(
                    Problem.of(CliError.ARGUMENTS_NOT_UNDERSTOOD)
                            .what("either --into or --continue is needed, and not both")
                            .where("holdfast recover")
                            .remedy("Name a new folder: --into DIR."));
        }
        if (backup != null && continued != null) {
            throw new UsageException(
                    Problem.of(CliError.ARGUMENTS_NOT_UNDERSTOOD)
                            .what(
                                    "--continue goes on from what the folder holds, not from a backup")
                            .where("--backup")
                            .remedy("Leave out one of the two."));
        }
        return new RecoveryRequest(
                Moment.parse(to),
                clock,
                serverUuid(),
                history,
                backup == null ? null : RestoreCommand.backupId(backup),
                skips(),
                folder,
                continued != null,
                isDryRun,
                common.threads(Runtime.getRuntime().availableProcessors()),
                workers,
                isChecked,
                mysqldOptions == null ? List.of() : mysqldOptions,
                command());
    }

    private Planner.Skips skips() {
        var gtids = new GtidSet.Builder();
        var positions = new ArrayList<BinlogPosition>();
        for (String skip : skips) {
            if (Moment.POSITION.matcher(skip).matches()) {
                positions.add(BinlogPosition.parse(skip));
            } else {
                gtids.addAll(GtidSet.parse(skip));
            }
        }
        return new Planner.Skips(gtids.build(), positions);
    }

    /// Whose archive is meant: `--server` may be a `server_uuid` itself, for a server that is gone.
    private @Nullable UUID serverUuid() {
        String named = common.serverNamed();
        if (named == null) {
            return null;
        }
        if (UUID_FORM.matcher(named).matches()) {
            return UUID.fromString(named);
        }
        try (Session session = Session.open(common.connectOptions())) {
            return UUID.fromString(session.query("SELECT @@server_uuid AS u").only().string("u"));
        }
    }

    /// The command line as it was given, to be repeated with more options.
    private String command() {
        return "holdfast "
                + spec.root().commandLine().getParseResult().originalArgs().stream()
                        .map(word ->
                                PLAIN.matcher(word).matches()
                                        ? word
                                        : "'" + word.replace("'", "'\\''") + "'")
                        .collect(Collectors.joining(" "));
    }
}
