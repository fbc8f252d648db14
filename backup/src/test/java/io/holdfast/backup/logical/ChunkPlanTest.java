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
                    pieces::add);
            for (KeyRange piece : pieces) {
                assertThat(keys.stream().filter(key -> holds(piece, key)).count())
                        .isLessThanOrEqualTo(rowsPerChunk);
            }
            assertThat(pieces.size())
                    .isLessThanOrEqualTo((int) (2L * keys.size() / rowsPerChunk) + 2);
        }
    }

    @Test
    void theHighestUnsignedKeyIsInThePlan() {
        BigInteger highest = BigInteger.TWO.pow(64).subtract(BigInteger.ONE);
        List<KeyRange> pieces = new ArrayList<>();
        ChunkPlan.cut(BigInteger.ZERO, highest, 1, (_, _) -> 1, pieces::add);
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
                pieces::add);
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
