package io.holdfast.recovery;

import io.holdfast.core.GtidSet;
import io.holdfast.recovery.events.EventRepair;
import io.holdfast.recovery.load.LoadReport;
import io.holdfast.recovery.physical.PhysicalReport;
import io.holdfast.recovery.plan.RecoveryPlan;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// What a recovery did.
///
/// @param plan what was decided; empty for a restore without replay
/// @param backup the backup's id
/// @param load empty if the folder was continued, or the backup is a physical one
/// @param physical empty unless the folder was made of a physical backup
/// @param transactions replayed, skipped ones included
/// @param logBytes of events that were served
/// @param executed exactly what the restored server has executed
/// @param preparedXa XA transactions left prepared, as `XA RECOVER` prints them
/// @param tablesChecked by `CHECK TABLE`
/// @param phases in order
/// @param startCommand starts the restored server
/// @param running the restored server, if it was left running
public record RecoveryReport(
        Path folder,
        String backup,
        Optional<RecoveryPlan> plan,
        Optional<LoadReport> load,
        Optional<PhysicalReport> physical,
        long transactions,
        long logBytes,
        GtidSet executed,
        EventRepair.Outcome events,
        List<String> preparedXa,
        long tablesChecked,
        List<Phase> phases,
        String startCommand,
        Optional<RunningServer> running) {

    public RecoveryReport {
        preparedXa = List.copyOf(preparedXa);
        phases = List.copyOf(phases);
    }

    /// How long something took.
    public record Phase(String name, Duration time) {}

    public Duration total() {
        return phases.stream().map(Phase::time).reduce(Duration.ZERO, Duration::plus);
    }
}
