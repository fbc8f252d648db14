package io.holdfast.recovery.plan;

import io.holdfast.core.BinlogPosition;
import io.holdfast.core.GtidSet;
import io.holdfast.core.Problem;
import io.holdfast.core.RefusedException;
import io.holdfast.recovery.error.RecoveryError;
import io.holdfast.recovery.moment.Cut;
import io.holdfast.recovery.plan.RecoveryPlan.PassedOver;
import io.holdfast.recovery.plan.RecoveryPlan.Path;
import io.holdfast.recovery.plan.RecoveryPlan.Step;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/// Decides how a cut is reached: by which backup, and over which parts of the archive. Pure: the
/// same archive, backups and cut give the same plan.
///
/// With GTIDs the proof is one of sets. Let *T* be what was executed at the cut: everything before
/// the history's first archived byte, and what its log added up to the cut. A backup *B* can be
/// rolled forward to the cut if *B ⊆ T* and every transaction of *T − B* is in the archive of the
/// cut's history or of one before it. Numbers of files and times prove nothing.
///
/// Equal GTIDs mean equal transactions, except across a fork: when a server forgets transactions
/// (its log was reset, the machine was rolled back, a crash lost them) it gives their numbers out
/// again. Behind a fork only what was executed *before the younger history began* is common to
/// both, so that only such transactions, and backups of nothing else, are taken from the older one.
///
/// Without GTIDs the proof is one of bytes: one range without a gap must hold both the backup's
/// position and the cut, in one history.
public final class Planner {
    private final Map<String, ArchivedHistory> histories;
    private final List<ArchivedHistory> chain;
    private final Cut cut;
    private final GtidSet executedAtCut;
    private final Skips skips;

    /// What the user wants left out.
    ///
    /// @param positions where transactions without GTID begin
    public record Skips(GtidSet gtids, List<BinlogPosition> positions) {
        public static final Skips NONE = new Skips(GtidSet.EMPTY, List.of());

        public Skips {
            positions = List.copyOf(positions);
        }
    }

    /// @param histories all of the repository's; the cut's own as far as the cut only
    public Planner(List<ArchivedHistory> histories, Cut cut, Skips skips) {
        this.histories =
                histories.stream()
                        .collect(Collectors.toMap(ArchivedHistory::id, Function.identity()));
        this.cut = cut;
        this.skips = skips;
        this.chain = chain();
        ArchivedHistory own = chain.getLast();
        this.executedAtCut = own.executedAtEnd();
    }

    /// The cut's history and those before it, oldest first.
    private List<ArchivedHistory> chain() {
        var chain = new ArrayList<ArchivedHistory>();
        var seen = new HashSet<String>();
        String id = cut.history();
        while (id != null && seen.add(id)) {
            ArchivedHistory history = histories.get(id);
            if (history == null) {
                break;
            }
            chain.addFirst(history);
            id = history.predecessor();
        }
        if (chain.isEmpty()) {
            throw new IllegalArgumentException("the cut's history is not given: " + cut.history());
        }
        return List.copyOf(chain);
    }

    /// Chooses the backup from which the cut is reached in the shortest time, as far as its size
    /// and that of the log behind it tell ([Effort]); of equals the newest. By position the newest
    /// is taken: what lies between two positions is not counted in the archive.
    ///
    /// @throws RefusedException if there is none: no backup from before the cut, or the archive has
    ///   a gap behind each; the interval that is missing behind the newest one is named
    public RecoveryPlan plan(List<BackupChoice> backups) {
        List<BackupChoice> newestFirst =
                backups.stream()
                        .sorted(
                                Comparator.comparing(BackupChoice::consistentAt)
                                        .thenComparing(BackupChoice::id)
                                        .reversed())
                        .toList();
        RefusedException firstRefusal = null;
        var plans = new ArrayList<RecoveryPlan>();
        for (BackupChoice backup : newestFirst) {
            if (!isBeforeCut(backup)) {
                continue;
            }
            try {
                RecoveryPlan plan = planFrom(backup);
                if (plan.path() instanceof Path.ByPosition) {
                    return plan;
                }
                plans.add(plan);
            } catch (RefusedException refusal) {
                firstRefusal = firstRefusal == null ? refusal : firstRefusal;
            }
        }
        if (!plans.isEmpty()) {
            return quickest(plans);
        }
        throw firstRefusal == null ? noBackup(newestFirst) : firstRefusal;
    }

    /// @param newestFirst at least one
    private static RecoveryPlan quickest(List<RecoveryPlan> newestFirst) {
        List<RecoveryPlan> quickestFirst =
                newestFirst.stream()
                        .sorted(Comparator.comparing(plan -> plan.effort().total()))
                        .toList();
        return quickestFirst
                .getFirst()
                .insteadOf(
                        quickestFirst.stream()
                                .skip(1)
                                .map(plan -> new PassedOver(plan.backup().id(), plan.effort()))
                                .toList());
    }

    private static Effort effort(BackupChoice backup, long transactions, long logBytes) {
        return new Effort(
                backup.kind(), backup.layBytes(), backup.redoBytes(), transactions, logBytes);
    }

    private RefusedException noBackup(List<BackupChoice> newestFirst) {
        Optional<BackupChoice> oldest =
                newestFirst.isEmpty() ? Optional.empty() : Optional.of(newestFirst.getLast());
        return new RefusedException(
                oldest.isEmpty()
                        ? Problem.of(RecoveryError.NO_BACKUP_BEFORE_MOMENT)
                                .what("the repository has no usable backup of this server")
                                .where("history %s", cut.history())
                                .remedy(
                                        "Take one with 'holdfast backup'; 'holdfast list' shows all.")
                        : Problem.of(RecoveryError.NO_BACKUP_BEFORE_MOMENT)
                                .what(
                                        "all %d backups hold transactions from behind the moment (the oldest is"
                                                + " consistent at %s)",
                                        newestFirst.size(), oldest.get().consistentAt())
                                .where("history %s, moment %s", cut.history(), cut.position())
                                .remedy(
                                        "Choose a later moment; 'holdfast list' shows the restorable ranges."));
    }

    /// Whether the backup holds nothing from behind the cut. Says nothing about the archive.
    private boolean isBeforeCut(BackupChoice backup) {
        Optional<ArchivedHistory> home = home(backup);
        if (home.isEmpty()) {
            return false;
        }
        BinlogPosition position = backup.position();
        boolean own = home.get().id().equals(cut.history());
        if (own && position != null && !cut.includes(position)) {
            return false;
        }
        if (!own && executedAtCut.isEmpty()) {
            return false; // positions of two histories cannot be compared
        }
        return common(home.get()).containsAll(backup.gtids());
    }

    /// The history in the chain that the backup belongs to.
    private Optional<ArchivedHistory> home(BackupChoice backup) {
        String id = backup.history();
        if (id != null) {
            return chain.stream().filter(history -> history.id().equals(id)).findFirst();
        }
        // Taken before its server's archive began: it belongs to the first history of that server.
        return chain.stream()
                .filter(history -> history.server().equals(backup.server()))
                .findFirst();
    }

    /// The transactions of the cut whose GTIDs mean the same in an older history of the chain.
    private GtidSet common(ArchivedHistory older) {
        GtidSet common = executedAtCut;
        for (int i = chain.size() - 1; i >= 0 && !chain.get(i).id().equals(older.id()); i--) {
            if (chain.get(i).forks()) {
                common = common.intersect(chain.get(i).gtidsBefore());
            }
        }
        return common;
    }

    private RecoveryPlan planFrom(BackupChoice backup) {
        boolean hasGtids = !executedAtCut.isEmpty();
        return hasGtids ? planByGtid(backup) : planByPosition(backup);
    }

    private RecoveryPlan planByGtid(BackupChoice backup) {
        GtidSet needed = executedAtCut.subtract(backup.gtids());
        List<GtidSet> available =
                chain.stream()
                        .map(history -> history.archived().intersect(common(history)))
                        .toList();
        Shares shares = Shares.of(needed, available);
        if (!shares.missing().isEmpty()) {
            throw gap(backup, shares.missing());
        }
        if (!shares.keepOrder()) {
            throw interleaved(backup);
        }
        var steps = new ArrayList<Step>();
        long bytes = 0;
        long servedBytes = 0;
        for (int i = 0; i < chain.size(); i++) {
            ArchivedHistory history = chain.get(i);
            GtidSet share = shares.perHistory().get(i);
            for (ArchivedHistory.Range range : history.ranges()) {
                GtidSet served = share.intersect(range.gtidsAdded());
                if (range.anonymousCount() > 0 && isBehind(backup, i, range, served)) {
                    throw anonymous(history, range);
                }
                if (served.isEmpty()) {
                    continue;
                }
                steps.add(
                        new Step(history.id(), start(backup, history, range), range.end(), served));
                bytes += range.bytes();
                servedBytes += share(range, served.count());
            }
        }
        refuseForeignSkips(needed);
        return new RecoveryPlan(
                backup,
                cut,
                new Path.ByGtid(executedAtCut),
                steps,
                skips.gtids(),
                List.of(),
                needed.count(),
                bytes,
                effort(backup, needed.count(), servedBytes),
                List.of());
    }

    /// As if all transactions of a range were of one size.
    private static long share(ArchivedHistory.Range range, long transactions) {
        double part = (double) transactions / Math.max(1, range.transactionCount());
        return (long) (range.bytes() * Math.min(1, part));
    }

    /// Reading can begin at the backup's own position where that lies in the range; what lies
    /// before it is in the backup. (Transactions are logged in the order in which they commit.)
    private BinlogPosition start(
            BackupChoice backup, ArchivedHistory history, ArchivedHistory.Range range) {
        BinlogPosition position = backup.position();
        boolean inside =
                position != null
                        && home(backup).map(ArchivedHistory::id).orElse("").equals(history.id())
                        && range.holds(position);
        return inside && position != null ? position : range.begin();
    }

    /// Whether a range holds anything that may not be in the backup. GTIDs tell nothing of
    /// transactions that have none.
    ///
    /// @param index of the range's history in the chain
    /// @param served what is to be replayed of it by GTID
    private boolean isBehind(
            BackupChoice backup, int index, ArchivedHistory.Range range, GtidSet served) {
        int home = home(backup).map(chain::indexOf).orElse(-1);
        if (index != home) {
            return index > home;
        }
        BinlogPosition position = backup.position();
        return position == null ? !served.isEmpty() : range.end().compareTo(position) > 0;
    }

    private static RefusedException anonymous(
            ArchivedHistory history, ArchivedHistory.Range range) {
        return new RefusedException(
                Problem.of(RecoveryError.HISTORY_MIXES_GTIDS)
                        .what(
                                "%d transactions between %s and %s have no GTID, the others have",
                                range.anonymousCount(), range.begin(), range.end())
                        .where("history %s", history.id())
                        .remedy(
                                "Recover from a backup that was taken after gtid_mode=ON, or to a moment before"
                                        + " it was changed."));
    }

    private RefusedException gap(BackupChoice backup, GtidSet missing) {
        return new RefusedException(
                Problem.of(RecoveryError.ARCHIVE_GAP)
                        .what(
                                "%d transactions between the backup and the moment are not archived: %s",
                                missing.count(), shown(missing))
                        .where("behind backup %s, history %s", backup.id(), cut.history())
                        .remedy(
                                "Archive them if a server still has the logs ('holdfast archive'), or recover to a"
                                        + " moment before the gap ('holdfast list' shows the restorable ranges)."));
    }

    private RefusedException interleaved(BackupChoice backup) {
        return new RefusedException(
                Problem.of(RecoveryError.ARCHIVE_GAP)
                        .what(
                                "gaps in two linked histories overlap: their transactions could only be replayed out of order")
                        .where("behind backup %s, history %s", backup.id(), cut.history())
                        .remedy(
                                "Archive what is missing if a server still has the logs, or recover to a moment before"
                                        + " the gap ('holdfast list' shows the restorable ranges)."));
    }

    private static String shown(GtidSet set) {
        String text = set.toString();
        return text.length() > 500 ? text.substring(0, 500) + "…" : text;
    }

    private void refuseForeignSkips(GtidSet needed) {
        GtidSet foreign = skips.gtids().subtract(needed);
        if (!foreign.isEmpty()) {
            throw new RefusedException(
                    Problem.of(RecoveryError.SKIP_NOT_IN_RANGE)
                            .what(
                                    "%s is not among the %d transactions to replay",
                                    foreign, needed.count())
                            .where("between the backup and %s", cut.position())
                            .remedy("Check the GTID given to --skip."));
        }
        if (!skips.positions().isEmpty()) {
            throw new RefusedException(
                    Problem.of(RecoveryError.SKIP_NOT_IN_RANGE)
                            .what(
                                    "%s is a position, but the transactions to replay have GTIDs",
                                    skips.positions().getFirst())
                            .where("history %s", cut.history())
                            .remedy("Give --skip the transaction's GTID."));
        }
    }

    private RecoveryPlan planByPosition(BackupChoice backup) {
        ArchivedHistory own = chain.getLast();
        BinlogPosition from = backup.position();
        if (from == null) {
            throw new RefusedException(
                    Problem.of(RecoveryError.ARCHIVE_GAP)
                            .what(
                                    "the backup has no binary-log position: its server wrote no log then")
                            .where("backup %s", backup.id())
                            .remedy(
                                    "Take a backup now that log_bin is on, and recover from that one."));
        }
        Optional<ArchivedHistory.Range> range =
                own.ranges().stream().filter(each -> each.holds(from)).findFirst();
        if (range.isEmpty() || !range.get().holds(cut.position())) {
            BinlogPosition reached = range.map(ArchivedHistory.Range::end).orElse(from);
            BinlogPosition next =
                    own.ranges().stream()
                            .map(ArchivedHistory.Range::begin)
                            .filter(begin -> begin.compareTo(reached) > 0)
                            .findFirst()
                            .orElse(cut.position());
            throw new RefusedException(
                    Problem.of(RecoveryError.ARCHIVE_GAP)
                            .what("the log from %s to %s is not archived", reached, next)
                            .where("behind backup %s, history %s", backup.id(), own.id())
                            .remedy(
                                    "Recover to a moment up to %s, or archive the missing files if the server still"
                                            + " has them.",
                                    reached));
        }
        if (!skips.gtids().isEmpty()) {
            throw new RefusedException(
                    Problem.of(RecoveryError.SKIP_NOT_IN_RANGE)
                            .what("%s is a GTID, but this history has none", skips.gtids())
                            .where("history %s", own.id())
                            .remedy("Give --skip the transaction's FILE:OFFSET."));
        }
        for (BinlogPosition skip : skips.positions()) {
            if (skip.compareTo(from) < 0 || skip.compareTo(cut.position()) >= 0) {
                throw new RefusedException(
                        Problem.of(RecoveryError.SKIP_NOT_IN_RANGE)
                                .what("%s is not between %s and %s", skip, from, cut.position())
                                .where("history %s", own.id())
                                .remedy("Check the position given to --skip."));
            }
        }
        long transactions = from.equals(cut.position()) ? 0 : range.get().transactionCount();
        return new RecoveryPlan(
                backup,
                cut,
                new Path.ByPosition(from),
                List.of(new Step(own.id(), from, cut.position(), GtidSet.EMPTY)),
                GtidSet.EMPTY,
                skips.positions(),
                transactions,
                range.get().bytes(),
                effort(backup, transactions, range.get().bytes()),
                List.of());
    }
}
