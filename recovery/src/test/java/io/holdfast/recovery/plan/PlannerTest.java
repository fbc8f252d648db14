package io.holdfast.recovery.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.core.BinlogPosition;
import io.holdfast.core.Gtid;
import io.holdfast.core.GtidSet;
import io.holdfast.core.GtidSource;
import io.holdfast.core.RefusedException;
import io.holdfast.recovery.error.RecoveryError;
import io.holdfast.recovery.moment.Cut;
import io.holdfast.recovery.plan.ArchivedHistory.Range;
import io.holdfast.repository.BackupKind;
import io.holdfast.testkit.Seeded;
import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Goal: a plan serves exactly the transactions between its backup and the cut, each once, in log
/// order; and is refused when one of them is nowhere archived. Method: random servers whose logs
/// are lists, with backups, gaps, failovers and forks, against a model that looks at every
/// transaction by itself.
@Seeded
final class PlannerTest {
    private static final int WORLDS = 400;

    /// One transaction of the model: what it is (`identity`) and what it is called. Behind a fork
    /// one name means two things.
    private record Tx(int identity, Gtid gtid) {}

    /// A server's log: transaction `i` lies at `[i * 10, i * 10 + 10)` of one file.
    private record Log(
            String id,
            UUID server,
            @Nullable String predecessor,
            boolean forks,
            List<Tx> before,
            List<Tx> own,
            BitSet archived) {
        static BinlogPosition at(int index) {
            return new BinlogPosition("binlog.000001", 4 + 10L * index);
        }

        ArchivedHistory facts(int upTo) {
            var ranges = new ArrayList<Range>();
            int i = 0;
            while (i < upTo) {
                if (!archived.get(i)) {
                    i++;
                    continue;
                }
                int first = i;
                while (i < upTo && archived.get(i)) {
                    i++;
                }
                ranges.add(
                        new Range(
                                at(first),
                                at(i),
                                set(before).union(set(own.subList(0, first))),
                                set(own.subList(first, i)),
                                0,
                                i - first,
                                10L * (i - first)));
            }
            return new ArchivedHistory(id, server, predecessor, forks, set(before), ranges);
        }
    }

    private static GtidSet set(List<Tx> transactions) {
        var set = new GtidSet.Builder();
        transactions.forEach(tx -> set.add(tx.gtid()));
        return set.build();
    }

    private record Taken(BackupChoice choice, List<Tx> holds) {}

    @Test
    void exactlyWhatIsMissingIsServed(RandomGenerator random) {
        int planned = 0;
        for (int world = 0; world < WORLDS; world++) {
            planned += oneWorld(random) ? 1 : 0;
        }
        assertThat(planned).as("worlds in which a plan was possible").isGreaterThan(WORLDS / 10);
    }

    private static boolean oneWorld(RandomGenerator random) {
        int identity = 0;
        UUID serverA = new UUID(1, 1);
        var ownA = new ArrayList<Tx>();
        for (int i = 0; i < 1 + random.nextInt(12); i++) {
            ownA.add(new Tx(identity++, new Gtid(GtidSource.untagged(serverA), i + 1)));
        }
        var a = new Log("a", serverA, null, false, List.of(), ownA, archived(random, ownA.size()));
        boolean forks = random.nextBoolean();
        // B keeps a beginning of A's transactions. After a failover it is another server that has
        // some of them in its own log; after a fork it is A itself, which gives numbers out again.
        int kept = random.nextInt(ownA.size() + 1);
        int inLog = forks ? 0 : random.nextInt(kept + 1);
        UUID serverB = forks ? serverA : new UUID(2, 2);
        var ownB = new ArrayList<>(ownA.subList(kept - inLog, kept));
        int sequence = forks ? kept : 0;
        for (int i = 0; i < 1 + random.nextInt(12); i++) {
            ownB.add(new Tx(identity++, new Gtid(GtidSource.untagged(serverB), ++sequence)));
        }
        var b =
                new Log(
                        "b",
                        serverB,
                        "a",
                        forks,
                        ownA.subList(0, kept - inLog),
                        ownB,
                        archived(random, ownB.size()));

        var backups = new ArrayList<Taken>();
        for (int i = 0; i < random.nextInt(4); i++) {
            Log log = random.nextBoolean() ? a : b;
            int place = random.nextInt(log.own().size() + 1);
            var holds = new ArrayList<>(log.before());
            holds.addAll(log.own().subList(0, place));
            backups.add(
                    new Taken(
                            new BackupChoice(
                                    "backup" + i,
                                    log.server(),
                                    log.id(),
                                    set(holds),
                                    Log.at(place),
                                    Instant.ofEpochSecond(i),
                                    "9.7.0",
                                    BackupKind.LOGICAL,
                                    1,
                                    0),
                            holds));
        }
        int cutAt = random.nextInt(b.own().size()) + 1;
        var executed = new ArrayList<>(b.before());
        executed.addAll(b.own().subList(0, cutAt));
        var cut = new Cut("b", Log.at(cutAt), null, null);
        List<BackupChoice> choices = backups.stream().map(Taken::choice).toList();

        // The model: a backup will do if it holds nothing else than what the cut does, and each
        // further transaction, as itself and not as its name, is archived somewhere.
        boolean cutIsArchived = b.archived().get(cutAt - 1);
        var usable = new ArrayList<Taken>();
        for (Taken backup : backups) {
            var missing = new ArrayList<>(executed);
            missing.removeAll(backup.holds());
            if (executed.containsAll(backup.holds())
                    && missing.stream()
                            .allMatch(tx -> isArchived(tx, a) || isArchived(tx, b, cutAt))
                    && (isInOrder(missing, tx -> isArchived(tx, b, cutAt))
                            || isInOrder(missing, tx -> !isArchived(tx, a)))) {
                usable.add(backup);
            }
        }
        if (!cutIsArchived) {
            return false; // a resolver never gives such a cut
        }
        List<ArchivedHistory> facts = List.of(a.facts(a.own().size()), b.facts(cutAt));
        RecoveryPlan plan;
        try {
            plan = new Planner(facts, cut, Planner.Skips.NONE).plan(choices);
        } catch (RefusedException refusal) {
            // A fork hides transactions in the middle of a common past only if B's own log would
            // have to supply them, which the model sees as archived in A; both must agree.
            assertThat(usable).as("refused: %s", refusal.getMessage()).isEmpty();
            return false;
        }
        assertThat(usable).isNotEmpty();
        Taken chosen =
                backups.stream()
                        .filter(taken -> taken.choice().equals(plan.backup()))
                        .findFirst()
                        .orElseThrow();
        assertThat(usable).contains(chosen);
        assertThat(plan.passedOver())
                .extracting(RecoveryPlan.PassedOver::id)
                .containsExactlyInAnyOrderElementsOf(
                        usable.stream()
                                .filter(taken -> !taken.equals(chosen))
                                .map(taken -> taken.choice().id())
                                .toList());
        assertThat(plan.passedOver())
                .allMatch(other -> other.effort().total().compareTo(plan.effort().total()) >= 0);
        assertThat(plan.effort().transactions()).isEqualTo(executed.size() - chosen.holds().size());
        var served = new ArrayList<>(chosen.holds());
        for (RecoveryPlan.Step step : plan.steps()) {
            Log log = step.history().equals("a") ? a : b;
            for (int i = 0; i < log.own().size(); i++) {
                boolean inside =
                        Log.at(i).compareTo(step.from()) >= 0
                                && Log.at(i + 1).compareTo(step.to()) <= 0;
                if (inside && step.gtids().contains(log.own().get(i).gtid())) {
                    assertThat(log.archived().get(i)).isTrue();
                    served.add(log.own().get(i));
                }
            }
        }
        assertThat(served).containsExactlyElementsOf(executed);
        return true;
    }

    /// Whether nothing that A must supply comes after something that B supplies: A is replayed
    /// first.
    private static boolean isInOrder(List<Tx> missing, Predicate<Tx> isFromB) {
        boolean hasB = false;
        for (Tx tx : missing) {
            hasB |= isFromB.test(tx);
            if (hasB && !isFromB.test(tx)) {
                return false;
            }
        }
        return true;
    }

    private static BitSet archived(RandomGenerator random, int count) {
        var archived = new BitSet(count);
        boolean gaps = random.nextInt(3) == 0;
        for (int i = 0; i < count; i++) {
            archived.set(i, !gaps || random.nextInt(4) > 0);
        }
        return archived;
    }

    private static boolean isArchived(Tx tx, Log log) {
        return isArchived(tx, log, log.own().size());
    }

    private static boolean isArchived(Tx tx, Log log, int upTo) {
        int index = log.own().indexOf(tx);
        return index >= 0 && index < upTo && log.archived().get(index);
    }

    private static final GtidSource SOURCE = GtidSource.untagged(new UUID(1, 1));

    @Test
    void aGapIsNamed() {
        var history =
                new ArchivedHistory(
                        "a",
                        SOURCE.uuid(),
                        null,
                        false,
                        GtidSet.EMPTY,
                        List.of(range(1, 5), range(7, 9)));
        var cut = new Cut("a", Log.at(9), null, null);
        RefusedException refusal =
                refusal(() ->
                        new Planner(List.of(history), cut, Planner.Skips.NONE)
                                .plan(List.of(backup(3))));
        assertThat(refusal.problem().code()).isEqualTo(RecoveryError.ARCHIVE_GAP);
        assertThat(refusal.problem().what()).contains(SOURCE + ":6-7");
    }

    /// GTIDs were switched off: all that have one are in the backup, those that have none are not.
    @Test
    void transactionsWithoutGtidBehindTheBackupAreNotPassedOver() {
        var cut = new Cut("a", Log.at(9), null, null);
        RefusedException refusal =
                refusal(() ->
                        new Planner(
                                        List.of(history(range(0, 5), anonymous(5, 9))),
                                        cut,
                                        Planner.Skips.NONE)
                                .plan(List.of(backup(5))));
        assertThat(refusal.problem().code()).isEqualTo(RecoveryError.HISTORY_MIXES_GTIDS);
        assertThat(refusal.problem().what()).contains("4 transactions");
    }

    private static ArchivedHistory history(Range... ranges) {
        return new ArchivedHistory("a", SOURCE.uuid(), null, false, GtidSet.EMPTY, List.of(ranges));
    }

    private static Range anonymous(int firstIndex, int endIndex) {
        return new Range(
                Log.at(firstIndex),
                Log.at(endIndex),
                GtidSet.parse(SOURCE + ":1-" + firstIndex),
                GtidSet.EMPTY,
                endIndex - firstIndex,
                endIndex - firstIndex,
                10);
    }

    private static Range range(int firstIndex, int endIndex) {
        return new Range(
                Log.at(firstIndex),
                Log.at(endIndex),
                GtidSet.parse(firstIndex == 0 ? "" : SOURCE + ":1-" + firstIndex),
                GtidSet.parse(SOURCE + ":" + (firstIndex + 1) + "-" + endIndex),
                0,
                endIndex - firstIndex,
                10);
    }

    private static BackupChoice backup(int place) {
        return new BackupChoice(
                "backup",
                SOURCE.uuid(),
                "a",
                GtidSet.parse(place == 0 ? "" : SOURCE + ":1-" + place),
                Log.at(place),
                Instant.EPOCH,
                "9.7.0",
                BackupKind.LOGICAL,
                1,
                0);
    }

    private static RefusedException refusal(Runnable action) {
        try {
            action.run();
        } catch (RefusedException refusal) {
            return refusal;
        }
        throw new AssertionError("nothing was refused");
    }

    @Test
    void aSkipOutsideOfTheReplayIsRefused() {
        var history =
                new ArchivedHistory(
                        "a", SOURCE.uuid(), null, false, GtidSet.EMPTY, List.of(range(0, 9)));
        var skips = new Planner.Skips(GtidSet.parse(SOURCE + ":3"), List.of());
        var cut = new Cut("a", Log.at(9), null, null);
        RefusedException refusal =
                refusal(() -> new Planner(List.of(history), cut, skips).plan(List.of(backup(3))));
        assertThat(refusal.problem().code()).isEqualTo(RecoveryError.SKIP_NOT_IN_RANGE);
    }

    @Test
    void withoutGtidsOneRangeMustHoldBackupAndCut() {
        var whole = new Range(Log.at(0), Log.at(9), GtidSet.EMPTY, GtidSet.EMPTY, 9, 9, 90);
        var cut = new Cut("a", Log.at(8), null, null);
        var backup =
                new BackupChoice(
                        "b",
                        SOURCE.uuid(),
                        "a",
                        GtidSet.EMPTY,
                        Log.at(2),
                        Instant.EPOCH,
                        "9.7.0",
                        BackupKind.LOGICAL,
                        1,
                        0);
        RecoveryPlan plan =
                new Planner(
                                List.of(
                                        new ArchivedHistory(
                                                "a",
                                                SOURCE.uuid(),
                                                null,
                                                false,
                                                GtidSet.EMPTY,
                                                List.of(whole))),
                                cut,
                                Planner.Skips.NONE)
                        .plan(List.of(backup));
        assertThat(plan.path()).isEqualTo(new RecoveryPlan.Path.ByPosition(Log.at(2)));
        assertThat(plan.steps())
                .containsExactly(new RecoveryPlan.Step("a", Log.at(2), Log.at(8), GtidSet.EMPTY));

        var torn =
                List.of(
                        new Range(Log.at(0), Log.at(4), GtidSet.EMPTY, GtidSet.EMPTY, 4, 4, 40),
                        new Range(Log.at(6), Log.at(9), GtidSet.EMPTY, GtidSet.EMPTY, 3, 3, 30));
        RefusedException refusal =
                refusal(() ->
                        new Planner(
                                        List.of(
                                                new ArchivedHistory(
                                                        "a",
                                                        SOURCE.uuid(),
                                                        null,
                                                        false,
                                                        GtidSet.EMPTY,
                                                        torn)),
                                        cut,
                                        Planner.Skips.NONE)
                                .plan(List.of(backup)));
        assertThat(refusal.problem().code()).isEqualTo(RecoveryError.ARCHIVE_GAP);
        assertThat(refusal.problem().what()).contains(Log.at(4).toString(), Log.at(6).toString());
    }

    /// Goal: of an old backup of pages and a new one of rows the quicker one is taken, whichever
    /// that is, and the plan says what the other would have cost.
    @Test
    void theBackupThatIsQuickerToTheMomentIsChosen() {
        BackupChoice pages = backup("pages", BackupKind.PHYSICAL, 900_000, 10L << 30);
        BackupChoice manyRows = backup("many-rows", BackupKind.LOGICAL, 999_000, 10L << 30);
        BackupChoice fewRows = backup("few-rows", BackupKind.LOGICAL, 999_000, 100L << 20);

        RecoveryPlan plan = planOf(pages, manyRows);
        assertThat(plan.backup()).isEqualTo(pages);
        assertThat(plan.effort().transactions()).isEqualTo(100_000);
        assertThat(plan.effort().logBytes()).isEqualTo(10_000_000);
        assertThat(plan.passedOver())
                .singleElement()
                .satisfies(other -> {
                    assertThat(other.id()).isEqualTo("many-rows");
                    assertThat(other.effort().total()).isGreaterThan(plan.effort().total());
                });
        assertThat(String.join("\n", plan.describe())).contains("not many-rows, about ");

        assertThat(planOf(pages, fewRows).backup()).isEqualTo(fewRows);
        assertThat(planOf(pages).passedOver()).isEmpty();
    }

    private static RecoveryPlan planOf(BackupChoice... backups) {
        var range =
                new Range(
                        Log.at(0),
                        Log.at(1_000_000),
                        GtidSet.EMPTY,
                        GtidSet.parse(SOURCE + ":1-1000000"),
                        0,
                        1_000_000,
                        100_000_000);
        var history =
                new ArchivedHistory("a", SOURCE.uuid(), null, false, GtidSet.EMPTY, List.of(range));
        return new Planner(
                        List.of(history),
                        new Cut("a", Log.at(1_000_000), null, null),
                        Planner.Skips.NONE)
                .plan(List.of(backups));
    }

    private static BackupChoice backup(String id, BackupKind kind, int place, long layBytes) {
        return new BackupChoice(
                id,
                SOURCE.uuid(),
                "a",
                GtidSet.parse(SOURCE + ":1-" + place),
                Log.at(place),
                Instant.ofEpochSecond(place),
                "9.7.0",
                kind,
                layBytes,
                0);
    }
}
