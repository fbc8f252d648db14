package io.holdfast.recovery;

import io.holdfast.client.Session;
import io.holdfast.core.BinlogPosition;
import io.holdfast.core.GtidSet;
import io.holdfast.recovery.Recovery.Decision;
import io.holdfast.recovery.events.EventRepair;
import io.holdfast.recovery.events.EventStatuses;
import io.holdfast.recovery.plan.Planner;
import io.holdfast.recovery.plan.Planner.Skips;
import io.holdfast.recovery.plan.RecoveryPlan;
import io.holdfast.recovery.replay.AppliedPlace;
import io.holdfast.recovery.replay.EarlierStatements;
import io.holdfast.recovery.replay.Replay;
import io.holdfast.recovery.sandbox.Marker;
import io.holdfast.recovery.sandbox.Marker.Attempt;
import io.holdfast.recovery.sandbox.RecoveredFolder;
import io.holdfast.recovery.sandbox.Sandbox;
import io.holdfast.recovery.sandbox.ShapeSettings;
import io.holdfast.repository.BackupHead;
import io.holdfast.repository.BackupId;
import io.holdfast.repository.BackupReader;
import io.holdfast.repository.BackupState;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A recovery that goes on from a folder. The folder may have cost hours, so unlike a new one it is
/// never put at risk: the sandbox keeps its redo log, and whenever and however the replay breaks
/// off, the folder can be continued again.
///
/// What makes that possible. The marker keeps saying where the folder was *finished* last, the
/// base, until it is finished again. The server itself knows what it has executed since, even after
/// a crash: by its GTIDs, or by what its appliers wrote down ([AppliedPlace]). What no server knows
/// is which status scheduled events would have: the applier takes it from them. So the marker keeps
/// what it was at the base, and the log between the base and where the server stands is read again
/// for its statements, those skipped left out.
final class Onward {
    private final Workbench bench;
    private final RecoveredFolder folder;

    Onward(Workbench bench) {
        this.bench = bench;
        this.folder = RecoveredFolder.at(bench.request().into());
    }

    /// What is left to do of a decision, and what was done of it before.
    private record Rest(Decision decision, Attempt attempt, EventStatuses statuses) {}

    /// @param decision from the base on
    RecoveryReport run(Decision decision) {
        RecoveryPlan plan = decision.plan();
        BackupReader backup = bench.repository().openBackup(new BackupId(plan.backup().id()));
        BackupState state = backup.manifest().state();
        ShapeSettings shape = Groundwork.shape(state);
        Marker base = decision.base().orElseThrow();
        Workbench.Done done;
        Decision rest;
        try (Sandbox sandbox =
                bench.start(
                        "starting a sandbox",
                        folder,
                        shape,
                        Workbench.hasGtids(plan, state),
                        Sandbox.Pace.careful(bench.request().workers()))) {
            Rest left;
            try (Session session = sandbox.open()) {
                left =
                        base.isFinished()
                                ? begin(session, decision, base)
                                : resume(session, decision, base, backup.manifest().head());
            }
            rest = left.decision();
            folder.mark(base.continued(left.attempt()));
            forgetReplication(sandbox);
            done =
                    bench.replay(
                            rest,
                            state,
                            sandbox,
                            left.statuses(),
                            Groundwork.Made.NOTHING,
                            () -> folder.mark(base.continued(arrived(left))));
            bench.stop(sandbox);
        }
        return bench.handOver(folder, rest, backup, shape, done);
    }

    /// The attempt when all is replayed. Without GTIDs a server whose replication is forgotten does
    /// not know that it was.
    private static Attempt arrived(Rest left) {
        RecoveryPlan plan = left.decision().plan();
        Attempt attempt = left.attempt();
        return plan.path() instanceof RecoveryPlan.Path.ByGtid
                ? attempt
                : new Attempt(
                        attempt.skipped(),
                        attempt.skippedPositions(),
                        plan.cut().position(),
                        attempt.events());
    }

    /// What a killed applier left of itself, which is noted in the marker now.
    private static void forgetReplication(Sandbox sandbox) {
        try (Session session = sandbox.open()) {
            Replay.forget(session);
        }
    }

    private Rest begin(Session session, Decision decision, Marker base) {
        Continuation.mustBeUntouched(session, folder, base);
        var statuses = new EventStatuses(ServerProof.ignoresNameCase(session));
        EventRepair.noteAll(session, statuses);
        Skips skips = bench.request().skips();
        return new Rest(
                decision,
                new Attempt(skips.gtids(), skips.positions(), null, statuses.lines()),
                statuses);
    }

    private Rest resume(Session session, Decision decision, Marker base, BackupHead head) {
        boolean hasGtids = decision.plan().path() instanceof RecoveryPlan.Path.ByGtid;
        GtidSet executed = ServerProof.executed(session);
        @Nullable BinlogPosition reached = hasGtids ? null : reached(session, base);
        Continuation.mustBeOnItsWay(session, folder, base, hasGtids);
        Skips before = left(base.attempt(), executed, reached);
        Skips now = without(bench.request().skips(), before);
        RecoveryPlan rest =
                Continuation.plan(
                        new Planner(
                                decision.view().upTo(decision.plan().cut()),
                                decision.plan().cut(),
                                now),
                        base.standingAt(
                                hasGtids ? executed : base.gtids(),
                                hasGtids ? base.position() : reached),
                        head,
                        decision.plan().cut());
        var statuses = new EventStatuses(ServerProof.ignoresNameCase(session));
        statuses.begin(base.attempt().events());
        EarlierStatements.tell(
                decision.plan(),
                decision.view(),
                new EarlierStatements.Done(executed, reached, before),
                statuses::follow);
        var positions = new ArrayList<>(before.positions());
        positions.addAll(now.positions());
        return new Rest(
                decision.with(rest),
                new Attempt(
                        before.gtids().union(now.gtids()),
                        positions,
                        reached,
                        base.attempt().events()),
                statuses);
    }

    /// Where a server without GTIDs stands: where the appliers say, unless they were told to forget
    /// it after the marker was written last.
    private static @Nullable BinlogPosition reached(Session session, Marker base) {
        BinlogPosition noted = base.attempt().reached();
        return AppliedPlace.of(session).orElse(noted == null ? base.position() : noted);
    }

    /// Those of an attempt's skips that it came to.
    private static Skips left(Attempt attempt, GtidSet executed, @Nullable BinlogPosition reached) {
        return new Skips(
                attempt.skipped().intersect(executed),
                attempt.skippedPositions().stream()
                        .filter(place -> reached != null && place.compareTo(reached) < 0)
                        .toList());
    }

    private static Skips without(Skips all, Skips done) {
        List<BinlogPosition> positions =
                all.positions().stream()
                        .filter(place -> !done.positions().contains(place))
                        .toList();
        return new Skips(all.gtids().subtract(done.gtids()), positions);
    }
}
