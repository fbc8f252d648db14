package io.holdfast.listener;

/// Where a [ReplicationSource] takes its events from. Called once per connection, from that
/// connection's thread; a replica that lost its connection asks again, for less.
@FunctionalInterface
public interface BinlogFeed {
    /// Opens the log at what the replica asked for. The first event must be a format description,
    /// those of files begun later too; a previous-GTIDs event may follow. Transactions must be
    /// whole; what to leave out is the feed's decision.
    ///
    /// @throws io.holdfast.core.HoldfastException if it cannot be served; the replica is told and
    ///   does not try again
    ServedLog open(DumpRequest request);
}
