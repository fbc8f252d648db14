package io.holdfast.backup.logical;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.testkit.Seeded;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.Objects;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

@Seeded
class ChunkPlanTest {
    @Test
    void everyKeyIsInExactlyOnePieceHoweverKeysAreSpread(RandomGenerator random) {
        for (int round = 0; round < 200; round++) {
            NavigableSet<BigInteger> keys = keys(random);
            List<KeyRange> pieces = cut(keys, random.nextLong(1, 50), random);
            for (BigInteger key : keys) {
                assertThat(pieces.stream().filter(piece -> holds(piece, key)).count())
                        .as("pieces with %s of %s", key, pieces)
                        .isEqualTo(1);
            }
            assertThat(pieces.getFirst().from()).isNull();
            assertThat(pieces.getLast().to()).isNull();
            for (int i = 1; i < pieces.size(); i++) {
                assertThat(pieces.get(i).from()).isNotNull().isEqualTo(pieces.get(i - 1).to());
            }
        }
    }

    @Test
    void withExactEstimatesNoPieceHasMoreRowsThanAsked(RandomGenerator random) {
        for (int round = 0; round < 100; round++) {
            NavigableSet<BigInteger> keys = keys(random);
            long rowsPerChunk = random.nextLong(1, 50);
            List<KeyRange> pieces = new ArrayList<>();
            ChunkPlan.cut(
                    keys.first(),
                    keys.last(),
                    rowsPerChunk,
                    (from, to) -> keys.subSet(from, to).size(),
                    (range, _) -> pieces.add(range));
            for (KeyRange piece : pieces) {
                assertThat(keys.stream().filter(key -> holds(piece, key)).count())
                        .isLessThanOrEqualTo(rowsPerChunk);
            }
            assertThat(pieces.size())
                    .isLessThanOrEqualTo((int) (2L * keys.size() / rowsPerChunk) + 2);
        }
    }

    @Test
    void onlyAPieceOfOneNumberIsSaidToHaveFarMoreRowsThanAsked() {
        // A thousand rows with the number 5, one with every other.
        ChunkPlan.Estimate estimate =
                (from, to) -> {
                    long width = to.subtract(from).longValueExact();
                    boolean holdsFive =
                            from.compareTo(BigInteger.valueOf(5)) <= 0
                                    && to.compareTo(BigInteger.valueOf(5)) > 0;
                    return width + (holdsFive ? 999 : 0);
                };
        List<KeyRange> crowded = new ArrayList<>();
        ChunkPlan.cut(
                BigInteger.ZERO,
                BigInteger.valueOf(99),
                10,
                estimate,
                (range, rowCount) -> {
                    if (rowCount > 20) {
                        crowded.add(range);
                    }
                });
        assertThat(crowded)
                .containsExactly(new KeyRange(BigInteger.valueOf(5), BigInteger.valueOf(6)));
    }

    @Test
    void theHighestUnsignedKeyIsInThePlan() {
        BigInteger highest = BigInteger.TWO.pow(64).subtract(BigInteger.ONE);
        List<KeyRange> pieces = new ArrayList<>();
        ChunkPlan.cut(BigInteger.ZERO, highest, 1, (_, _) -> 1, (range, _) -> pieces.add(range));
        assertThat(pieces).containsExactly(KeyRange.ALL);
    }

    @Test
    void aConditionIsHalfOpen() {
        assertThat(KeyRange.ALL.where("a")).isNull();
        assertThat(new KeyRange(BigInteger.ONE, BigInteger.TEN).where("a`b"))
                .isEqualTo("`a``b` >= 1 AND `a``b` < 10");
        assertThat(new KeyRange(null, BigInteger.TEN).where("a")).isEqualTo("`a` < 10");
        assertThat(new KeyRange(BigInteger.TEN.negate(), null).where("a")).isEqualTo("`a` >= -10");
    }

    private static List<KeyRange> cut(
            NavigableSet<BigInteger> keys, long rowsPerChunk, RandomGenerator random) {
        List<KeyRange> pieces = new ArrayList<>();
        ChunkPlan.cut(
                keys.first(),
                keys.last(),
                rowsPerChunk,
                // Estimates as a server gives them: wrong by a factor, never below one.
                (from, to) ->
                        Math.max(
                                1,
                                (long) (keys.subSet(from, to).size() * random.nextDouble(0.3, 3))),
                (range, _) -> pieces.add(range));
        return pieces;
    }

    private static boolean holds(KeyRange piece, BigInteger key) {
        return (piece.from() == null || key.compareTo(Objects.requireNonNull(piece.from())) >= 0)
                && (piece.to() == null || key.compareTo(Objects.requireNonNull(piece.to())) < 0);
    }

    private static NavigableSet<BigInteger> keys(RandomGenerator random) {
        var keys = new TreeSet<BigInteger>();
        int count = random.nextInt(1, 300);
        int bits = random.nextInt(1, 64);
        for (int i = 0; i < count; i++) {
            keys.add(BigInteger.valueOf(random.nextLong() >> bits));
        }
        return keys;
    }
}
