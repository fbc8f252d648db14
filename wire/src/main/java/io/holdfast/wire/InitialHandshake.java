package io.holdfast.wire;

import io.holdfast.core.ByteBuilder;
import io.holdfast.core.ByteCursor;
import io.holdfast.core.CorruptDataException;
import java.util.Arrays;

/// The first packet of every connection, from the server: protocol version 10.
///
/// | bytes | field            | meaning                                                        |
/// |------:|------------------|----------------------------------------------------------------|
/// |     1 | protocol         | 10                                                             |
/// |     … | serverVersion    | text, zero-terminated                                          |
/// |     4 | connectionId     | what `CONNECTION_ID()` returns, modulo 2^32                    |
/// |     8 | nonce, 1st part  | random bytes that the password is scrambled with, none of them 0 |
/// |     1 | filler           | 0                                                              |
/// |     2 | capabilities     | the low half of [Capabilities]                                 |
/// |     1 | collation        | the low byte of the server's default collation number          |
/// |     2 | status           | see [ServerStatus]                                             |
/// |     2 | capabilities     | the high half                                                  |
/// |     1 | nonceBytes       | both parts and the final zero: 21                              |
/// |    10 | reserved         | 0                                                              |
/// |    13 | nonce, 2nd part  | 12 bytes and a zero                                            |
/// |     … | authMethod       | the server's default, zero-terminated                          |
///
/// Source: MySQL 9.7 protocol manual, "Protocol::HandshakeV10"; `sql/auth/sql_authentication.cc`,
/// `send_server_handshake_packet`.
///
/// @param nonce 20 bytes
@SuppressWarnings("ArrayRecordComponent") // never compared, and copied nowhere
public record InitialHandshake(
        String serverVersion,
        long connectionId,
        byte[] nonce,
        long capabilities,
        int collation,
        int status,
        String authMethod) {
    public static final int PROTOCOL = 10;
    public static final int NONCE_BYTES = 20;
    private static final int NONCE_FIRST_BYTES = 8;

    /// Reads the packet.
    ///
    /// @throws CorruptDataException if it is truncated, of another protocol version, or from a
    ///   server older than 4.1
    public static InitialHandshake read(ByteCursor in) {
        int protocol = in.u8("protocol");
        if (protocol != PROTOCOL) {
            throw in.impossible("the server speaks protocol " + protocol + ", expected 10");
        }
        String version = in.stringNul("serverVersion");
        long connectionId = in.u32("connectionId");
        byte[] nonce = Arrays.copyOf(in.bytes(NONCE_FIRST_BYTES, "nonce"), NONCE_BYTES);
        in.skip(1, "filler");
        long capabilities = in.u16("capabilities");
        int collation = in.u8("collation");
        int status = in.u16("status");
        capabilities |= (long) in.u16("capabilities, high half") << 16;
        int nonceBytes = in.u8("nonceBytes");
        in.skip(10, "reserved");
        if (!Capabilities.has(capabilities, Capabilities.SECURE_CONNECTION)
                || !Capabilities.has(capabilities, Capabilities.PLUGIN_AUTH)) {
            throw in.impossible("the server is too old: it offers no authentication methods");
        }
        byte[] second =
                in.bytes(Math.max(13, nonceBytes - NONCE_FIRST_BYTES), "nonce, second part");
        System.arraycopy(second, 0, nonce, NONCE_FIRST_BYTES, NONCE_BYTES - NONCE_FIRST_BYTES);
        return new InitialHandshake(
                version,
                connectionId,
                nonce,
                capabilities,
                collation,
                status,
                in.stringNul("authMethod"));
    }

    public void write(ByteBuilder out) {
        out.u8(PROTOCOL)
                .stringNul(serverVersion)
                .u32(connectionId)
                .bytes(Arrays.copyOf(nonce, NONCE_FIRST_BYTES))
                .u8(0)
                .u16((int) capabilities)
                .u8(collation)
                .u16(status)
                .u16((int) (capabilities >>> 16))
                .u8(NONCE_BYTES + 1)
                .zeros(10)
                .bytes(Arrays.copyOfRange(nonce, NONCE_FIRST_BYTES, NONCE_BYTES))
                .u8(0)
                .stringNul(authMethod);
    }
}
