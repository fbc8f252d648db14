package io.holdfast.recovery;

import io.holdfast.client.Session;
import io.holdfast.core.BinlogPosition;
import io.holdfast.core.GtidSet;
import io.holdfast.core.Progress;
import io.holdfast.listener.SourceIdentity;
import io.holdfast.mysqld.DataDirectory;
import io.holdfast.mysqld.MysqldHome;
import io.holdfast.recovery.Recovery.Decision;
import io.holdfast.recovery.events.EventRepair;
import io.holdfast.recovery.events.EventStatuses;
import io.holdfast.recovery.load.BackupSource;
import io.holdfast.recovery.load.LoadOptions;
import io.holdfast.recovery.load.LoadReport;
import io.holdfast.recovery.load.LogicalLoad;
import io.holdfast.recovery.moment.Cut;
import io.holdfast.recovery.moment.LoggedTransaction;
import io.holdfast.recovery.plan.RecoveryPlan;
import io.holdfast.recovery.replay.Replay;
import io.holdfast.recovery.sandbox.Marker;
import io.holdfast.recovery.sandbox.RecoveredFolder;
import io.holdfast.recovery.sandbox.Sandbox;
import io.holdfast.recovery.sandbox.ShapeSettings;
import io.holdfast.repository.BackupId;
import io.holdfast.repository.BackupReader;
import io.holdfast.repository.BackupState;
import io.holdfast.repository.Repository;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/// Carries out what [Recovery] decided: folder, sandbox, load, replay, what the applier changed on
/// its way, proof, hand-over.
///
/// A folder that this made and could not finish is removed; one that it went on with is marked
/// unfinished before its server is touched, and stays so if that fails.
final class Rebuild {
    private final Repository repository;
    private final MysqldHome home;
    private final Progress progress;
    private final RecoveryRequest request;
    private final Afterwards afterwards;
    private final Phases phases;

    Rebuild(
            Repository repository,
            MysqldHome home,
            Progress progress,
            RecoveryRequest request,
            Afterwards afterwards) {
        this.afterwards = afterwards;
        this.repository = repository;
        this.home = home;
        this.progress = progress;
        this.request = request;
        this.phases = new Phases(progress);
    }

    /// What one run on the fast sandbox did.
    private record Done(
            Optional<LoadReport> load,
            Replay.Outcome replay,
            EventRepair.Outcome events,
            List<String> preparedXa,
            long tablesChecked) {}

    RecoveryReport fromBackup(Decision decision) {
        RecoveryPlan plan = decision.plan();
        BackupReader backup = repository.openBackup(new BackupId(plan.backup().id()));
        RecoveredFolder folder =
                RecoveredFolder.make(request.into(), unfinished(plan, backup.manifest().state()));
        boolean isFinished = false;
        try {
            BackupState state = backup.manifest().state();
            ShapeSettings shape = ShapeSettings.of(state.settings());
            phases.run(
                    "making a data directory",
                    () -> DataDirectory.initialise(home, folder.data(), shape.atInitialising()));
            Done done;
            try (Sandbox sandbox = start(folder, shape, hasGtids(plan, state))) {
                sandbox.risk();
                LoadReport load = load(backup, sandbox, state.gtidSet());
                done = replay(decision, state, sandbox, Optional.of(load));
                phases.run("stopping the sandbox", () -> stop(sandbox));
            }
            RecoveryReport report = handOver(folder, decision, backup, shape, done);
            isFinished = true;
            return report;
        } finally {
            if (!isFinished) {
                folder.remove();
            }
        }
    }

    RecoveryReport goOn(Decision decision) {
        RecoveryPlan plan = decision.plan();
        BackupReader backup = repository.openBackup(new BackupId(plan.backup().id()));
        BackupState state = backup.manifest().state();
        ShapeSettings shape = ShapeSettings.of(state.settings());
        var folder = new RecoveredFolder(request.into().toAbsolutePath().normalize());
        Marker base = decision.base().orElseThrow();
        Done done;
        try (Sandbox sandbox = start(folder, shape, hasGtids(plan, state))) {
            try (Session session = sandbox.open()) {
                Continuation.mustBeUntouched(session, folder, base);
            }
            folder.mark(unfinished(plan, state));
            sandbox.risk();
            done = replay(decision, state, sandbox, Optional.empty());
            phases.run("stopping the sandbox", () -> stop(sandbox));
        }
        return handOver(folder, decision, backup, shape, done);
    }

    private static void stop(Sandbox sandbox) {
        sandbox.secure();
        sandbox.close();
    }

    private static boolean hasGtids(RecoveryPlan plan, BackupState state) {
        return plan.path() instanceof RecoveryPlan.Path.ByGtid || !state.gtidSet().isEmpty();
    }

    private Sandbox start(RecoveredFolder folder, ShapeSettings shape, boolean hasGtids) {
        return phases.time(
                "starting a sandbox",
                () ->
                        Sandbox.start(
                                home,
                                folder,
                                shape,
                                new Sandbox.Role(hasGtids, freshServerId()),
                                Sandbox.Pace.fast(request.workers()),
                                request.mysqldOptions()));
    }

    /// Found in no archive: high, where people do not choose theirs.
    private static long freshServerId() {
        return ThreadLocalRandom.current().nextLong(0x8000_0000L, 0xFFFF_FFF0L);
    }

    private LoadReport load(BackupReader backup, Sandbox sandbox, GtidSet gtids) {
        return phases.time(
                "loading the backup",
                () ->
                        new LogicalLoad(
                                        BackupSource.of(backup),
                                        LoadOptions.sandbox(request.threads(), gtids, progress))
                                .load(sandbox.connectOptions()));
    }

    private Done replay(
            Decision decision, BackupState state, Sandbox sandbox, Optional<LoadReport> load) {
        RecoveryPlan plan = decision.plan();
        Cut cut = plan.cut();
        EventStatuses statuses;
        try (Session session = sandbox.open()) {
            statuses = new EventStatuses(ServerProof.ignoresNameCase(session));
            EventRepair.noteAll(session, statuses);
        }
        var replay =
                new Replay(
                        plan,
                        decision.view(),
                        statuses::follow,
                        place ->
                                decision.view()
                                        .transactionAround(cut.history(), place)
                                        .map(LoggedTransaction::begin)
                                        .orElse(place),
                        request.command());
        var identity =
                new SourceIdentity(
                        state.server().serverId(),
                        state.server().uuid(),
                        state.server().version(),
                        plan.path() instanceof RecoveryPlan.Path.ByGtid);
        Replay.Outcome outcome =
                phases.time(
                        "replaying the log",
                        () -> replay.run(sandbox.connectOptions(), identity, progress));
        return phases.time(
                "setting events right and checking",
                () -> {
                    try (Session session = sandbox.open()) {
                        EventRepair.Outcome events =
                                EventRepair.repair(session, statuses, lastCommit(cut, state));
                        List<String> xa = ServerProof.preparedXa(session);
                        long checked =
                                request.isChecked()
                                        ? ServerProof.checkTables(session, progress)
                                        : 0;
                        ServerProof.mustHaveExecuted(session, outcome.executed());
                        return new Done(load, outcome, events, xa, checked);
                    }
                });
    }

    private static Instant lastCommit(Cut cut, BackupState state) {
        LoggedTransaction last = cut.before();
        return last == null ? state.consistentAt() : last.committed(LoggedTransaction.Clock.SERVER);
    }

    private RecoveryReport handOver(
            RecoveredFolder folder,
            Decision decision,
            BackupReader backup,
            ShapeSettings shape,
            Done done) {
        RecoveryPlan plan = decision.plan();
        BackupState state = backup.manifest().state();
        var handOver = new HandOver(home, folder, shape, hasGtids(plan, state));
        HandOver.Given given =
                phases.time(
                        HandOver.phase(afterwards),
                        () ->
                                handOver.give(
                                        afterwards,
                                        request.mysqldOptions(),
                                        freshServerId(),
                                        done.replay().executed(),
                                        server ->
                                                new Marker(
                                                        true,
                                                        repository.id().toString(),
                                                        plan.backup().id(),
                                                        plan.cut().history(),
                                                        done.replay().executed(),
                                                        plan.cut().position(),
                                                        server)));
        return new RecoveryReport(
                folder.folder(),
                plan.backup().id(),
                Optional.of(plan),
                done.load(),
                done.replay().transactions(),
                done.replay().bytes(),
                done.replay().executed(),
                done.events(),
                done.preparedXa(),
                done.tablesChecked(),
                phases.done(),
                handOver.startCommand(),
                given.running());
    }

    private Marker unfinished(RecoveryPlan plan, BackupState state) {
        @Nullable BinlogPosition position = state.position();
        return new Marker(
                false,
                repository.id().toString(),
                plan.backup().id(),
                plan.cut().history(),
                state.gtidSet(),
                position,
                null);
    }
}
