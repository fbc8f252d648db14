package io.holdfast.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.testkit.Seeded;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Seeded
class GtidSetTest {
    private static final String A = "3e11fa47-71ca-11e1-9e33-c80aa9429562";
    private static final String B = "4e11fa47-71ca-11e1-9e33-c80aa9429562";

    @Test
    void printsInTheServersNormalForm() {
        var set =
                GtidSet.parse(
                        " "
                                + B
                                + ":9 ,\n"
                                + A.toUpperCase(java.util.Locale.ROOT)
                                + ":7:1-3:4-5:blue:2-3:2,,");
        assertThat(set).hasToString(A + ":1-5:7:blue:2-3," + B + ":9");
        assertThat(set.count()).isEqualTo(9);
    }

    @Test
    void anIntervalThatEndsBeforeItBeginsIsEmpty() {
        assertThat(GtidSet.parse(A + ":5-4")).isEqualTo(GtidSet.EMPTY);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "x",
                A,
                A + ":",
                A + ":0",
                A + ":1-",
                A + ":1-2-3",
                A + ":BAD TAG:1",
                "z" + A + ":1",
                A + ":99999999999999999999"
            })
    void whatIsNotASetIsRefused(String text) {
        assertThatThrownBy(() -> GtidSet.parse(text))
                .isInstanceOfSatisfying(
                        UsageException.class,
                        e ->
                                assertThat(e.problem().code())
                                        .isEqualTo(CoreError.GTID_SET_MALFORMED));
    }

    /// Goal: the set algebra agrees with plain sets of numbers. Method: random small sets of three
    /// sources, so that every kind of overlap and adjacency comes up, against `HashSet`.
    @Test
    void algebraAgreesWithPlainSets(RandomGenerator random) {
        for (int round = 0; round < 2_000; round++) {
            Set<Gtid> left = randomTransactions(random);
            Set<Gtid> right = randomTransactions(random);
            GtidSet leftSet = setOf(left);
            GtidSet rightSet = setOf(right);

            var union = new HashSet<>(left);
            union.addAll(right);
            var difference = new HashSet<>(left);
            difference.removeAll(right);
            var common = new HashSet<>(left);
            common.retainAll(right);

            assertThat(leftSet.union(rightSet)).isEqualTo(setOf(union));
            assertThat(leftSet.subtract(rightSet)).isEqualTo(setOf(difference));
            assertThat(leftSet.intersect(rightSet)).isEqualTo(setOf(common));
            assertThat(leftSet.containsAll(rightSet)).isEqualTo(left.containsAll(right));
            assertThat(leftSet.count()).isEqualTo(left.size());
            assertThat(GtidSet.parse(leftSet.toString())).isEqualTo(leftSet);
            union.forEach(
                    gtid -> assertThat(leftSet.contains(gtid)).isEqualTo(left.contains(gtid)));
        }
    }

    private static Set<Gtid> randomTransactions(RandomGenerator random) {
        List<GtidSource> sources =
                List.of(
                        GtidSource.untagged(UUID.fromString(A)),
                        new GtidSource(UUID.fromString(A), "blue"),
                        GtidSource.untagged(UUID.fromString(B)));
        var chosen = new HashSet<Gtid>();
        int count = random.nextInt(25);
        for (int i = 0; i < count; i++) {
            chosen.add(new Gtid(sources.get(random.nextInt(3)), 1 + random.nextLong(15)));
        }
        return chosen;
    }

    private static GtidSet setOf(Set<Gtid> transactions) {
        var builder = new GtidSet.Builder();
        transactions.forEach(builder::add);
        return builder.build();
    }
}
