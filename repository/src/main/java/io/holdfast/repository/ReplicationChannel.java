package io.holdfast.repository;

import io.holdfast.core.BinlogPosition;
import org.jspecify.annotations.Nullable;

/// A replica's channel at the moment of a backup, in its source's terms.
///
/// @param name empty for the default channel
/// @param sourceUuid empty if the source was never reached
/// @param executed everything before it in the source's binary log had been executed, and with
///   several applier threads perhaps a little more; null if the source is followed by GTIDs,
///   because then the backup's GTID set says it exactly
public record ReplicationChannel(
        String name,
        String sourceUuid,
        String sourceHost,
        int sourcePort,
        @Nullable BinlogPosition executed) {

    /// The same without saying how far it had come.
    public ReplicationChannel withoutPosition() {
        return new ReplicationChannel(name, sourceUuid, sourceHost, sourcePort, null);
    }
}
