package io.holdfast.recovery;

import io.holdfast.client.Session;
import io.holdfast.core.Progress;
import io.holdfast.listener.SourceIdentity;
import io.holdfast.mysqld.MysqldHome;
import io.holdfast.recovery.Recovery.Decision;
import io.holdfast.recovery.events.EventRepair;
import io.holdfast.recovery.events.EventStatuses;
import io.holdfast.recovery.moment.Cut;
import io.holdfast.recovery.moment.LoggedTransaction;
import io.holdfast.recovery.plan.RecoveryPlan;
import io.holdfast.recovery.replay.Replay;
import io.holdfast.recovery.sandbox.Marker;
import io.holdfast.recovery.sandbox.RecoveredFolder;
import io.holdfast.recovery.sandbox.Sandbox;
import io.holdfast.recovery.sandbox.ShapeSettings;
import io.holdfast.repository.BackupReader;
import io.holdfast.repository.BackupState;
import io.holdfast.repository.Repository;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/// What every recovery does, whether it begins with a backup ([Rebuild]) or with a folder
/// ([Onward]): a sandbox, a replay on it, what the applier changed on its way put right, hand-over.
final class Workbench {
    private final Repository repository;
    private final MysqldHome home;
    private final Progress progress;
    private final RecoveryRequest request;
    private final Afterwards afterwards;
    private final Phases phases;

    Workbench(
            Repository repository,
            MysqldHome home,
            Progress progress,
            RecoveryRequest request,
            Afterwards afterwards) {
        this.repository = repository;
        this.home = home;
        this.progress = progress;
        this.request = request;
        this.afterwards = afterwards;
        this.phases = new Phases(progress);
    }

    Repository repository() {
        return repository;
    }

    MysqldHome home() {
        return home;
    }

    Progress progress() {
        return progress;
    }

    RecoveryRequest request() {
        return request;
    }

    Phases phases() {
        return phases;
    }

    /// What one run on the sandbox did.
    record Done(
            Groundwork.Made made,
            Replay.Outcome replay,
            EventRepair.Outcome events,
            List<String> preparedXa,
            long tablesChecked) {}

    static boolean hasGtids(RecoveryPlan plan, BackupState state) {
        return plan.path() instanceof RecoveryPlan.Path.ByGtid || !state.gtidSet().isEmpty();
    }

    Sandbox start(
            String phase,
            RecoveredFolder folder,
            ShapeSettings shape,
            boolean hasGtids,
            Sandbox.Pace pace) {
        return phases.time(
                phase,
                () ->
                        Sandbox.start(
                                home,
                                folder,
                                shape,
                                new Sandbox.Role(hasGtids, freshServerId()),
                                pace,
                                request.mysqldOptions()));
    }

    void stop(Sandbox sandbox) {
        phases.run("stopping the sandbox", sandbox::close);
    }

    /// Found in no archive: high, where people do not choose theirs.
    private static long freshServerId() {
        return ThreadLocalRandom.current().nextLong(0x8000_0000L, 0xFFFF_FFF0L);
    }

    /// Replays, puts events right and checks.
    ///
    /// @param statuses of the events where the replay begins
    /// @param reached called when all is replayed, before the appliers' traces are forgotten
    Done replay(
            Decision decision,
            BackupState state,
            Sandbox sandbox,
            EventStatuses statuses,
            Groundwork.Made made,
            Runnable reached) {
        RecoveryPlan plan = decision.plan();
        Cut cut = plan.cut();
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
        reached.run();
        return phases.time(
                "setting events right and checking",
                () -> {
                    try (Session session = sandbox.open()) {
                        Replay.forget(session);
                        EventRepair.Outcome events =
                                EventRepair.repair(session, statuses, lastCommit(cut, state));
                        List<String> xa = ServerProof.preparedXa(session);
                        long checked =
                                request.isChecked()
                                        ? ServerProof.checkTables(session, progress)
                                        : 0;
                        ServerProof.mustHaveExecuted(session, outcome.executed());
                        return new Done(made, outcome, events, xa, checked);
                    }
                });
    }

    private static Instant lastCommit(Cut cut, BackupState state) {
        LoggedTransaction last = cut.before();
        return last == null ? state.consistentAt() : last.committed(LoggedTransaction.Clock.SERVER);
    }

    /// Gives the server to its owner, see [HandOver], and reports what was done.
    RecoveryReport handOver(
            RecoveredFolder folder,
            Decision decision,
            BackupReader backup,
            ShapeSettings shape,
            Done done) {
        RecoveryPlan plan = decision.plan();
        BackupState state = backup.manifest().state();
        var handOver = new HandOver(home, folder, shape, state.settings(), hasGtids(plan, state));
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
                                                        Marker.Stage.FINISHED,
                                                        repository.id().toString(),
                                                        plan.backup().id(),
                                                        plan.cut().history(),
                                                        done.replay().executed(),
                                                        plan.cut().position(),
                                                        server,
                                                        Marker.Attempt.NONE)));
        return new RecoveryReport(
                folder.folder(),
                plan.backup().id(),
                Optional.of(plan),
                done.made().load(),
                done.made().physical(),
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
}
