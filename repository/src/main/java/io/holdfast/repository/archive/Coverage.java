package io.holdfast.repository.archive;

import io.holdfast.core.BinlogPosition;
import io.holdfast.core.GtidSet;

/// What is proven of a history's archive, from its beginning on.
public sealed interface Coverage {
    /// Nothing is archived yet.
    record Nothing() implements Coverage {}

    /// No byte and no transaction is missing from the beginning up to the end.
    ///
    /// @param end one behind the last archived byte
    /// @param executed what the server had executed there
    record Continuous(BinlogPosition begin, BinlogPosition end, GtidSet executed)
            implements Coverage {}

    /// Something is missing; what is behind it can be used only with a later backup.
    record Broken(Gap firstGap) implements Coverage {}
}
