package io.holdfast.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.core.CorruptDataException;
import io.holdfast.core.UnavailableException;
import io.holdfast.store.faulty.Fault;
import io.holdfast.store.faulty.FaultPlan;
import io.holdfast.store.faulty.FaultyStore;
import org.junit.jupiter.api.Test;

/// The decorator keeps the contract while nothing is planned, and does what is planned.
final class FaultyStoreTest extends ObjectStoreContract {
    private static final ObjectKey KEY = ObjectKey.of("a/b");
    private final MemoryStore inner = new MemoryStore();
    private final ObjectStore store = new FaultyStore(inner, FaultPlan.none());

    @Override
    ObjectStore store() {
        return store;
    }

    private FaultyStore with(Fault... faults) {
        return new FaultyStore(inner, FaultPlan.of(faults));
    }

    @Test
    void theNthOperationFailsAndHasNoEffect() {
        FaultyStore faulty = with(new Fault.FailBefore(3)); // create, write, commit
        assertThatThrownBy(() -> faulty.put(KEY, new byte[1]))
                .isInstanceOf(UnavailableException.class);
        assertThat(inner.list("")).isEmpty();
        assertThat(faulty.put(KEY, new byte[1])).isEqualTo(PutResult.CREATED);
    }

    @Test
    void anAnswerMayBeLostAfterTheEffect() {
        FaultyStore faulty = with(new Fault.FailAfter(3));
        assertThatThrownBy(() -> faulty.put(KEY, new byte[1]))
                .isInstanceOf(UnavailableException.class);
        assertThat(inner.list("")).hasSize(1);
    }

    @Test
    void aFullStoreStaysFullForWritersAndIsReadable() {
        inner.put(KEY, new byte[] {7});
        FaultyStore faulty = with(new Fault.Full(1));
        for (int i = 0; i < 3; i++) {
            assertThatThrownBy(() -> faulty.put(ObjectKey.of("c"), new byte[1]))
                    .hasMessageContaining("STORE_FULL");
        }
        assertThat(faulty.readRange(KEY, new ByteRange(0, 1))).containsExactly(7);
    }

    @Test
    void bitsFlipAndBytesVanishWithoutAWord() {
        with(new Fault.FlipBit(2, 9)).put(KEY, new byte[2]);
        assertThat(inner.readRange(KEY, new ByteRange(0, 2))).containsExactly(0, 2);
        FaultyStore truncating = with(new Fault.Truncate(2)); // openRange, read
        assertThatThrownBy(() -> truncating.readRange(KEY, new ByteRange(0, 2)))
                .isInstanceOf(CorruptDataException.class);
    }

    @Test
    void aStalledOperationGoesOnWhenItIsReleased() throws InterruptedException {
        FaultyStore faulty = with(new Fault.Stall(1));
        Thread writer = Thread.ofVirtual().start(() -> faulty.put(KEY, new byte[1]));
        while (faulty.operations() == 0) {
            Thread.onSpinWait();
        }
        assertThat(inner.list("")).isEmpty();
        faulty.release();
        writer.join();
        assertThat(inner.list("")).hasSize(1);
    }
}
