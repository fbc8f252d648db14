package io.holdfast.cli;

import io.holdfast.backup.clone.CloneBackup;
import io.holdfast.backup.clone.CloneBackupOptions;
import io.holdfast.backup.logical.LogicalBackup;
import io.holdfast.backup.logical.LogicalBackupOptions;
import io.holdfast.backup.logical.LogicalBackupReport;
import io.holdfast.backup.physical.PhysicalBackup;
import io.holdfast.backup.physical.PhysicalBackupOptions;
import io.holdfast.backup.physical.PhysicalBackupReport;
import io.holdfast.cli.shell.CliError;
import io.holdfast.cli.shell.Output;
import io.holdfast.client.ConnectOptions;
import io.holdfast.core.Problem;
import io.holdfast.core.RefusedException;
import io.holdfast.core.TableName;
import io.holdfast.core.UsageException;
import io.holdfast.mysqld.Folders;
import io.holdfast.recovery.SandboxRecovery;
import io.holdfast.repository.BackupKind;
import io.holdfast.repository.Repository;
import io.holdfast.repository.format.Compression;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `holdfast backup`: one consistent backup of a server.
@Command(
        name = "backup",
        description =
                "Back a whole server up, all of one moment: its files, where they can be read here (--physical), or its"
                        + " schema, accounts and rows (--logical).")
final class BackupCommand implements Runnable {
    private static final Pattern AMOUNT = Pattern.compile("(\\d{1,9})(ms|s|m|h|)");
    private static final Pattern BYTES = Pattern.compile("(\\d{1,9})([KMG]?)");
    private static final Pattern COMPRESSION = Pattern.compile("none|zstd(?::([1-9]|1[0-9]))?");
    private static final int THREADS_DEFAULT = 4;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it before the command runs
    private CommonOptions common;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before the command runs
    private CommandSpec spec;

    @Option(
            names = "--logical",
            description = "Schema and rows. The default where the server's files are out of reach.")
    private boolean isLogical;

    @Option(
            names = "--physical",
            description =
                    "The server's files: pages and redo. On the server's host, as a user that may read them. The default"
                            + " there.")
    private boolean isPhysical;

    @Option(
            names = "--full",
            description =
                    "Physical: store all pages anew, not only those that changed since the last backup.")
    private boolean isFull;

    @Option(
            names = "--via-clone",
            description =
                    "Physical: over the network, through the server's own clone protocol. Needs its clone plugin, and a"
                            + " mysqld of its version here, which recovers from the backup once to prove it.")
    private boolean isViaClone;

    @Option(
            names = "--proof-dir",
            paramLabel = "DIR",
            description =
                    "Via clone: where that mysqld's files lie meanwhile; all of the database must fit (default"
                            + " ~/.local/state/holdfast/proof, or below $XDG_STATE_HOME).")
    private @Nullable Path proofFolder;

    @Option(
            names = "--rate",
            paramLabel = "BYTES",
            description = "Physical: read at most so much in a second, as 50M or 1G.")
    private @Nullable String rate;

    @Option(
            names = "--spool-max",
            paramLabel = "BYTES",
            description =
                    "Physical: how much redo may come while files are copied, as 500M or 16G (the default). Beyond"
                            + " that the backup ends, and the server goes on.")
    private String spoolMax = "16G";

    @Option(
            names = "--spool-dir",
            paramLabel = "DIR",
            description =
                    "Physical: where that redo is kept meanwhile (default ~/.local/state/holdfast/spool, or below"
                            + " $XDG_STATE_HOME).")
    private @Nullable Path spoolFolder;

    @Option(
            names = "--ddl-block-max",
            paramLabel = "TIME",
            description =
                    "How long DDL may be held back, as 90s or 10m (the default). Then a logical backup compares what it"
                            + " reads with the schema instead, and a physical one ends.")
    private String ddlBlockMax = "10m";

    @Option(
            names = "--reduced-lock",
            arity = "0..1",
            fallbackValue = "",
            paramLabel = "TIME",
            description =
                    "Physical: do not end then, but let DDL go on, and at last copy what it has changed again while DDL is"
                            + " held back for a moment. With TIME (0s or more), do so as early as that.")
    private @Nullable String reducedLock;

    @Option(
            names = "--stage-every",
            paramLabel = "TIME",
            description =
                    "Physical: how often the repository is told what was stored, so that after a backup that was cut"
                            + " off the next one goes on from there (default 30s).")
    private String stageEvery = "30s";

    @Option(
            names = "--other-engines-max",
            paramLabel = "MIB",
            description =
                    "Logical: how large tables without transactions may be together, in MiB, to be read under a lock"
                            + " (default 64).")
    private long otherEnginesMax = LogicalBackupOptions.OTHER_ENGINES_BYTES_MAX_DEFAULT >> 20;

    @Option(
            names = "--allow-inconsistent",
            paramLabel = "DB.TABLE",
            description = "Take this table without transactions as it is when it is read.")
    private @Nullable List<String> allowInconsistent;

    @Option(
            names = "--compress",
            paramLabel = "none|zstd[:LEVEL]",
            description =
                    "How its content is compressed (default zstd:1; levels up to 19 are smaller and slower).")
    private String compress = "zstd:1";

    @Override
    public void run() {
        KindChoice choice =
                KindChoice.of(
                        isLogical,
                        isPhysical,
                        given(),
                        () -> PhysicalBackup.obstacle(common.connectOptions()));
        if (!choice.why().isEmpty()) {
            common.output()
                    .note(
                            "taking a %s backup: %s",
                            choice.kind().name().toLowerCase(Locale.ROOT), choice.why());
        }
        if (isViaClone) {
            runClone(choice);
        } else if (choice.kind() == BackupKind.LOGICAL) {
            runLogical(choice);
        } else {
            try {
                runPhysical(choice);
            } catch (RefusedException refusal) {
                throw choice.named(refusal);
            }
        }
    }

    private Set<String> given() {
        return spec.commandLine().getParseResult().matchedOptions().stream()
                .map(OptionSpec::longestName)
                .collect(Collectors.toSet());
    }

    private void runLogical(KindChoice choice) {
        Output output = common.output();
        ConnectOptions source = common.connectOptions();
        LogicalBackupOptions options = options();
        LogicalBackupReport report =
                new LogicalBackup(
                                source,
                                repository(() -> LogicalBackup.mustBeAllowed(source, options)),
                                options,
                                common.progress())
                        .run();
        LogicalBackupPrinter.print(output, report, common.repository());
        output.object(LogicalBackupPrinter.fields(report, choice));
    }

    private void runPhysical(KindChoice choice) {
        Output output = common.output();
        ConnectOptions source = common.connectOptions();
        PhysicalBackupReport report =
                new PhysicalBackup(
                                source,
                                repository(() -> PhysicalBackup.mustBeAllowed(source)),
                                physicalOptions(),
                                common.progress())
                        .run();
        PhysicalBackupPrinter.print(output, report, common.repository());
        output.object(PhysicalBackupPrinter.fields(report, choice));
    }

    private Repository repository(Runnable mayBegin) {
        Compression compression = compression(compress);
        return common.openOrCreateRepository(mayBegin).compressing(compression);
    }

    static Compression compression(String text) {
        Matcher matcher = COMPRESSION.matcher(text);
        if (!matcher.matches()) {
            throw new UsageException(
                    Problem.of(CliError.ARGUMENTS_NOT_UNDERSTOOD)
                            .what("`%s` is not a way to compress", text)
                            .where("--compress")
                            .remedy("Write none, zstd, or zstd with a level, as zstd:3."));
        }
        if (text.equals("none")) {
            return Compression.NONE;
        }
        String level = matcher.group(1);
        return level == null ? Compression.DEFAULT : new Compression(Integer.parseInt(level));
    }

    private void runClone(KindChoice choice) {
        Output output = common.output();
        ConnectOptions source = common.connectOptions();
        var proof =
                new SandboxProof(
                        new SandboxRecovery(
                                proofFolder == null
                                        ? Folders.state().resolve("proof")
                                        : proofFolder,
                                common.mysqldHome(),
                                common.threads(THREADS_DEFAULT),
                                common.progress()));
        PhysicalBackupReport report =
                new CloneBackup(
                                source,
                                repository(() -> CloneBackup.mustBeAllowed(source, proof)),
                                new CloneBackupOptions(
                                        duration("--ddl-block-max", ddlBlockMax),
                                        rate == null ? 0 : bytes("--rate", rate),
                                        spoolFolder(),
                                        bytes("--spool-max", spoolMax),
                                        isFull),
                                proof,
                                common.progress())
                        .run();
        PhysicalBackupPrinter.print(output, report, common.repository());
        output.object(PhysicalBackupPrinter.fields(report, choice));
    }

    private Path spoolFolder() {
        return spoolFolder == null ? Folders.state().resolve("spool") : spoolFolder;
    }

    private PhysicalBackupOptions physicalOptions() {
        Duration atMost = duration("--ddl-block-max", ddlBlockMax);
        return new PhysicalBackupOptions(
                common.threads(THREADS_DEFAULT),
                atMost,
                openAfter(atMost),
                rate == null ? 0 : bytes("--rate", rate),
                spoolFolder(),
                bytes("--spool-max", spoolMax),
                tables(),
                isFull,
                duration("--stage-every", stageEvery));
    }

    private @Nullable Duration openAfter(Duration atMost) {
        if (reducedLock == null || reducedLock.isEmpty()) {
            return reducedLock == null ? null : atMost;
        }
        return duration("--reduced-lock", reducedLock);
    }

    static long bytes(String option, String text) {
        Matcher matcher = BYTES.matcher(text);
        if (!matcher.matches() || matcher.group(1).matches("0+")) {
            throw new UsageException(
                    Problem.of(CliError.ARGUMENTS_NOT_UNDERSTOOD)
                            .what("`%s` is not a number of bytes", text)
                            .where("%s", option)
                            .remedy("Write it like 500M or 16G."));
        }
        int shift =
                switch (matcher.group(2)) {
                    case "K" -> 10;
                    case "M" -> 20;
                    case "G" -> 30;
                    default -> 0;
                };
        return Long.parseLong(matcher.group(1)) << shift;
    }

    private LogicalBackupOptions options() {
        return LogicalBackupOptions.defaults()
                .withThreads(common.threads(THREADS_DEFAULT))
                .withDdlBlockMax(duration("--ddl-block-max", ddlBlockMax))
                .withOtherEngines(otherEnginesMax << 20, tables());
    }

    static Duration duration(String option, String text) {
        Matcher matcher = AMOUNT.matcher(text);
        if (!matcher.matches()) {
            throw new UsageException(
                    Problem.of(CliError.ARGUMENTS_NOT_UNDERSTOOD)
                            .what("`%s` is not a length of time", text)
                            .where("%s", option)
                            .remedy("Write it like 500ms, 90s, 10m or 2h."));
        }
        long amount = Long.parseLong(matcher.group(1));
        return switch (matcher.group(2)) {
            case "ms" -> Duration.ofMillis(amount);
            case "m" -> Duration.ofMinutes(amount);
            case "h" -> Duration.ofHours(amount);
            default -> Duration.ofSeconds(amount);
        };
    }

    private Set<TableName> tables() {
        Set<TableName> tables = new HashSet<>();
        for (String text : allowInconsistent == null ? List.<String>of() : allowInconsistent) {
            int dot = text.indexOf('.');
            if (dot < 1 || dot == text.length() - 1) {
                throw new UsageException(
                        Problem.of(CliError.ARGUMENTS_NOT_UNDERSTOOD)
                                .what("`%s` does not name a table", text)
                                .where("--allow-inconsistent")
                                .remedy("Write it like shop.sessions."));
            }
            tables.add(new TableName(text.substring(0, dot), text.substring(dot + 1)));
        }
        return tables;
    }
}
