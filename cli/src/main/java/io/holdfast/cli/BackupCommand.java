package io.holdfast.cli;

import io.holdfast.backup.logical.LogicalBackup;
import io.holdfast.backup.logical.LogicalBackupOptions;
import io.holdfast.backup.logical.LogicalBackupReport;
import io.holdfast.cli.shell.CliError;
import io.holdfast.cli.shell.Output;
import io.holdfast.client.ConnectOptions;
import io.holdfast.core.Problem;
import io.holdfast.core.TableName;
import io.holdfast.core.Text;
import io.holdfast.core.UsageException;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `holdfast backup`: one consistent backup of a server.
@Command(
        name = "backup",
        description = "Back a server up: its schema, its accounts, its rows, all of one moment.")
final class BackupCommand implements Runnable {
    private static final Pattern AMOUNT = Pattern.compile("(\\d{1,9})(ms|s|m|h|)");
    private static final int THREADS_DEFAULT = 4;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it before the command runs
    private CommonOptions common;

    @Option(
            names = "--logical",
            description = "Schema and rows. The only kind so far, so it may be left out.")
    @SuppressWarnings("UnusedVariable") // it says what would be done anyway
    private boolean isLogical;

    @Option(
            names = "--ddl-block-max",
            paramLabel = "TIME",
            description =
                    "How long DDL may be held back, as 90s or 10m (the default). What is read later is compared with"
                            + " the schema instead.")
    private String ddlBlockMax = "10m";

    @Option(
            names = "--other-engines-max",
            paramLabel = "MIB",
            description =
                    "How large tables without transactions may be together, in MiB, to be read under a lock (default"
                            + " 64).")
    private long otherEnginesMax = LogicalBackupOptions.OTHER_ENGINES_BYTES_MAX_DEFAULT >> 20;

    @Option(
            names = "--allow-inconsistent",
            paramLabel = "DB.TABLE",
            description = "Take this table without transactions as it is when it is read.")
    private @Nullable List<String> allowInconsistent;

    @Override
    public void run() {
        Output output = common.output();
        ConnectOptions source = common.connectOptions();
        LogicalBackupOptions options = options();
        LogicalBackupReport report =
                new LogicalBackup(
                                source,
                                common.openOrCreateRepository(
                                        () -> LogicalBackup.mustBeAllowed(source, options)),
                                options,
                                common.progress())
                        .run();
        print(output, report, common.repository());
        output.object(fields(report));
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

    private static void print(Output output, LogicalBackupReport report, String repository) {
        double seconds = Math.max(0.001, report.total().toMillis() / 1000.0);
        output.line(
                "backup %s of MySQL %s, server %s",
                report.backup(), report.server().version(), report.server().uuid());
        output.line("  moment   %s", report.consistentAt());
        if (!report.gtidSet().isEmpty()) {
            output.line("  GTID set %s", report.gtidSet().toString());
        }
        if (report.position() != null) {
            output.line("  binlog   %s", report.position().toString());
        }
        output.line(
                "  holds    %,d objects; %,d tables with %,d rows in %,d chunks",
                report.objectCount(), report.tableCount(), report.rowCount(), report.chunkCount());
        output.line(
                "  size     %s, stored as %s",
                Text.bytes(report.rowBytes()), Text.bytes(report.storedBytes()));
        output.line(
                "  took     %.1f s (%s/s); writers waited %d ms, DDL was held back for %.1f s",
                seconds,
                Text.bytes((long) (report.rowBytes() / seconds)),
                report.writersStopped().toMillis(),
                report.ddlBlocked().toMillis() / 1000.0);
        if (report.snapshots() > 1) {
            output.line(
                    "  began anew %d times, because the schema changed", report.snapshots() - 1);
        }
        for (String note : report.notes()) {
            output.line("  note: %s", note);
        }
        output.line("next:");
        output.line("  holdfast restore %s --into DIR --repo %s", report.backup(), repository);
        output.line(
                "  holdfast archive --repo %s     (to recover to any moment from here on)",
                repository);
    }

    private static Map<String, Object> fields(LogicalBackupReport report) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("id", report.backup().toString());
        fields.put("kind", "LOGICAL");
        fields.put("server", report.server().uuid().toString());
        fields.put("serverVersion", report.server().version());
        fields.put("consistentAt", report.consistentAt().toString());
        fields.put("gtidSet", report.gtidSet().toString());
        if (report.position() != null) {
            fields.put("position", report.position().toString());
        }
        fields.put("seconds", report.total().toMillis() / 1000.0);
        fields.put("writersStoppedMillis", report.writersStopped().toMillis());
        fields.put("ddlBlockedMillis", report.ddlBlocked().toMillis());
        fields.put("snapshots", report.snapshots());
        fields.put("lockTries", report.lockTries());
        fields.put("objects", report.objectCount());
        fields.put("tables", report.tableCount());
        fields.put("chunks", report.chunkCount());
        fields.put("rows", report.rowCount());
        fields.put("rawBytes", report.rowBytes());
        fields.put("storedBytes", report.storedBytes());
        fields.put("notes", report.notes());
        return fields;
    }
}
