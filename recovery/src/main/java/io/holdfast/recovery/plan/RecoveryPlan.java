package io.holdfast.recovery.plan;

import io.holdfast.core.BinlogPosition;
import io.holdfast.core.Gtid;
import io.holdfast.core.GtidSet;
import io.holdfast.core.Text;
import io.holdfast.recovery.moment.Cut;
import java.util.List;

/// What a recovery will do: which backup it loads, what it replays from where, where it stops. A
/// value that was proven possible before anything is touched; `--dry-run` prints it.
///
/// @param path how transactions are named on the way
/// @param steps what is replayed, in order; the last one is of the cut's own history
/// @param bytes of log that lie between the backup and the cut, at most
/// @param effort what the estimate says of the backup
/// @param passedOver other backups that lead to the cut, too, and that would take longer
public record RecoveryPlan(
        BackupChoice backup,
        Cut cut,
        Path path,
        List<Step> steps,
        GtidSet skipped,
        List<BinlogPosition> skippedPositions,
        long transactions,
        long bytes,
        Effort effort,
        List<PassedOver> passedOver) {
    private static final int PASSED_OVER_SHOWN_MAX = 5;

    public RecoveryPlan {
        steps = List.copyOf(steps);
        skippedPositions = List.copyOf(skippedPositions);
        passedOver = List.copyOf(passedOver);
    }

    /// A backup that leads to the cut, too.
    public record PassedOver(String id, Effort effort) {}

    /// The same plan, chosen among others.
    RecoveryPlan insteadOf(List<PassedOver> others) {
        return new RecoveryPlan(
                backup,
                cut,
                path,
                steps,
                skipped,
                skippedPositions,
                transactions,
                bytes,
                effort,
                others);
    }

    /// How the restored server keeps count of what it executed.
    public sealed interface Path {
        /// By GTID: after the replay exactly `expected` is executed.
        record ByGtid(GtidSet expected) implements Path {}

        /// By file and position, in a history without GTIDs.
        record ByPosition(BinlogPosition from) implements Path {}
    }

    /// One history's share of the replay.
    ///
    /// @param from where reading begins; what lies before it is in the backup
    /// @param to where reading ends, at the latest
    /// @param gtids those to serve; empty by position, where everything between is served
    public record Step(String history, BinlogPosition from, BinlogPosition to, GtidSet gtids) {}

    /// Whether nothing is left to replay behind the backup.
    public boolean isBackupAlone() {
        return transactions == 0;
    }

    /// The plan for people, a line for each decision.
    public List<String> describe() {
        var lines = new java.util.ArrayList<String>();
        lines.add(
                Text.format(
                        "backup %s of server %s (MySQL %s), consistent at %s",
                        backup.id(),
                        backup.server(),
                        backup.serverVersion(),
                        backup.consistentAt()));
        choice(lines);
        lines.add(
                switch (path) {
                    case Path.ByGtid(GtidSet expected) ->
                            Text.format(
                                    "replay %d transactions (at most %s of log) by GTID, until exactly %s is executed",
                                    transactions, Text.bytes(bytes), expected);
                    case Path.ByPosition(BinlogPosition from) ->
                            Text.format(
                                    "replay %d transactions (%s of log) by position, from %s to %s",
                                    transactions, Text.bytes(bytes), from, cut.position());
                });
        for (Step step : steps) {
            lines.add(
                    Text.format(
                            "read history %s from %s to %s",
                            step.history(), step.from(), step.to()));
        }
        for (Gtid gtid : gtidsOf(skipped)) {
            lines.add(
                    Text.format(
                            "leave out %s: its GTID is executed as an empty transaction", gtid));
        }
        for (BinlogPosition position : skippedPositions) {
            lines.add(Text.format("leave out the transaction at %s", position));
        }
        return List.copyOf(lines);
    }

    /// Why this backup and not another one.
    private void choice(List<String> lines) {
        if (passedOver.isEmpty()) {
            return;
        }
        lines.add("the quickest by estimate, " + effort.describe());
        passedOver.stream()
                .limit(PASSED_OVER_SHOWN_MAX)
                .forEach(other ->
                        lines.add(
                                Text.format(
                                        "  not %s, %s; --backup chooses it",
                                        other.id(), other.effort().describe())));
    }

    private static List<Gtid> gtidsOf(GtidSet set) {
        var gtids = new java.util.ArrayList<Gtid>();
        set.sources()
                .forEach(source ->
                        set.intervals(source)
                                .forEach(interval -> {
                                    for (long n = interval.first(); n <= interval.last(); n++) {
                                        gtids.add(new Gtid(source, n));
                                    }
                                }));
        return gtids;
    }
}
