package io.holdfast.wire;

/// The status bits at the end of OK and EOF packets.
///
/// Source: MySQL 9.7 `include/mysql_com.h`, `SERVER_STATUS_flags_enum`.
public final class ServerStatus {
    public static final int IN_TRANSACTION = 1;
    public static final int AUTOCOMMIT = 2;

    /// Another result follows this one.
    public static final int MORE_RESULTS = 8;

    private ServerStatus() {}
}
