package io.holdfast.recovery.replay;

import io.holdfast.binlog.LoggedStatement;
import io.holdfast.core.BinlogPosition;
import io.holdfast.core.GtidSet;
import io.holdfast.recovery.plan.Planner.Skips;
import io.holdfast.recovery.plan.RecoveryPlan;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Tells what a replay would have told of the transactions that an earlier one, which broke off,
/// has done already. Reads the log anew and serves nobody.
public final class EarlierStatements {
    private EarlierStatements() {}

    /// What the earlier replay did of a plan.
    ///
    /// @param executed with GTIDs: all that the server has executed
    /// @param reached without GTIDs: where it stands
    /// @param skips what it left out
    public record Done(GtidSet executed, @Nullable BinlogPosition reached, Skips skips) {}

    /// Tells each statement that creates, changes or drops an event or a database, in order.
    ///
    /// @param plan from where the earlier replay began
    public static void tell(
            RecoveryPlan plan,
            ArchivedLog archive,
            Done done,
            Consumer<LoggedStatement> onStatement) {
        var sources = new ArrayList<PlannedLog.Source>();
        for (int i = 0; i < plan.steps().size(); i++) {
            PlannedLog.Source source = source(i, plan, done);
            if (source != null) {
                sources.add(source);
            }
        }
        try (var log =
                new PlannedLog(sources, archive, new PlannedFeed(plan, archive, onStatement))) {
            while (log.next() != null) {
                // What is told is told on the way.
            }
        }
    }

    private static PlannedLog.@Nullable Source source(int index, RecoveryPlan plan, Done done) {
        RecoveryPlan.Step step = plan.steps().get(index);
        var skip = new TransactionStep.Skip(done.skips().gtids(), done.skips().positions());
        return switch (plan.path()) {
            case RecoveryPlan.Path.ByGtid _ -> {
                GtidSet own = step.gtids().intersect(done.executed());
                yield own.isEmpty()
                        ? null
                        : new PlannedLog.Source(
                                index,
                                step.history(),
                                step.from(),
                                step.to(),
                                List.of(new TransactionStep.Planned(own), skip));
            }
            case RecoveryPlan.Path.ByPosition _ -> {
                BinlogPosition reached = done.reached();
                yield reached == null || reached.compareTo(step.from()) <= 0
                        ? null
                        : new PlannedLog.Source(
                                index, step.history(), step.from(), reached, List.of(skip));
            }
        };
    }
}
