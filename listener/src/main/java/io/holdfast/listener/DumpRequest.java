package io.holdfast.listener;

import io.holdfast.core.BinlogPosition;
import io.holdfast.core.GtidSet;

/// What a replica asks to be sent.
public sealed interface DumpRequest {
    /// All transactions but those it has (auto-position).
    record WithoutGtids(GtidSet executed) implements DumpRequest {}

    /// Everything from an event on.
    ///
    /// @param position the file may be empty, which means the first
    record FromPosition(BinlogPosition position) implements DumpRequest {}
}
