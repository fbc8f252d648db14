package io.holdfast.backup.logical;

import io.holdfast.core.TableName;
import java.math.BigInteger;
import org.jspecify.annotations.Nullable;

/// A half-open range of an integer key: from the first number, included, up to the last, not
/// included. Ranges that follow each other share a number, so no row is in two of them or in none.
///
/// @param from null for everything below `to`
/// @param to null for everything from `from` on
record KeyRange(@Nullable BigInteger from, @Nullable BigInteger to) {
    static final KeyRange ALL = new KeyRange(null, null);

    /// The condition, or null if every row meets it.
    @Nullable String where(String column) {
        String quoted = TableName.quote(column);
        String low = from == null ? "" : quoted + " >= " + from;
        String high = to == null ? "" : quoted + " < " + to;
        if (low.isEmpty() && high.isEmpty()) {
            return null;
        }
        return low.isEmpty() || high.isEmpty() ? low + high : low + " AND " + high;
    }
}
