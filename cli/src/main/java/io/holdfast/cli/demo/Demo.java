package io.holdfast.cli.demo;

import io.holdfast.backup.logical.LogicalBackup;
import io.holdfast.backup.logical.LogicalBackupOptions;
import io.holdfast.backup.logical.LogicalBackupReport;
import io.holdfast.cli.shell.CliError;
import io.holdfast.cli.shell.Output;
import io.holdfast.client.ConnectOptions;
import io.holdfast.client.Secret;
import io.holdfast.client.ServerAddress;
import io.holdfast.client.Session;
import io.holdfast.core.BinlogPosition;
import io.holdfast.core.DifferentException;
import io.holdfast.core.InterruptedWorkException;
import io.holdfast.core.Problem;
import io.holdfast.core.Progress;
import io.holdfast.core.Text;
import io.holdfast.mysqld.DataDirectory;
import io.holdfast.mysqld.MysqldHome;
import io.holdfast.mysqld.MysqldProcess;
import io.holdfast.mysqld.StartOptions;
import io.holdfast.recovery.Recovery;
import io.holdfast.recovery.RecoveryReport;
import io.holdfast.recovery.RecoveryRequest;
import io.holdfast.recovery.moment.LoggedTransaction;
import io.holdfast.recovery.moment.Moment;
import io.holdfast.recovery.plan.Planner;
import io.holdfast.repository.Repository;
import io.holdfast.store.DirectoryStore;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// The whole story, end to end, on a server of its own: a university loses a table while everybody
/// works, and gets it back as it was just before.
///
/// The judge of the outcome is [Truth], which is read from the server under a lock that the same
/// session then drops the table under: nothing can come between what was read and the drop.
public final class Demo {
    private static final String THE_MISTAKE = "DROP TABLE university.grades";
    private static final int BEFORE_SECONDS = 5;
    private static final int AFTER_SECONDS = 3;

    private final MysqldHome home;
    private final Path folder;
    private final Output output;
    private final int threads;
    private final Timeline timeline;
    private final Map<String, Object> figures = new LinkedHashMap<>();

    /// Prepares; nothing is started yet.
    ///
    /// @param folder empty; whoever calls removes it
    public Demo(MysqldHome home, Path folder, Output output, int threads) {
        this.home = home;
        this.folder = folder;
        this.output = output;
        this.threads = threads;
        this.timeline = new Timeline(output);
    }

    /// Tells the story. Nothing it started runs when it returns or throws.
    ///
    /// @throws DifferentException if what came back is not what was lost
    public void run() {
        Repository repository =
                Repository.create(DirectoryStore.create(folder.resolve("repository")));
        Truth truth = lose(repository);
        Path recovered = folder.resolve("recovered");
        RecoveryReport report = recover(repository, recovered);
        compare(truth, report, recovered);
        figures.put("totalSeconds", timeline.seconds());
        output.object(figures);
    }

    private Truth lose(Repository repository) {
        timeline.tell("a MySQL %s server starts, for this story only", home.version());
        DataDirectory data =
                DataDirectory.initialise(home, folder.resolve("source/data"), List.of());
        StartOptions options =
                StartOptions.in(folder.resolve("source/run"))
                        .withOptions(
                                "--server-id=1",
                                "--log-bin=binlog",
                                "--gtid-mode=ON",
                                "--enforce-gtid-consistency=ON",
                                "--local-infile=ON",
                                "--innodb-buffer-pool-size=256M");
        try (MysqldProcess process = MysqldProcess.start(home, data, options)) {
            ConnectOptions server = root(process);
            try (Session session = Session.open(server)) {
                University.create(session);
            }
            timeline.tell(
                    "%,d rows of students, courses, enrollments and grades; a view, a trigger, a function, an event",
                    University.ROWS);
            try (Writers writers = Writers.start(server);
                    var archive =
                            RunningArchive.start(repository, server, folder.resolve("journal"))) {
                timeline.tell(
                        "people begin to write, and never stop; the archive follows the binary log");
                backUp(repository, server, writers);
                pause(BEFORE_SECONDS);
                timeline.tell(
                        "%,d transactions so far; commit to archive journal: %s",
                        writers.committed(), lag(archive));
                Truth truth = mistake(server);
                long before = writers.committed();
                pause(AFTER_SECONDS);
                writers.stop();
                timeline.tell(
                        "people went on with what was left: %,d more transactions, %,d refused for want of grades",
                        writers.committed() - before, writers.refused());
                archive.awaitStored(position(server));
                archive.stop();
                timeline.tell("the archive is in the repository up to the last transaction");
                figures.put("transactions", writers.committed());
                process.kill(); // the rest of the story does not need it
                return truth;
            }
        }
    }

    private void backUp(Repository repository, ConnectOptions server, Writers writers) {
        long before = writers.committed();
        LogicalBackupReport report =
                new LogicalBackup(
                                server,
                                repository,
                                LogicalBackupOptions.defaults().withThreads(threads),
                                Progress.NONE)
                        .run();
        timeline.tell(
                "hot backup: %,d rows in %.1f s, %s stored; writers waited %d ms and committed %,d transactions meanwhile",
                report.rowCount(),
                report.total().toMillis() / 1000.0,
                Text.bytes(report.storedBytes()),
                report.writersStopped().toMillis(),
                writers.committed() - before);
        figures.put("backupMillis", report.total().toMillis());
        figures.put("backupWritersStoppedMillis", report.writersStopped().toMillis());
    }

    private String lag(RunningArchive archive) {
        double millis = archive.lagMillis();
        figures.put("archiveLagMillis", millis);
        return millis < 0 ? "not measured" : Text.format("%.0f ms (99 of 100)", millis);
    }

    /// Reads the truth and drops the table, with writers kept out in between.
    private Truth mistake(ConnectOptions server) {
        try (Session session = Session.open(server)) {
            Map<String, String> objects = Truth.objects(session);
            session.execute(
                    "LOCK TABLES "
                            + String.join(
                                    ", ",
                                    University.TABLES.stream()
                                            .map(table -> "university." + table + " WRITE")
                                            .toList()));
            Truth truth = new Truth(Truth.rows(session), objects);
            session.execute(THE_MISTAKE);
            session.execute("UNLOCK TABLES");
            timeline.tell(
                    "somebody runs: %s   (%,d rows gone)", THE_MISTAKE, truth.rowCount("grades"));
            return truth;
        }
    }

    private RecoveryReport recover(Repository repository, Path into) {
        String moment = "before-statement:'" + THE_MISTAKE + "'";
        timeline.tell("holdfast recover --to \"%s\"", moment);
        var request =
                new RecoveryRequest(
                        Moment.parse(moment),
                        LoggedTransaction.Clock.ORIGINAL,
                        null,
                        null,
                        null,
                        Planner.Skips.NONE,
                        into,
                        false,
                        false,
                        threads,
                        0,
                        false,
                        List.of(),
                        "holdfast demo");
        RecoveryReport report = new Recovery(repository, home, Progress.NONE).run(request);
        report.phases()
                .forEach(phase ->
                        timeline.add(
                                "%6.1f s  %s", phase.time().toMillis() / 1000.0, phase.name()));
        timeline.tell(
                "recovered in %.1f s, %,d transactions replayed",
                report.total().toMillis() / 1000.0, report.transactions());
        figures.put("recoveryMillis", report.total().toMillis());
        figures.put("replayedTransactions", report.transactions());
        report.phases()
                .forEach(
                        phase -> figures.put("recovery: " + phase.name(), phase.time().toMillis()));
        return report;
    }

    private void compare(Truth truth, RecoveryReport report, Path recovered) {
        Truth found;
        StartOptions options =
                StartOptions.in(folder.resolve("look"))
                        .withOptions("--server-id=2", "--event-scheduler=OFF", "--skip-log-bin");
        try (MysqldProcess process =
                        MysqldProcess.start(
                                home, DataDirectory.open(recovered.resolve("data")), options);
                Session session = Session.open(root(process))) {
            found = new Truth(Truth.rows(session), Truth.objects(session));
        }
        List<String> differences = truth.differences(found);
        figures.put("rowsCompared", truth.rowCount());
        figures.put("objectsCompared", truth.objects().size());
        figures.put("differences", differences);
        if (!differences.isEmpty()) {
            output.object(figures);
        }
        truth.mustEqual(found, "the recovered university, at " + report.executed());
        timeline.tell(
                "compared with what was there just before the drop: %,d rows and %d objects, all equal",
                truth.rowCount(), truth.objects().size());
    }

    private static ConnectOptions root(MysqldProcess process) {
        return ConnectOptions.of(
                new ServerAddress.UnixSocket(process.socket()), "root", Secret.EMPTY);
    }

    private static BinlogPosition position(ConnectOptions server) {
        try (Session session = Session.open(server)) {
            var row =
                    session.query(
                                    "SELECT JSON_UNQUOTE(LOCAL->'$.binary_log_file') f,"
                                            + " LOCAL->'$.binary_log_position' p"
                                            + " FROM performance_schema.log_status")
                            .only();
            return new BinlogPosition(row.string(0), row.integer(1));
        }
    }

    private static void pause(int seconds) {
        try {
            TimeUnit.SECONDS.sleep(seconds);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new InterruptedWorkException(
                    Problem.of(CliError.DEMO_STUCK).what("interrupted").remedy(""));
        }
    }
}
