package io.holdfast.listener;

import java.util.UUID;

/// Whom a [ReplicationSource] claims to be.
///
/// @param serverId `server_id`; must not be the replica's own, which would ignore all events
/// @param serverUuid `server_uuid`; must not be the replica's own, which would refuse to start
/// @param serverVersion what the handshake says, such as `8.4.3`: that of the server whose log is
///   served
/// @param hasGtids whether `gtid_mode` is ON, without which a replica cannot use auto-position
public record SourceIdentity(
        long serverId, UUID serverUuid, String serverVersion, boolean hasGtids) {}
