package io.holdfast.recovery;

import io.holdfast.client.Session;
import io.holdfast.core.BinlogPosition;
import io.holdfast.core.GtidSet;
import io.holdfast.mysqld.DataDirectory;
import io.holdfast.recovery.Recovery.Decision;
import io.holdfast.recovery.events.EventRepair;
import io.holdfast.recovery.events.EventStatuses;
import io.holdfast.recovery.load.BackupSource;
import io.holdfast.recovery.load.LoadOptions;
import io.holdfast.recovery.load.LoadReport;
import io.holdfast.recovery.load.LogicalLoad;
import io.holdfast.recovery.plan.RecoveryPlan;
import io.holdfast.recovery.sandbox.Marker;
import io.holdfast.recovery.sandbox.RecoveredFolder;
import io.holdfast.recovery.sandbox.Sandbox;
import io.holdfast.recovery.sandbox.ShapeSettings;
import io.holdfast.repository.BackupId;
import io.holdfast.repository.BackupReader;
import io.holdfast.repository.BackupState;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A recovery that begins with a backup: a new folder, the load, the replay.
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
            ShapeSettings shape = ShapeSettings.of(state.settings());
            bench.phases()
                    .run(
                            "making a data directory",
                            () ->
                                    DataDirectory.initialise(
                                            bench.home(), folder.data(), shape.atInitialising()));
            Workbench.Done done;
            try (Sandbox sandbox =
                    bench.start(
                            folder,
                            shape,
                            Workbench.hasGtids(plan, state),
                            Sandbox.Pace.fast(request.workers()))) {
                sandbox.risk();
                LoadReport load = load(backup, sandbox, state.gtidSet());
                EventStatuses statuses;
                try (Session session = sandbox.open()) {
                    statuses = new EventStatuses(ServerProof.ignoresNameCase(session));
                    EventRepair.noteAll(session, statuses);
                }
                done = bench.replay(decision, state, sandbox, statuses, Optional.of(load));
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

    private LoadReport load(BackupReader backup, Sandbox sandbox, GtidSet gtids) {
        return bench.phases()
                .time(
                        "loading the backup",
                        () ->
                                new LogicalLoad(
                                                BackupSource.of(backup),
                                                LoadOptions.sandbox(
                                                        bench.request().threads(),
                                                        gtids,
                                                        bench.progress()))
                                        .load(sandbox.connectOptions()));
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
