package io.holdfast.recovery.moment;

import io.holdfast.core.BinlogPosition;
import io.holdfast.core.Gtid;
import io.holdfast.core.Problem;
import io.holdfast.core.RefusedException;
import io.holdfast.core.Text;
import io.holdfast.core.UsageException;
import io.holdfast.recovery.error.RecoveryError;
import io.holdfast.recovery.moment.LoggedTransaction.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Finds the [Cut] that a [Moment] means. Pure: it sees logs as lists of transactions and changes
/// nothing.
///
/// A moment may be answered by several histories: of several servers, or of one server before and
/// after a reset of its log. Then it is refused and the answers are listed, because to choose one
/// in silence could restore another server's data.
public final class MomentResolver {
    /// How many matches of a statement are listed.
    private static final int LISTED_MAX = 50;

    private final List<? extends LogHistory> histories;
    private final Clock clock;
    private final StatementMeaning meaning;

    /// @param histories those the user allows, oldest first; all of the repository's if no server
    ///   was named
    public MomentResolver(
            List<? extends LogHistory> histories, Clock clock, StatementMeaning meaning) {
        this.histories = List.copyOf(histories);
        this.clock = clock;
        this.meaning = meaning;
    }

    /// Whether two statements do the same kind of thing to the same objects.
    @FunctionalInterface
    public interface StatementMeaning {
        /// A test for statements that mean what `asked` means.
        ///
        /// @throws UsageException if `asked` is no statement that names an object
        Predicate<LoggedTransaction> matcher(String asked);
    }

    /// Finds the one cut that the moment means.
    ///
    /// @throws RefusedException if no place, or more than one, answers to the moment; the message
    ///   lists them
    public Cut resolve(Moment moment) {
        if (histories.isEmpty()) {
            throw new RefusedException(
                    Problem.of(RecoveryError.MOMENT_NOT_FOUND)
                            .what("there is no archive to find %s in", moment)
                            .where("the repository, --to %s", moment)
                            .remedy(
                                    "Start 'holdfast archive', or restore a backup alone with 'holdfast"
                                            + " restore'."));
        }
        return switch (moment) {
            case Moment.Latest _ -> latest(newestOfOneServer(moment));
            case Moment.Including(Gtid gtid) ->
                    behind(the(moment, transactions(t -> gtid.equals(t.gtid()))));
            case Moment.Before(Gtid gtid) ->
                    inFrontOf(the(moment, transactions(t -> gtid.equals(t.gtid()))));
            case Moment.At(BinlogPosition position) -> at(moment, position);
            case Moment.Time(Instant instant) -> time(moment, instant);
            case Moment.BeforeStatement(String statement) ->
                    inFrontOf(the(moment, transactions(meaning.matcher(statement))));
        };
    }

    /// A transaction and where it was found.
    private record Found(LogHistory history, LoggedTransaction transaction) {}

    private List<Found> transactions(Predicate<LoggedTransaction> wanted) {
        var found = new ArrayList<Found>();
        for (LogHistory history : histories) {
            history.scan(
                    history.begin(),
                    transaction -> {
                        if (wanted.test(transaction)) {
                            found.add(new Found(history, transaction));
                        }
                        return found.size() <= LISTED_MAX;
                    });
        }
        return found;
    }

    private Found the(Moment moment, List<Found> found) {
        if (found.size() == 1) {
            return found.getFirst();
        }
        if (found.isEmpty()) {
            throw new RefusedException(
                    Problem.of(RecoveryError.MOMENT_NOT_FOUND)
                            .what("no archived transaction answers to %s", moment)
                            .where("%s", archived())
                            .remedy(
                                    "Check its spelling and the range above; transactions committed just now may not"
                                            + " be archived yet."));
        }
        var lines = new StringBuilder();
        for (Found each : found.subList(0, Math.min(found.size(), LISTED_MAX))) {
            lines.append(
                    Text.format(
                            "\n  %s\n      holdfast recover --to %s%s",
                            each.transaction.describe(clock),
                            exactMoment(moment, each.transaction),
                            histories.size() > 1 ? " --history " + each.history.id() : ""));
        }
        throw new RefusedException(
                Problem.of(RecoveryError.MOMENT_AMBIGUOUS)
                        .what(
                                "%s%d transactions answer to %s:%s",
                                found.size() > LISTED_MAX ? "more than " : "",
                                Math.min(found.size(), LISTED_MAX),
                                moment,
                                lines)
                        .where("%s", archived())
                        .remedy("Choose one of them and run its command, with your --into."));
    }

    private static String exactMoment(Moment moment, LoggedTransaction transaction) {
        Gtid gtid = transaction.gtid();
        if (gtid != null) {
            return (moment instanceof Moment.Including ? "gtid:" : "before:") + gtid;
        }
        return transaction.begin().toString();
    }

    private Cut behind(Found found) {
        BinlogPosition place = found.transaction.end();
        return new Cut(
                found.history.id(),
                place,
                found.transaction,
                neighbours(found.history, place).after());
    }

    private static Cut inFrontOf(Found found) {
        return cutAt(found.history, found.transaction.begin());
    }

    private static Cut cutAt(LogHistory history, BinlogPosition place) {
        Neighbours around = neighbours(history, place);
        return new Cut(history.id(), place, around.before(), around.after());
    }

    private static Cut latest(LogHistory history) {
        return cutAt(history, history.end());
    }

    /// The transactions on both sides of a place.
    private record Neighbours(
            @Nullable LoggedTransaction before, @Nullable LoggedTransaction after) {}

    private static Neighbours neighbours(LogHistory history, BinlogPosition place) {
        var before = new LoggedTransaction[1];
        var after = new LoggedTransaction[1];
        // A place is often a transaction's very begin; the one before it may lie a file earlier.
        history.scan(
                history.begin(),
                transaction -> {
                    if (transaction.end().compareTo(place) <= 0) {
                        before[0] = transaction;
                        return true;
                    }
                    after[0] = transaction;
                    return false;
                });
        return new Neighbours(before[0], after[0]);
    }

    private Cut at(Moment moment, BinlogPosition place) {
        List<LogHistory> holding = new ArrayList<>();
        for (LogHistory history : histories) {
            if (sameNames(history, place)
                    && place.compareTo(history.begin()) >= 0
                    && place.compareTo(history.end()) <= 0) {
                holding.add(history);
            }
        }
        if (holding.isEmpty()) {
            throw new RefusedException(
                    Problem.of(RecoveryError.TARGET_TIME_NOT_COVERED)
                            .what("%s lies in no archived file", place)
                            .where("%s", archived())
                            .remedy("Choose a position inside the range above."));
        }
        if (holding.size() > 1) {
            throw ambiguous(moment, holding);
        }
        Cut cut = cutAt(holding.getFirst(), place);
        LoggedTransaction after = cut.after();
        if (after != null && after.begin().compareTo(place) < 0) {
            throw new RefusedException(
                    Problem.of(RecoveryError.MOMENT_INSIDE_TRANSACTION)
                            .what("%s lies inside transaction %s", place, after.name())
                            .where("it goes from %s to %d", after.begin(), after.endOffset())
                            .remedy(
                                    "Recover --to %s to leave it out, or --to %s to have it.",
                                    after.begin(), after.end()));
        }
        return cut;
    }

    private static boolean sameNames(LogHistory history, BinlogPosition place) {
        return baseName(history.end().file()).equals(baseName(place.file()));
    }

    private static String baseName(String file) {
        int dot = file.lastIndexOf('.');
        return dot < 0 ? file : file.substring(0, dot);
    }

    /// Cuts in front of the first transaction in log order that was committed after the instant.
    /// Clocks go backwards at times, so later transactions may have been committed before it; they
    /// are out all the same, because what follows the first one may depend on it.
    private Cut time(Moment moment, Instant instant) {
        var inside = new ArrayList<Cut>();
        for (LogHistory history : histories) {
            var before = new LoggedTransaction[1];
            var after = new LoggedTransaction[1];
            history.scan(
                    history.begin(),
                    transaction -> {
                        if (transaction.committed(clock).isAfter(instant)) {
                            after[0] = transaction;
                            return false;
                        }
                        before[0] = transaction;
                        return true;
                    });
            if (before[0] != null && after[0] != null) {
                inside.add(new Cut(history.id(), after[0].begin(), before[0], after[0]));
            }
        }
        if (inside.size() == 1) {
            return inside.getFirst();
        }
        if (inside.size() > 1) {
            throw ambiguous(
                    moment,
                    histories.stream()
                            .filter(history ->
                                    inside.stream()
                                            .anyMatch(cut -> cut.history().equals(history.id())))
                            .toList());
        }
        throw outside(instant);
    }

    private RefusedException outside(Instant instant) {
        LogHistory history = histories.getLast();
        var ends = new LoggedTransaction[2];
        history.scan(
                history.begin(),
                transaction -> {
                    ends[0] = ends[0] == null ? transaction : ends[0];
                    ends[1] = transaction;
                    return true;
                });
        if (ends[0] == null || ends[1] == null) {
            return new RefusedException(
                    Problem.of(RecoveryError.TARGET_TIME_NOT_COVERED)
                            .what(
                                    "the archive holds no transaction yet, so none before %s",
                                    instant)
                            .where("%s", archived())
                            .remedy("Wait for the archiver, or restore a backup alone."));
        }
        Instant first = ends[0].committed(clock);
        Instant last = ends[1].committed(clock);
        return new RefusedException(
                first.isAfter(instant)
                        ? Problem.of(RecoveryError.TARGET_TIME_NOT_COVERED)
                                .what(
                                        "%s is before the first archived transaction, %s",
                                        instant, first)
                                .where("%s", archived())
                                .remedy(
                                        "Choose a later moment; 'holdfast list' shows each restorable range.")
                        : Problem.of(RecoveryError.TARGET_TIME_NOT_COVERED)
                                .what(
                                        "%s is after the last archived transaction, %s",
                                        instant, last)
                                .where("%s", archived())
                                .remedy(
                                        "Recover --to latest (it ends with %s), or wait for the archiver.",
                                        ends[1].name()));
    }

    private LogHistory newestOfOneServer(Moment moment) {
        long servers = histories.stream().map(LogHistory::server).distinct().count();
        if (servers > 1) {
            throw ambiguous(moment, histories);
        }
        return histories.getLast();
    }

    private static UsageException ambiguous(Moment moment, List<? extends LogHistory> among) {
        var lines = new StringBuilder();
        for (LogHistory history : among) {
            lines.append(
                    Text.format(
                            "\n  --history %s (server %s, %s to %s)",
                            history.id(), history.server(), history.begin(), history.end()));
        }
        return new UsageException(
                Problem.of(RecoveryError.HISTORY_AMBIGUOUS)
                        .what("%d histories answer to %s:%s", among.size(), moment, lines)
                        .where("the repository, --to %s", moment)
                        .remedy("Add --server or one of the --history options above."));
    }

    private String archived() {
        var text = new StringBuilder();
        for (LogHistory history : histories) {
            text.append(text.isEmpty() ? "" : "; ")
                    .append(
                            Text.format(
                                    "archive of server %s, %s to %s",
                                    history.server(), history.begin(), history.end()));
        }
        return text.toString();
    }
}
