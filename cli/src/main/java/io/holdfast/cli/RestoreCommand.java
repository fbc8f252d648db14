package io.holdfast.cli;

import io.holdfast.cli.shell.CliError;
import io.holdfast.cli.shell.Output;
import io.holdfast.core.Problem;
import io.holdfast.core.TableName;
import io.holdfast.core.UsageException;
import io.holdfast.mysqld.Folders;
import io.holdfast.recovery.Afterwards;
import io.holdfast.recovery.CopiedTable;
import io.holdfast.recovery.RecoveryReport;
import io.holdfast.recovery.Restore;
import io.holdfast.recovery.TableReport;
import io.holdfast.recovery.TableRestore;
import io.holdfast.recovery.load.LoadReport;
import io.holdfast.recovery.load.TableTarget;
import io.holdfast.recovery.moment.LoggedTransaction.Clock;
import io.holdfast.repository.BackupId;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `holdfast restore`: one backup as it is, without replay.
@Command(
        name = "restore",
        description =
                "Restore a backup as it is: into a new folder (--into), over a stopped server's files (--delta), or, of a logical backup, into a server that is empty (--server); or one table of a physical one (--table), into a server that runs.")
final class RestoreCommand implements Callable<Integer> {
    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it before the command runs
    private CommonOptions common;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it before the command runs
    private KeepOptions keep;

    @Parameters(
            index = "0",
            paramLabel = "BACKUP",
            description = "Its id, as `holdfast list` shows it.")
    private String backup = "";

    @Option(
            names = "--into",
            paramLabel = "DIR",
            description = "The folder to make; new or empty, but with --delta.")
    private @Nullable Path into;

    @Option(
            names = "--delta",
            description =
                    "DIR holds the stopped server, or a restored one: make it that of the physical backup again and"
                            + " write only the pages that differ. What it did since is lost; its binary logs are kept.")
    private boolean isDelta;

    @Option(
            names = "--table",
            paramLabel = "DB.T",
            description =
                    "Bring only this table out of a physical backup: onto the running --server, row by row and proven;"
                            + " or --into DIR, as files that a server imports, and the statements for it.")
    private @Nullable String table;

    @Option(
            names = "--as",
            paramLabel = "DB.T2",
            description =
                    "With --table and --server: under this name, beside the present table and without triggers and"
                            + " foreign keys.")
    private @Nullable String as;

    @Parameters(
            index = "1..*",
            arity = "0..*",
            paramLabel = "OPTION",
            description = "mysqld options for the load, after `--`.")
    private @Nullable List<String> mysqldOptions;

    @Override
    public Integer call() {
        boolean hasServer = common.serverNamed() != null;
        if (into == null && !hasServer) {
            throw misunderstood("either --into or --server is needed");
        }
        if (into != null && hasServer) {
            throw misunderstood("--into and --server exclude each other");
        }
        if (hasServer && keep.afterwards("restore") != Afterwards.STOP) {
            throw misunderstood("--start is for a new server: --into");
        }
        if (hasServer && isDelta) {
            throw misunderstood("--delta is for the files of a server that is stopped: --into");
        }
        if (table != null && (isDelta || keep.afterwards("restore") != Afterwards.STOP)) {
            throw misunderstood("--table goes with --server, or with --into alone");
        }
        if (as != null && (table == null || !hasServer)) {
            throw misunderstood("--as goes with --table and --server");
        }
        BackupId id = backupId(backup);
        var restore = new Restore(common.openRepository(), common.progress());
        int threads = common.threads(Runtime.getRuntime().availableProcessors());
        if (table != null && into == null) {
            tableOnto(id, tableName(table), threads);
            return 0;
        }
        if (into != null) {
            List<String> options = mysqldOptions == null ? List.of() : mysqldOptions;
            var wanted =
                    new Restore.NewServer(
                            into,
                            common.mysqldHome(),
                            threads,
                            options,
                            keep.afterwards("restore"));
            if (table != null) {
                tableInto(id, tableName(table), wanted);
                return 0;
            }
            RecoveryReport report =
                    isDelta ? restore.overFolder(id, wanted) : restore.intoFolder(id, wanted);
            RecoveryPrinter.report(report, Clock.ORIGINAL, common.output());
        } else {
            print(restore.intoServer(id, common.connectOptions(), threads));
        }
        return 0;
    }

    private static TableName tableName(String name) {
        int dot = name.indexOf('.');
        if (dot < 1 || dot == name.length() - 1) {
            throw misunderstood("'" + name + "' is no table's name: SCHEMA.TABLE");
        }
        return new TableName(name.substring(0, dot), name.substring(dot + 1));
    }

    private void tableInto(BackupId id, TableName name, Restore.NewServer wanted) {
        TableReport report =
                new TableRestore(common.openRepository(), common.progress())
                        .intoFolder(id, name, wanted);
        TablePrinter.print(report, common.output());
    }

    private void tableOnto(BackupId id, TableName name, int threads) {
        var target =
                new TableTarget(
                        common.connectOptions(), as == null ? name : tableName(as), as == null);
        var wanted =
                new Restore.NewServer(
                        Folders.state().resolve("table"),
                        common.mysqldHome(),
                        threads,
                        mysqldOptions == null ? List.of() : mysqldOptions,
                        Afterwards.STOP);
        CopiedTable copied =
                new TableRestore(common.openRepository(), common.progress())
                        .intoServer(id, name, wanted, target, new TableAsBackedUp());
        TablePrinter.print(copied, common.output());
    }

    /// A backup's id as it was typed.
    static BackupId backupId(String text) {
        if (!BackupId.isBackupId(text)) {
            throw misunderstood("'" + text + "' is no backup's id");
        }
        return new BackupId(text);
    }

    private static UsageException misunderstood(String what) {
        return new UsageException(
                Problem.of(CliError.ARGUMENTS_NOT_UNDERSTOOD)
                        .what("%s", what)
                        .where("the command line")
                        .remedy("See `holdfast list` for backups and `holdfast restore --help`."));
    }

    private void print(LoadReport load) {
        Output output = common.output();
        output.line(
                "loaded %d rows of %d tables and %d objects, all proven equal to the backup",
                load.rowCount(), load.tableCount(), load.objectCount());
        load.findings()
                .forEach(finding -> output.line("note: %s: %s", finding.object(), finding.what()));
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("backup", backup);
        fields.put("rows", load.rowCount());
        fields.put("tables", load.tableCount());
        fields.put("objects", load.objectCount());
        fields.put("findings", load.findings());
        output.object(fields);
    }
}
