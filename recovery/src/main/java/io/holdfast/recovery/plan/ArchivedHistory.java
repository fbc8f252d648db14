package io.holdfast.recovery.plan;

import io.holdfast.core.BinlogPosition;
import io.holdfast.core.GtidSet;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// What the archive proves of one history, up to the moment that is to be recovered.
///
/// @param predecessor the history before it, if any
/// @param forks whether the server forgot transactions when this history began: its log was reset,
///   the machine went back in time, or a crash lost what had been archived. Then equal GTIDs of
///   both histories may be different transactions
/// @param gtidsBefore executed before this history's first archived byte
/// @param ranges in log order, each without a gap inside; between two there is a gap
public record ArchivedHistory(
        String id,
        UUID server,
        @Nullable String predecessor,
        boolean forks,
        GtidSet gtidsBefore,
        List<Range> ranges) {

    public ArchivedHistory {
        ranges = List.copyOf(ranges);
    }

    /// A run of the log without a gap.
    ///
    /// @param gtidsBefore executed before its first byte, as the log itself says; so a gap in front
    ///   of it does not hide what was lost in the gap
    /// @param gtidsAdded by its transactions
    /// @param anonymousCount its transactions without GTID
    /// @param bytes of log in it
    public record Range(
            BinlogPosition begin,
            BinlogPosition end,
            GtidSet gtidsBefore,
            GtidSet gtidsAdded,
            long anonymousCount,
            long transactionCount,
            long bytes) {

        boolean holds(BinlogPosition place) {
            return begin.compareTo(place) <= 0 && place.compareTo(end) <= 0;
        }
    }

    /// What the server had executed where the last range ends.
    GtidSet executedAtEnd() {
        if (ranges.isEmpty()) {
            return gtidsBefore;
        }
        Range last = ranges.getLast();
        return gtidsBefore.union(last.gtidsBefore()).union(last.gtidsAdded());
    }

    /// All transactions with a GTID that the archive of this history holds.
    GtidSet archived() {
        var all = new GtidSet.Builder();
        ranges.forEach(range -> all.addAll(range.gtidsAdded()));
        return all.build();
    }
}
