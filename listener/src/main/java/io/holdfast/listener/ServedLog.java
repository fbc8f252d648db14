package io.holdfast.listener;

import io.holdfast.binlog.EventReader;
import io.holdfast.core.BinlogPosition;

/// The events for one replica. `next()` must not block for long: while it does, the replica hears
/// no heartbeat. Null means that there is nothing more to send; the replica is then kept waiting
/// until the source is closed.
public interface ServedLog extends EventReader {
    /// Where the event returned last stands in its file. The file's name is what the replica shows
    /// as `Source_Log_File`. Asked only after an event was returned.
    BinlogPosition position();
}
