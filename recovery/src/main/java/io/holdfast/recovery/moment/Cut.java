package io.holdfast.recovery.moment;

import io.holdfast.core.BinlogPosition;
import org.jspecify.annotations.Nullable;

/// A place between two transactions of one history's log: what a [Moment] means in an archive.
///
/// @param history the id of the history
/// @param position everything that ends at or before it is in, everything behind it is out; never
///   inside a transaction
/// @param before the last transaction that is in; null if none is archived before the cut
/// @param after the first transaction that is out; null if the cut is at the archive's end
public record Cut(
        String history,
        BinlogPosition position,
        @Nullable LoggedTransaction before,
        @Nullable LoggedTransaction after) {

    /// Whether a transaction lies in front of the cut.
    public boolean includes(BinlogPosition transactionEnd) {
        return transactionEnd.compareTo(position) <= 0;
    }
}
