package io.holdfast.repository;

import io.holdfast.core.BinlogPosition;
import org.jspecify.annotations.Nullable;

/// A replica's channel at the moment of a backup, in its source's terms.
///
/// @param name empty for the default channel
/// @param executed how far the source's binary log had been executed, if it is followed by position
public record ReplicationChannel(
        String name,
        String sourceUuid,
        String sourceHost,
        int sourcePort,
        @Nullable BinlogPosition executed) {}
