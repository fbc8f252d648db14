package io.holdfast.recovery;

import io.holdfast.client.Session;
import io.holdfast.core.BinlogPosition;
import io.holdfast.recovery.Recovery.Decision;
import io.holdfast.recovery.events.EventRepair;
import io.holdfast.recovery.events.EventStatuses;
import io.holdfast.recovery.plan.RecoveryPlan;
import io.holdfast.recovery.sandbox.Marker;
import io.holdfast.recovery.sandbox.RecoveredFolder;
import io.holdfast.recovery.sandbox.Sandbox;
import io.holdfast.recovery.sandbox.ShapeSettings;
import io.holdfast.repository.BackupId;
import io.holdfast.repository.BackupReader;
import io.holdfast.repository.BackupState;
import org.jspecify.annotations.Nullable;

/// A recovery that begins with a backup: a new folder, the backup, the replay.
///
/// A folder that this made and could not finish is removed. If even that is not possible, because
/// the process was killed, its marker says that it is unfinished; whoever comes next is refused.
final class Rebuild {
    private final Workbench bench;

    Rebuild(Workbench bench) {
        this.bench = bench;
    }

    RecoveryReport run(Decision decision) {
        RecoveryPlan plan = decision.plan();
        RecoveryRequest request = bench.request();
        BackupReader backup = bench.repository().openBackup(new BackupId(plan.backup().id()));
        BackupState state = backup.manifest().state();
        RecoveredFolder folder = RecoveredFolder.make(request.into(), unfinished(plan, state));
        boolean isFinished = false;
        try {
            ShapeSettings shape = Groundwork.shape(state);
            Groundwork ground =
                    Groundwork.of(
                            backup,
                            new Groundwork.Tools(
                                    bench.home(),
                                    bench.phases(),
                                    bench.progress(),
                                    request.threads()));
            ground.makeDataDirectory(folder);
            Workbench.Done done;
            try (Sandbox sandbox =
                    bench.start(
                            ground.startPhase(),
                            folder,
                            shape,
                            Workbench.hasGtids(plan, state),
                            ground.pace(request.workers()))) {
                Groundwork.Made made = ground.bring(sandbox);
                sandbox.risk();
                EventStatuses statuses;
                try (Session session = sandbox.open()) {
                    statuses = new EventStatuses(ServerProof.ignoresNameCase(session));
                    EventRepair.noteAll(session, statuses);
                }
                done = bench.replay(decision, state, sandbox, statuses, made, () -> {});
                sandbox.secure();
                bench.stop(sandbox);
            }
            RecoveryReport report = bench.handOver(folder, decision, backup, shape, done);
            isFinished = true;
            return report;
        } finally {
            if (!isFinished) {
                folder.remove();
            }
        }
    }

    private Marker unfinished(RecoveryPlan plan, BackupState state) {
        @Nullable BinlogPosition position = state.position();
        return new Marker(
                Marker.Stage.UNFINISHED,
                bench.repository().id().toString(),
                plan.backup().id(),
                plan.cut().history(),
                state.gtidSet(),
                position,
                null,
                Marker.Attempt.NONE);
    }
}
