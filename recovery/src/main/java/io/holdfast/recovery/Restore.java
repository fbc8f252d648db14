package io.holdfast.recovery;

import io.holdfast.client.ConnectOptions;
import io.holdfast.client.Session;
import io.holdfast.core.BinlogPosition;
import io.holdfast.core.GtidSet;
import io.holdfast.core.HoldfastException;
import io.holdfast.core.Problem;
import io.holdfast.core.Progress;
import io.holdfast.core.RefusedException;
import io.holdfast.mysqld.MysqldHome;
import io.holdfast.recovery.error.RecoveryError;
import io.holdfast.recovery.events.EventRepair;
import io.holdfast.recovery.load.BackupSource;
import io.holdfast.recovery.load.LoadOptions;
import io.holdfast.recovery.load.LoadReport;
import io.holdfast.recovery.load.LogicalLoad;
import io.holdfast.recovery.physical.DeltaLaying;
import io.holdfast.recovery.physical.DeltaTarget;
import io.holdfast.recovery.sandbox.Marker;
import io.holdfast.recovery.sandbox.RecoveredFolder;
import io.holdfast.recovery.sandbox.Sandbox;
import io.holdfast.recovery.sandbox.ShapeSettings;
import io.holdfast.repository.BackupId;
import io.holdfast.repository.BackupKind;
import io.holdfast.repository.BackupReader;
import io.holdfast.repository.BackupState;
import io.holdfast.repository.Repository;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/// Restores one backup as it is, without replay.
public final class Restore {
    private final Repository repository;
    private final Progress progress;

    public Restore(Repository repository, Progress progress) {
        this.repository = repository;
        this.progress = progress;
    }

    /// Restores into a server that runs and is empty. If that fails the server keeps what was
    /// loaded so far.
    ///
    /// @throws RefusedException if it is not empty or not fit, naming what it holds, or if the
    ///   backup is a physical one; nothing was done
    public LoadReport intoServer(BackupId id, ConnectOptions target, int threads) {
        BackupReader backup = repository.openBackup(id);
        mustHoldRows(backup);
        GtidSet gtids = backup.manifest().state().gtidSet();
        try (Session session = Session.open(target)) {
            boolean hasGtids =
                    session.query("SELECT @@GLOBAL.gtid_mode AS m").only().string("m").equals("ON");
            if (!hasGtids) {
                // A server without GTIDs cannot keep any; the rows are the same.
                gtids = GtidSet.EMPTY;
            }
        }
        var options = new LoadOptions(threads, gtids, false, progress);
        return new LogicalLoad(BackupSource.of(backup), options).load(target);
    }

    private static void mustHoldRows(BackupReader backup) {
        if (backup.manifest().state().kind() == BackupKind.PHYSICAL) {
            BackupId id = backup.manifest().backup();
            throw new RefusedException(
                    Problem.of(RecoveryError.BACKUP_NOT_USABLE)
                            .what(
                                    "the backup is a physical one, which only becomes a server of its own")
                            .where("backup %s", id)
                            .remedy(
                                    "Make that server, `holdfast restore %s --into DIR --start`, and take from it what"
                                            + " is needed; or choose a logical backup: 'holdfast list'.",
                                    id));
        }
    }

    /// Where a backup is to become a server of its own, and how.
    ///
    /// @param into the folder to make; new or empty
    /// @param threads that load rows
    /// @param mysqldOptions stronger than ours
    public record NewServer(
            Path into,
            MysqldHome home,
            int threads,
            List<String> mysqldOptions,
            Afterwards afterwards) {
        public NewServer {
            mysqldOptions = List.copyOf(mysqldOptions);
        }
    }

    /// Makes a new server of the backup in a folder, which [Recovery] can continue.
    ///
    /// @throws RefusedException if the folder holds anything, or the mysqld is older than the
    ///   backup's, or, for a physical one, of another version
    /// @throws io.holdfast.core.UnavailableException if the disk is too small
    public RecoveryReport intoFolder(BackupId id, NewServer wanted) {
        BackupReader backup = repository.openBackup(id);
        BackupState state = backup.manifest().state();
        TargetServer.mustNotBeOlder(wanted.home(), List.of(state.server().version()));
        RecoveredFolder.refuseOccupied(wanted.into());
        Groundwork.mustBePossible(backup, wanted.home(), wanted.into(), 0);
        RecoveredFolder folder =
                RecoveredFolder.make(
                        wanted.into(), marker(id, state, Marker.Stage.UNFINISHED, null));
        boolean isFinished = false;
        try {
            var phases = new Phases(progress);
            Groundwork ground = Groundwork.of(backup, tools(wanted, phases));
            RecoveryReport report = make(id, backup, folder, wanted, new Work(ground, phases));
            isFinished = true;
            return report;
        } finally {
            if (!isFinished) {
                folder.remove();
            }
        }
    }

    /// Makes the data directory of a stopped server that of a physical backup, and writes only the
    /// pages that differ. What the server did since the backup is lost; its binary logs are kept
    /// beside. If this breaks off, no server starts on the folder, and the same call completes it.
    /// Only if the process is killed when all pages are there and the sandbox has begun to recover
    /// them, one does: on the backup's rows, but perhaps without all of its GTIDs.
    ///
    /// @param wanted its folder is one that a restore made, or a data directory
    /// @throws RefusedException if the folder is no whole data directory of the backup's server, a
    ///   server runs on it, or the mysqld is of another version; nothing was changed
    public RecoveryReport overFolder(BackupId id, NewServer wanted) {
        BackupReader backup = repository.openBackup(id);
        BackupState state = backup.manifest().state();
        Groundwork.mustBeDeltaPossible(backup, wanted.home());
        try (DeltaTarget target = DeltaTarget.open(wanted.into(), backup, repository)) {
            RecoveredFolder folder = target.folder();
            var delta = new DeltaLaying(backup, folder, wanted.threads(), progress);
            delta.plan();
            TargetServer.mustHaveSpace(folder.data(), delta.neededBytes());
            folder.begin(marker(id, state, Marker.Stage.REWRITING, null));
            var phases = new Phases(progress);
            var ground =
                    new Groundwork.OfDifferences(
                            new Groundwork.OfPages(backup, tools(wanted, phases)), delta, target);
            try {
                return make(id, backup, folder, wanted, new Work(ground, phases));
            } catch (RuntimeException | Error failure) {
                bar(ground, failure);
                throw failure;
            }
        }
    }

    /// Keeps servers off what was not finished, also after Ctrl-C: an interrupted thread could not
    /// write to the file.
    private static void bar(Groundwork.OfDifferences ground, Throwable failure) {
        boolean isInterrupted = Thread.interrupted();
        try {
            ground.bar();
        } catch (HoldfastException second) {
            failure.addSuppressed(second);
        } finally {
            if (isInterrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private Groundwork.Tools tools(NewServer wanted, Phases phases) {
        return new Groundwork.Tools(wanted.home(), phases, progress, wanted.threads());
    }

    /// How a folder becomes a server, and how long that takes.
    private record Work(Groundwork ground, Phases phases) {}

    private RecoveryReport make(
            BackupId id, BackupReader backup, RecoveredFolder folder, NewServer wanted, Work work) {
        BackupState state = backup.manifest().state();
        ShapeSettings shape = Groundwork.shape(state);
        boolean hasGtids = !state.gtidSet().isEmpty();
        Phases phases = work.phases();
        Groundwork ground = work.ground();
        ground.makeDataDirectory(folder);
        long serverId = ThreadLocalRandom.current().nextLong(0x8000_0000L, 0xFFFF_FFF0L);
        Groundwork.Made made;
        List<String> xa;
        try (Sandbox sandbox =
                phases.time(
                        ground.startPhase(),
                        () ->
                                Sandbox.start(
                                        wanted.home(),
                                        folder,
                                        shape,
                                        new Sandbox.Role(hasGtids, serverId),
                                        ground.pace(0),
                                        wanted.mysqldOptions()))) {
            made = ground.bring(sandbox);
            try (Session session = sandbox.open()) {
                xa = ServerProof.preparedXa(session);
            }
            sandbox.secure();
        }
        var handOver = new HandOver(wanted.home(), folder, shape, state.settings(), hasGtids);
        HandOver.Given given =
                phases.time(
                        HandOver.phase(wanted.afterwards()),
                        () ->
                                handOver.give(
                                        wanted.afterwards(),
                                        wanted.mysqldOptions(),
                                        serverId,
                                        state.gtidSet(),
                                        server ->
                                                marker(id, state, Marker.Stage.FINISHED, server)));
        return new RecoveryReport(
                folder.folder(),
                id.text(),
                Optional.empty(),
                made.load(),
                made.physical(),
                0,
                0,
                state.gtidSet(),
                new EventRepair.Outcome(List.of(), List.of()),
                xa,
                0,
                phases.done(),
                handOver.startCommand(),
                given.running());
    }

    private Marker marker(
            BackupId id, BackupState state, Marker.Stage stage, @Nullable UUID server) {
        @Nullable String history = state.history();
        @Nullable BinlogPosition position = state.position();
        return new Marker(
                stage,
                repository.id().toString(),
                id.text(),
                history == null ? "" : history,
                state.gtidSet(),
                position,
                server,
                Marker.Attempt.NONE);
    }
}
