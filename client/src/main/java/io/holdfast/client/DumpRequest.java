package io.holdfast.client;

import io.holdfast.wire.Command;
import java.time.Duration;
import java.util.UUID;

/// What a replica says when it asks a source for its binary log.
///
/// @param serverId 1 to 2^32 - 1, different from that of the source and of all its replicas
/// @param replicaUuid by which the source ends an older stream of the same replica
/// @param heartbeat how often the source says that it has nothing to say; three times as long a
///   silence ends the stream
/// @param endsAtEof whether the stream ends behind the last event that exists, instead of waiting
/// @param reportedHost what `SHOW REPLICAS` shows as the host
public record DumpRequest(
        DumpStart start,
        long serverId,
        UUID replicaUuid,
        Duration heartbeat,
        boolean endsAtEof,
        String reportedHost) {
    private static final Duration HEARTBEAT_DEFAULT = Duration.ofSeconds(5);

    public DumpRequest {
        if (serverId < 1 || serverId > 0xFFFF_FFFFL) {
            throw new IllegalArgumentException("server_id must be 1 to 2^32 - 1: " + serverId);
        }
        if (heartbeat.toMillis() < 1) {
            throw new IllegalArgumentException("heartbeat must be at least 1 ms: " + heartbeat);
        }
    }

    /// A stream that waits for more at its end, with a heartbeat every 5 s.
    public static DumpRequest following(DumpStart start, long serverId, UUID replicaUuid) {
        return new DumpRequest(start, serverId, replicaUuid, HEARTBEAT_DEFAULT, false, "holdfast");
    }

    public DumpRequest withHeartbeat(Duration period) {
        return new DumpRequest(start, serverId, replicaUuid, period, endsAtEof, reportedHost);
    }

    /// The same, but ending behind the last event that exists.
    public DumpRequest untilEof() {
        return new DumpRequest(start, serverId, replicaUuid, heartbeat, true, reportedHost);
    }

    int flags() {
        return Command.DUMP_HEARTBEAT_V2 | (endsAtEof ? Command.DUMP_END_AT_EOF : 0);
    }
}
