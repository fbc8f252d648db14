package io.holdfast.backup.physical;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.innodb.RedoBlock;
import io.holdfast.innodb.RedoScan;
import io.holdfast.testkit.Seeded;
import java.io.ByteArrayOutputStream;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

@Seeded
final class RedoWalkTest {
    private static final int BLOCKS_PER_FILE = 8;

    private final SimulatedRedo redo = new SimulatedRedo(BLOCKS_PER_FILE);
    private final ByteArrayOutputStream taken = new ByteArrayOutputStream();
    private final RedoWalk walk = from(SimulatedRedo.FIRST_LSN);

    private RedoWalk from(long lsn) {
        return new RedoWalk(redo, lsn, taken::write);
    }

    /// Looks until nothing new comes.
    private void catchUp(RedoWalk walk) {
        int got;
        do {
            got = walk.step();
        } while (got > 0);
    }

    /// Goal: no gap, no block twice, whatever the server does between two looks. Method: a server
    /// that writes by chance, and a comparison with all that it wrote.
    @Test
    void everyFullBlockIsHandedOnOnceAndInOrder(RandomGenerator random) {
        for (int round = 0; round < 300; round++) {
            redo.append(random.nextInt(1, 3000), random);
            for (int looks = random.nextInt(4); looks > 0; looks--) {
                int _ = walk.step();
            }
            demandExact(walk);
        }
        catchUp(walk);
        demandExact(walk);
        assertThat(walk.reaches(redo.endLsn())).isTrue();
        assertThat(walk.reaches(redo.endLsn() + 1)).isFalse();
    }

    private void demandExact(RedoWalk walk) {
        assertThat(taken.toByteArray()).isEqualTo(redo.bytes(walk.firstLsn(), walk.position()));
    }

    @Test
    void itBeginsWithTheBlockThatHoldsTheCheckpoint(RandomGenerator random) {
        redo.append(20_000, random);
        long checkpoint = SimulatedRedo.FIRST_LSN + 11 * RedoBlock.BYTES + 77;
        RedoWalk later = from(checkpoint);
        catchUp(later);
        assertThat(later.firstLsn()).isEqualTo(checkpoint - 77);
        demandExact(later);
        assertThat(later.reaches(redo.endLsn())).isTrue();
    }

    @Test
    void theBlockThatIsNotFullYetIsKeptAsItWasSeenLast(RandomGenerator random) {
        redo.append(600, random);
        catchUp(walk);
        redo.append(10, random);
        assertThat(walk.reaches(redo.endLsn())).isFalse();
        catchUp(walk);
        assertThat(walk.reaches(redo.endLsn())).isTrue();
        assertThat(walk.tail())
                .isEqualTo(redo.bytes(walk.position(), walk.position() + RedoBlock.BYTES));
    }

    /// At the end of a full block, the server's LSN is behind the header of a block that it has not
    /// written.
    @Test
    void theEndOfAFullBlockIsReachedWithoutTheNext(RandomGenerator random) {
        redo.append(496 * BLOCKS_PER_FILE, random);
        catchUp(walk);
        assertThat(redo.endLsn() % RedoBlock.BYTES).isEqualTo(RedoBlock.HEADER_BYTES);
        assertThat(walk.reaches(redo.endLsn())).isTrue();
        assertThat(walk.tail()).isEmpty();
    }

    @Test
    void aBlockThatIsBeingWrittenIsReadAgain(RandomGenerator random) {
        redo.append(496 * 3, random);
        redo.tear();
        catchUp(walk);
        assertThat(walk.position()).isEqualTo(SimulatedRedo.FIRST_LSN + 2 * RedoBlock.BYTES);
        assertThat(walk.stop()).isEqualTo(RedoScan.Stop.CHECKSUM);
        assertThat(walk.reaches(redo.endLsn())).isFalse();
        redo.tear();
        catchUp(walk);
        demandExact(walk);
        assertThat(walk.reaches(redo.endLsn())).isTrue();
    }

    /// The third file is the first one used again: its old blocks are whole, but not of its place.
    @Test
    void blocksOfAnEarlierUseOfTheFileAreNotTaken(RandomGenerator random) {
        redo.append(496 * (2 * BLOCKS_PER_FILE + 3), random);
        catchUp(walk);
        assertThat(walk.position())
                .isEqualTo(
                        SimulatedRedo.FIRST_LSN
                                + (long) RedoBlock.BYTES * (2 * BLOCKS_PER_FILE + 3));
        assertThat(walk.stop()).isEqualTo(RedoScan.Stop.NOT_WRITTEN);
        demandExact(walk);
    }

    @Test
    void aFileThatIsNotThereYetIsLookedForAgain(RandomGenerator random) {
        redo.append(496 * BLOCKS_PER_FILE, random);
        catchUp(walk);
        redo.append(700, random);
        redo.hideNextFile(true);
        catchUp(walk);
        assertThat(walk.reaches(redo.endLsn())).isFalse();
        redo.hideNextFile(false);
        catchUp(walk);
        assertThat(walk.reaches(redo.endLsn())).isTrue();
        demandExact(walk);
    }
}
