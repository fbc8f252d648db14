package io.holdfast.servertests.torture;

import io.holdfast.backup.archive.ArchiveOptions;
import io.holdfast.backup.archive.Archiver;
import io.holdfast.backup.physical.PhysicalBackup;
import io.holdfast.backup.physical.PhysicalBackupOptions;
import io.holdfast.backup.physical.PhysicalBackupReport;
import io.holdfast.client.Session;
import io.holdfast.core.GtidSet;
import io.holdfast.core.Progress;
import io.holdfast.mysqld.Folders;
import io.holdfast.mysqld.MysqldHome;
import io.holdfast.repository.BackupId;
import io.holdfast.repository.PhysicalSection;
import io.holdfast.repository.Repository;
import io.holdfast.servertests.KeyringHome;
import io.holdfast.servertests.TestServer;
import io.holdfast.servertests.physical.Contents;
import io.holdfast.store.DirectoryStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// One cycle: a server under load, backups of it in a row, and restores of some of these that are
/// compared with what the server was.
final class Cycle {
    private static final long ELSE_SEED = 0x5EED;
    static final String OUT_OF_REDO = "MY-013059";
    private static final long OPEN_BYTES_PER_SECOND = 40 << 20;

    private final Course course;
    private final long pauseNanos;
    private final Path folder;
    private final Counts counts = new Counts();
    private final SplittableRandom random;
    private volatile @Nullable TestServer running;

    /// @param folder new; kept if the cycle fails
    /// @param pauseNanos between two transactions of a writer
    Cycle(Course course, Path folder, long pauseNanos) {
        this.course = course;
        this.folder = folder;
        this.pauseNanos = pauseNanos;
        this.random = new SplittableRandom(course.seed() ^ ELSE_SEED);
    }

    Counts counts() {
        return counts;
    }

    /// What the source was at the end.
    ///
    /// @param contents as [Contents#of(Session)] has them
    record Source(GtidSet executed, Map<String, String> contents) {}

    /// Runs it.
    ///
    /// @return every fault of every restore; none if all is well
    List<String> run() {
        Path elsewhere = folder.resolve("elsewhere");
        makeFolder(elsewhere);
        Repository repository =
                Repository.create(DirectoryStore.create(folder.resolve("repository")));
        List<BackupId> backups = new ArrayList<>();
        Source source;
        Tools tools;
        try (var server =
                start(
                        "--innodb-redo-log-capacity=" + (long) (course.redoMegabytes() << 20),
                        "--innodb-buffer-pool-size=" + (long) (course.poolMegabytes() << 20),
                        "--innodb-flush-log-at-trx-commit=" + course.flushAtCommit(),
                        "--innodb-max-undo-log-size=10485760",
                        "--innodb-directories=" + elsewhere)) {
            running = server;
            try (Session root = root(server)) {
                Ledger.open(root, elsewhere, Writers.COUNT, course.isEncrypted());
                if (course.isTracked()) {
                    root.execute("INSTALL COMPONENT 'file://component_mysqlbackup'");
                    root.execute("DO mysqlbackup_page_track_set(1)");
                }
            }
            archive(server, repository);
            for (Course.Visit visit : course.visits()) {
                backups.add(visit(server, repository, visit));
            }
            source = leave(server);
            archive(server, repository);
            tools = tools(server);
        }
        List<String> faults = new ArrayList<>();
        for (int index : course.restored()) {
            var trial =
                    new Trial(
                            repository,
                            backups.get(index),
                            folder.resolve("restored-" + index),
                            tools,
                            counts);
            for (String fault : trial.run(source)) {
                faults.add("backup " + index + " (" + backups.get(index) + "): " + fault);
            }
            counts.add("restores", 1);
        }
        if (faults.isEmpty()) {
            Folders.remove(folder);
        }
        return faults;
    }

    /// Kills the source if it stands still by itself, which ends the cycle with a failure that says
    /// nothing of its backups: all sessions of a MySQL 9.7.4 with a small redo log may wait for
    /// room in it for ever. To be called by another thread.
    ///
    /// @return whether it did
    boolean killSourceOutOfRedo() throws IOException {
        TestServer server = running;
        if (server == null
                || !Files.readString(server.folder().resolve("run/error.log"))
                        .contains(OUT_OF_REDO)) {
            return false;
        }
        server.kill();
        return true;
    }

    private TestServer start(String... options) {
        return course.isEncrypted()
                ? TestServer.startWithKeyring(options)
                : TestServer.start(options);
    }

    /// What restores are made with.
    ///
    /// @param options that its mysqld needs
    record Tools(MysqldHome home, List<String> options) {}

    private Tools tools(TestServer server) {
        if (!course.isEncrypted()) {
            return new Tools(TestServer.home(), List.of());
        }
        KeyringHome keys = server.withSameKeys(folder.resolve("keyring"));
        return new Tools(keys.home(), keys.options());
    }

    private BackupId visit(TestServer server, Repository repository, Course.Visit visit) {
        try (Load load = Load.start(server, random.split(), pauseNanos, course.isEncrypted())) {
            pause(visit.load().dividedBy(2));
            switch (visit.fate()) {
                case RUNS_ON -> {}
                case RESTARTED -> {
                    load.breakOff(server::stop);
                    server.restart();
                }
                case KILLED -> {
                    load.breakOff(() -> kill(server));
                    server.restart();
                }
            }
            counts.add("source " + visit.fate(), 1);
            count(load);
            return further(server, repository, visit, load);
        }
    }

    /// What follows is on the same load, or on a new one if the server left.
    private BackupId further(
            TestServer server, Repository repository, Course.Visit visit, Load before) {
        Load load = before;
        if (visit.fate() != Course.Fate.RUNS_ON) {
            try (Session root = root(server)) {
                // Perhaps it was between going and coming.
                root.execute("DROP TABLE IF EXISTS bank.imported");
            }
            load = Load.start(server, random.split(), pauseNanos, course.isEncrypted());
        }
        try (Load running = load;
                Session root = root(server)) {
            root.execute(
                    "SET GLOBAL innodb_redo_log_capacity = "
                            + ((long) visit.redoMegabytes() << 20));
            pause(visit.load().dividedBy(2));
            BackupId backup =
                    running.imports().whileNone(() -> backUp(server, repository, visit, running));
            running.stop();
            count(running);
            return backup;
        }
    }

    private BackupId backUp(
            TestServer server, Repository repository, Course.Visit visit, Load load) {
        load.demandRuns();
        PhysicalBackupOptions options =
                PhysicalBackupOptions.in(folder.resolve("spool")).withThreads(course.threads());
        if (visit.openAfter() != null) {
            // Slowly, so that more DDL comes meanwhile.
            options = options.withReducedLock(visit.openAfter()).withRate(OPEN_BYTES_PER_SECOND);
        }
        PhysicalBackupReport report =
                new PhysicalBackup(server.as("root", ""), repository, options, Progress.NONE).run();
        PhysicalSection section =
                Objects.requireNonNull(
                        repository.openBackup(report.backup()).manifest().state().physical());
        counts.add("backups " + section.method(), 1);
        if (!report.whyNot().isEmpty()) {
            counts.add("backups that say: " + report.whyNot(), 1);
        }
        if (report.copiedAgain() != null) {
            counts.add("backups that let DDL in", 1);
            counts.add("tablespaces copied after DDL", report.copiedAgain());
        }
        counts.add("pages stored", section.changedPageCount());
        counts.add("pages read again", report.rereadPages());
        counts.add("redo MiB", report.redoBytes() >> 20);
        return report.backup();
    }

    private void count(Load load) {
        counts.add("commits", load.writers().takeCommits());
        counts.add("rollbacks", load.writers().takeRollbacks());
        counts.add("DDL ", load.ddl().takeKinds());
    }

    /// As a crash of the machine's power would not do: what a server with
    /// `innodb_flush_log_at_trx_commit=0` has in its binary log but not in its redo log is lost
    /// from its tables, and no backup could agree with both.
    static void kill(TestServer server) {
        try (Session root = root(server)) {
            root.execute("SET GLOBAL innodb_flush_log_at_trx_commit = 2");
            root.execute("DO SLEEP(0.05)");
            root.execute("FLUSH ENGINE LOGS");
        }
        server.kill();
    }

    /// A little more load after the last backup, and then how things stand.
    private Source leave(TestServer server) {
        try (Load load = Load.start(server, random.split(), pauseNanos, course.isEncrypted())) {
            pause(course.visits().getFirst().load());
            load.stop();
            count(load);
        }
        try (Session root = root(server)) {
            return new Source(Trial.executed(root), Contents.of(root));
        }
    }

    private void archive(TestServer server, Repository repository) {
        new Archiver(
                        ArchiveOptions.following()
                                .withJournal(folder.resolve("journal"))
                                .untilItHasCaughtUp(),
                        server.as("root", ""),
                        repository,
                        folder,
                        _ -> {})
                .run();
    }

    private static Session root(TestServer server) {
        return Session.open(server.as("root", ""));
    }

    private static void makeFolder(Path folder) {
        try {
            Files.createDirectories(folder);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static void pause(Duration time) {
        LockSupport.parkNanos(time.toNanos());
    }
}
