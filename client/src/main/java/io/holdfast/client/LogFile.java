package io.holdfast.client;

/// One file of a server's binary log.
///
/// @param byteCount its size on the server, the encryption header included if there is one
/// @param isEncrypted whether the server keeps it encrypted; it still sends it in the clear
public record LogFile(String name, long byteCount, boolean isEncrypted) {}
