package io.holdfast.wire;

/// The capability bits that both sides exchange in the handshake.
///
/// Source: MySQL 9.7 `include/mysql_com.h`, "Capabilities Flags".
public final class Capabilities {
    public static final long LONG_PASSWORD = 1;
    public static final long FOUND_ROWS = 1 << 1;
    public static final long LONG_FLAG = 1 << 2;
    public static final long CONNECT_WITH_DB = 1 << 3;
    public static final long LOCAL_FILES = 1 << 7;
    public static final long PROTOCOL_41 = 1 << 9;
    public static final long SSL = 1 << 11;
    public static final long TRANSACTIONS = 1 << 13;
    public static final long SECURE_CONNECTION = 1 << 15;
    public static final long MULTI_STATEMENTS = 1 << 16;
    public static final long MULTI_RESULTS = 1 << 17;
    public static final long PS_MULTI_RESULTS = 1 << 18;
    public static final long PLUGIN_AUTH = 1 << 19;
    public static final long CONNECT_ATTRS = 1 << 20;
    public static final long PLUGIN_AUTH_LENENC_CLIENT_DATA = 1 << 21;
    public static final long SESSION_TRACK = 1 << 23;

    /// Results end with an OK packet that begins with 0xFE, and no EOF packet stands between column
    /// definitions and rows.
    public static final long DEPRECATE_EOF = 1 << 24;

    private Capabilities() {}

    public static boolean has(long capabilities, long flag) {
        return (capabilities & flag) != 0;
    }
}
