package io.holdfast.recovery.replay;

import io.holdfast.binlog.BinlogEvent.TransactionStart;
import io.holdfast.core.BinlogPosition;
import io.holdfast.core.Gtid;
import io.holdfast.core.GtidSet;
import java.util.List;

/// Decides what becomes of a transaction on its way from the archive to the applier, from its first
/// event alone. Pure.
sealed interface TransactionStep {

    /// What becomes of a transaction.
    enum Verdict {
        /// It goes on to the next step.
        GO_ON,
        /// It is served with nothing in it: its GTID is executed and history has no hole.
        EMPTY,
        /// It is not served.
        LEAVE_OUT
    }

    Verdict decide(TransactionStart transaction, BinlogPosition begin);

    /// Leaves out what the plan does not need of this history: what the backup holds, and what
    /// another history supplies or the server lost.
    record Planned(GtidSet gtids) implements TransactionStep {
        @Override
        public Verdict decide(TransactionStart transaction, BinlogPosition begin) {
            Gtid gtid = transaction.gtid();
            return gtid != null && gtids.contains(gtid) ? Verdict.GO_ON : Verdict.LEAVE_OUT;
        }
    }

    /// Leaves out what the replica says it has.
    record NotYetThere(GtidSet executed) implements TransactionStep {
        @Override
        public Verdict decide(TransactionStart transaction, BinlogPosition begin) {
            Gtid gtid = transaction.gtid();
            return gtid != null && executed.contains(gtid) ? Verdict.LEAVE_OUT : Verdict.GO_ON;
        }
    }

    /// Empties what the user wants skipped; without a GTID it is left out.
    record Skip(GtidSet gtids, List<BinlogPosition> positions) implements TransactionStep {
        public Skip {
            positions = List.copyOf(positions);
        }

        @Override
        public Verdict decide(TransactionStart transaction, BinlogPosition begin) {
            Gtid gtid = transaction.gtid();
            if (gtid != null) {
                return gtids.contains(gtid) ? Verdict.EMPTY : Verdict.GO_ON;
            }
            return positions.contains(begin) ? Verdict.LEAVE_OUT : Verdict.GO_ON;
        }
    }

    /// The verdict of the first step that does not let the transaction go on.
    static Verdict through(
            List<TransactionStep> steps, TransactionStart transaction, BinlogPosition begin) {
        for (TransactionStep step : steps) {
            Verdict verdict = step.decide(transaction, begin);
            if (verdict != Verdict.GO_ON) {
                return verdict;
            }
        }
        return Verdict.GO_ON;
    }
}
