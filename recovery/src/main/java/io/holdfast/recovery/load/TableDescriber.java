package io.holdfast.recovery.load;

import io.holdfast.client.ConnectOptions;
import io.holdfast.core.TableName;

/// Asks a server how a table of its is made again, as a logical backup of it would.
@FunctionalInterface
public interface TableDescriber {
    /// Asks.
    ///
    /// @param server where the account may see everything
    /// @throws io.holdfast.core.RefusedException if there is no such table, or something about it
    ///   cannot be brought back by statements
    TableDescription describe(ConnectOptions server, TableName table);
}
