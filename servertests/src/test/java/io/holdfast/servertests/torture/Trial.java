package io.holdfast.servertests.torture;

import io.holdfast.client.Session;
import io.holdfast.core.GtidSet;
import io.holdfast.core.HoldfastException;
import io.holdfast.core.Progress;
import io.holdfast.mysqld.Folders;
import io.holdfast.recovery.Afterwards;
import io.holdfast.recovery.Recovery;
import io.holdfast.recovery.RecoveryReport;
import io.holdfast.recovery.RecoveryRequest;
import io.holdfast.recovery.Restore;
import io.holdfast.recovery.moment.LoggedTransaction.Clock;
import io.holdfast.recovery.moment.Moment;
import io.holdfast.recovery.plan.Planner;
import io.holdfast.repository.BackupId;
import io.holdfast.repository.Repository;
import io.holdfast.servertests.physical.Contents;
import io.holdfast.servertests.recovery.RecoveredServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;

/// One backup restored and looked at from all sides: at its own moment, and after the archive was
/// replayed to the source's end.
final class Trial {
    private static final List<String> MYSQLD_OPTIONS =
            List.of("--innodb-buffer-pool-size=64M", "--innodb-redo-log-capacity=64M");

    private final Repository repository;
    private final BackupId backup;
    private final Path into;
    private final Cycle.Tools tools;
    private final Counts counts;
    private final List<String> faults = new ArrayList<>();

    Trial(Repository repository, BackupId backup, Path into, Cycle.Tools tools, Counts counts) {
        this.repository = repository;
        this.backup = backup;
        this.into = into;
        this.tools = tools;
        this.counts = counts;
    }

    /// Restores it, replays, and says what is wrong with it; the folder is kept then.
    List<String> run(Cycle.Source source) {
        try {
            atItsMoment();
            atTheEnd(source);
        } catch (HoldfastException failure) {
            faults.add(failure.problem().render());
        }
        if (faults.isEmpty()) {
            Folders.remove(into);
        }
        return faults;
    }

    private void atItsMoment() {
        RecoveryReport report =
                new Restore(repository, Progress.NONE)
                        .intoFolder(
                                backup,
                                new Restore.NewServer(
                                        into, tools.home(), 2, mysqldOptions(), Afterwards.STOP));
        report.physical().ifPresent(made -> made.errors().forEach(faults::add));
        GtidSet expected = repository.openBackup(backup).manifest().state().gtidSet();
        demandCleanLogs();
        try (var restored = start()) {
            GtidSet executed = executed(restored.session());
            if (!executed.equals(expected)) {
                faults.add("executed " + executed + ", expected " + expected);
            }
            faults.addAll(Ledger.faults(restored.session()));
            faults.addAll(Contents.faults(restored.session()));
        }
        demandCleanLogs();
    }

    private void atTheEnd(Cycle.Source source) {
        var request =
                new RecoveryRequest(
                        Moment.parse("latest"),
                        Clock.ORIGINAL,
                        null,
                        null,
                        null,
                        Planner.Skips.NONE,
                        into,
                        true,
                        false,
                        2,
                        0,
                        true,
                        mysqldOptions(),
                        "holdfast recover --to latest");
        RecoveryReport report = new Recovery(repository, tools.home(), Progress.NONE).run(request);
        counts.add("transactions replayed", report.transactions());
        demandCleanLogs();
        try (var recovered = start()) {
            GtidSet executed = executed(recovered.session());
            if (!executed.equals(source.executed())) {
                faults.add("at the end executed " + executed + ", source " + source.executed());
            }
            var contents = Contents.of(recovered.session());
            var names = new TreeSet<>(contents.keySet());
            names.addAll(source.contents().keySet());
            for (String name : names) {
                String here = String.valueOf(contents.get(name));
                String there = String.valueOf(source.contents().get(name));
                if (!here.equals(there)) {
                    faults.add(name + " is " + here + ", source " + there);
                }
            }
            faults.addAll(Ledger.faults(recovered.session()));
            counts.add("tables compared", names.size());
        }
    }

    private RecoveredServer start() {
        return new RecoveredServer(tools.home(), into, tools.options().toArray(String[]::new));
    }

    private List<String> mysqldOptions() {
        return Stream.concat(tools.options().stream(), MYSQLD_OPTIONS.stream()).toList();
    }

    private void demandCleanLogs() {
        try (Stream<Path> files = Files.walk(into.resolve("run"))) {
            for (Path log : files.filter(file -> file.toString().endsWith(".log")).toList()) {
                // The list of pages to warm up with is left out of backups.
                Files.readAllLines(log).stream()
                        .filter(line ->
                                line.contains("[ERROR]") && !line.contains("ib_buffer_pool"))
                        .forEach(line -> faults.add(log.getFileName() + ": " + line));
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    static GtidSet executed(Session session) {
        return GtidSet.parse(
                session.query("SELECT @@GLOBAL.gtid_executed").only().string(0).replace("\n", ""));
    }
}
