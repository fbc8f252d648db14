package io.holdfast.recovery;

import io.holdfast.core.Problem;
import io.holdfast.core.Progress;
import io.holdfast.core.RefusedException;
import io.holdfast.mysqld.DataDirectory;
import io.holdfast.mysqld.MysqldHome;
import io.holdfast.recovery.error.RecoveryError;
import io.holdfast.recovery.load.BackupSource;
import io.holdfast.recovery.load.ChannelNotes;
import io.holdfast.recovery.load.LoadOptions;
import io.holdfast.recovery.load.LoadReport;
import io.holdfast.recovery.load.LogicalLoad;
import io.holdfast.recovery.physical.CrashRecovery;
import io.holdfast.recovery.physical.DeltaLaying;
import io.holdfast.recovery.physical.DeltaTarget;
import io.holdfast.recovery.physical.PageLaying;
import io.holdfast.recovery.physical.PhysicalReport;
import io.holdfast.recovery.sandbox.RecoveredFolder;
import io.holdfast.recovery.sandbox.Sandbox;
import io.holdfast.recovery.sandbox.ShapeSettings;
import io.holdfast.repository.BackupKind;
import io.holdfast.repository.BackupReader;
import io.holdfast.repository.BackupState;
import io.holdfast.repository.PhysicalSection;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/// How a backup becomes a server: rows are loaded into a new one; pages become one by themselves.
sealed interface Groundwork {
    /// What was made.
    record Made(Optional<LoadReport> load, Optional<PhysicalReport> physical) {
        static final Made NOTHING = new Made(Optional.empty(), Optional.empty());
    }

    /// Makes the data directory that a sandbox is started on.
    void makeDataDirectory(RecoveredFolder folder);

    /// How that sandbox is started.
    ///
    /// @param workers that apply transactions; 0 for the default
    Sandbox.Pace pace(int workers);

    /// What starting it is called among the phases.
    String startPhase();

    /// Brings the sandbox to the backup's moment, proven. It may write no redo log any more then
    /// ([Sandbox#risk()]).
    Made bring(Sandbox sandbox);

    /// Where and with what it is done.
    record Tools(MysqldHome home, Phases phases, Progress progress, int threads) {}

    static Groundwork of(BackupReader backup, Tools tools) {
        return switch (backup.manifest().state().kind()) {
            case LOGICAL -> new OfRows(backup, tools);
            case PHYSICAL -> new OfPages(backup, tools);
        };
    }

    /// The original's settings that a server made of the backup cannot do without.
    static ShapeSettings shape(BackupState state) {
        return switch (state.kind()) {
            case LOGICAL -> ShapeSettings.of(state.settings());
            case PHYSICAL -> ShapeSettings.ofFiles(state.settings());
        };
    }

    /// Refuses what cannot become a server in a folder, before anything is touched.
    static void mustBePossible(BackupReader backup, MysqldHome home, Path into, long logBytes) {
        BackupState state = backup.manifest().state();
        if (state.kind() == BackupKind.PHYSICAL) {
            TargetServer.mustBeOfVersion(home, state.server().version());
            PageLaying.mustBeRestorable(backup);
            TargetKeyring.mustBeThere(backup, home);
        }
        TargetServer.mustHaveSpace(into, backup, logBytes);
    }

    /// Refuses what cannot be laid over a data directory, before anything is touched.
    ///
    /// @throws RefusedException if the backup is of rows, or of files that cannot be restored
    static void mustBeDeltaPossible(BackupReader backup, MysqldHome home) {
        BackupState state = backup.manifest().state();
        if (state.kind() != BackupKind.PHYSICAL) {
            throw new RefusedException(
                    Problem.of(RecoveryError.BACKUP_NOT_USABLE)
                            .what("the backup is of rows: it has no pages to compare")
                            .where("backup %s", backup.manifest().backup())
                            .remedy("Restore it into a new folder, without --delta."));
        }
        TargetServer.mustBeOfVersion(home, state.server().version());
        PageLaying.mustBeRestorable(backup);
        TargetKeyring.mustBeThere(backup, home);
    }

    /// By a logical backup.
    record OfRows(BackupReader backup, Tools tools) implements Groundwork {
        @Override
        public void makeDataDirectory(RecoveredFolder folder) {
            tools.phases()
                    .run(
                            "making a data directory",
                            () ->
                                    DataDirectory.initialise(
                                            tools.home(),
                                            folder.data(),
                                            shape(backup.manifest().state()).atInitialising()));
        }

        @Override
        public Sandbox.Pace pace(int workers) {
            return Sandbox.Pace.fast(workers);
        }

        @Override
        public String startPhase() {
            return "starting a sandbox";
        }

        @Override
        public Made bring(Sandbox sandbox) {
            sandbox.risk();
            LoadReport load =
                    tools.phases()
                            .time(
                                    "loading the backup",
                                    () ->
                                            new LogicalLoad(
                                                            BackupSource.of(backup),
                                                            LoadOptions.sandbox(
                                                                    tools.threads(),
                                                                    backup.manifest()
                                                                            .state()
                                                                            .gtidSet(),
                                                                    tools.progress()))
                                                    .load(sandbox.connectOptions()));
            return new Made(Optional.of(load), Optional.empty());
        }
    }

    /// By a physical backup, laid over the files that a stopped server left.
    ///
    /// @param delta planned already
    record OfDifferences(OfPages pages, DeltaLaying delta, DeltaTarget target)
            implements Groundwork {
        @Override
        public void makeDataDirectory(RecoveredFolder folder) {
            Tools tools = pages.tools();
            String creator = pages.creator();
            tools.phases()
                    .run(
                            "putting the files in order",
                            () -> {
                                delta.raiseBarrier(OfPages.logUuid(), creator);
                                target.barred();
                                delta.prepare();
                            });
            tools.phases().run("comparing pages", delta::layFiles);
            tools.phases()
                    .run(
                            "making the files durable, putting the redo log in place",
                            () -> delta.layRedo(OfPages.logUuid(), creator));
        }

        @Override
        public Sandbox.Pace pace(int workers) {
            return pages.pace(workers);
        }

        @Override
        public String startPhase() {
            return pages.startPhase();
        }

        /// Keeps servers off a folder that was not finished.
        void bar() {
            delta.raiseBarrier(OfPages.logUuid(), pages.creator());
        }

        @Override
        public Made bring(Sandbox sandbox) {
            Made made = pages.bring(sandbox);
            return new Made(made.load(), made.physical().map(laid -> laid.over(delta.report())));
        }
    }

    /// By a physical backup.
    record OfPages(BackupReader backup, Tools tools) implements Groundwork {
        private static long logUuid() {
            return ThreadLocalRandom.current().nextLong(1, 1L << 32);
        }

        private PhysicalSection section() {
            PhysicalSection section = backup.manifest().state().physical();
            if (section == null) {
                throw new IllegalStateException("a physical backup without its section");
            }
            return section;
        }

        @Override
        public void makeDataDirectory(RecoveredFolder folder) {
            var laying = new PageLaying(backup, folder, tools.threads(), tools.progress());
            String creator = creator();
            long logUuid = logUuid();
            tools.phases().run("laying down pages", laying::layFiles);
            tools.phases()
                    .run("putting the redo log in place", () -> laying.layRedo(logUuid, creator));
            tools.phases().run("making the files durable", laying::sync);
        }

        /// What made the redo log, as a server would name it.
        ///
        /// A cloned server's files may be shorter than the pages that the redo changes; only for
        /// those of this creator does the server make them longer. Source: MySQL 9.7
        /// `storage/innobase/log/log0recv.cc`, `LOG_HEADER_CREATOR_CLONE`;
        /// `storage/innobase/buf/buf0rea.cc`, `buf_read_recv_pages`.
        private String creator() {
            return section().method() == PhysicalSection.Method.CLONE
                    ? "MySQL Clone"
                    : "MySQL " + tools.home().version();
        }

        @Override
        public Sandbox.Pace pace(int workers) {
            return Sandbox.Pace.recovering(workers, section().redo().bytes());
        }

        @Override
        public String startPhase() {
            return "crash recovery in a sandbox";
        }

        @Override
        public Made bring(Sandbox sandbox) {
            CrashRecovery.Outcome outcome =
                    tools.phases()
                            .time(
                                    "proving the recovery",
                                    () -> new CrashRecovery(backup).prove(sandbox));
            List<String> channels = ChannelNotes.lines(backup.manifest().state().channels());
            return new Made(
                    Optional.empty(),
                    Optional.of(
                            new PhysicalReport(
                                    section().fileCount(),
                                    section().pageCount(),
                                    section().startLsn(),
                                    section().endLsn(),
                                    outcome.added(),
                                    outcome.errors(),
                                    channels,
                                    Optional.empty())));
        }
    }
}
