package io.holdfast.repository;

import java.util.UUID;

/// Which server something was taken from.
///
/// @param uuid `server_uuid`
/// @param version `version`, such as `9.7.4`
/// @param versionComment `version_comment`
/// @param hostname `hostname`, for people
/// @param port `port`, for people
/// @param serverId `server_id`
public record ServerIdentity(
        UUID uuid,
        String version,
        String versionComment,
        String hostname,
        int port,
        long serverId) {}
