package io.holdfast.recovery.moment;

import io.holdfast.core.BinlogPosition;
import java.util.UUID;
import java.util.function.Predicate;

/// One history's archived log, as a resolver of moments reads it.
public interface LogHistory {
    String id();

    UUID server();

    /// Where the archive of this history begins.
    BinlogPosition begin();

    /// How far the archive of this history reaches.
    BinlogPosition end();

    /// Gives the transactions in log order, until one is not accepted or there are no more.
    /// Transactions that lie in a gap of the archive are missing; whether that matters is for the
    /// plan to say.
    ///
    /// @param from those that end at or before this place may be left out, but need not be
    void scan(BinlogPosition from, Predicate<LoggedTransaction> visitor);
}
