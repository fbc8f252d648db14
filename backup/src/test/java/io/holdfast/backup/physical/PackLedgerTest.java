package io.holdfast.backup.physical;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.repository.PackUse;
import io.holdfast.repository.format.BlockRun;
import io.holdfast.repository.format.PackId;
import java.util.List;
import org.junit.jupiter.api.Test;

final class PackLedgerTest {
    private static final PackId ONE = new PackId(1, 1);
    private static final PackId TWO = new PackId(2, 2);

    private final PackLedger ledger =
            new PackLedger(
                    List.of(new PackUse(ONE, 3, 300), new PackUse(TWO, 2, 200)),
                    run -> 100L * run.count());

    @Test
    void whatNobodyGaveUpIsNeeded() {
        assertThat(ledger.uses())
                .containsExactly(new PackUse(ONE, 3, 300), new PackUse(TWO, 2, 200));
    }

    @Test
    void aPackOfWhichNothingIsLeftIsNotNeeded() {
        ledger.drop(new BlockRun(ONE, 0, 1));
        ledger.drop(new BlockRun(TWO, 0, 2));
        assertThat(ledger.uses()).containsExactly(new PackUse(ONE, 2, 200));
    }

    @Test
    void whatIsAddedIsNeededIfThePackIsKnown() {
        ledger.add(new BlockRun(ONE, 7, 2));
        ledger.add(new BlockRun(new PackId(3, 3), 0, 1));
        assertThat(ledger.uses())
                .containsExactly(new PackUse(ONE, 5, 500), new PackUse(TWO, 2, 200));
    }
}
