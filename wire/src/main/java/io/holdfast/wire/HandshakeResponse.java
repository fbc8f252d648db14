package io.holdfast.wire;

import io.holdfast.core.ByteBuilder;
import io.holdfast.core.ByteCursor;
import io.holdfast.core.CorruptDataException;
import java.util.LinkedHashMap;
import java.util.Map;

/// The client's answer to [InitialHandshake]: `HandshakeResponse41`.
///
/// | bytes | field          | meaning                                                              |
/// |------:|----------------|----------------------------------------------------------------------|
/// |     4 | capabilities   | those of both sides that shall hold, see [Capabilities]              |
/// |     4 | packetBytesMax | the largest payload the client takes                                 |
/// |     1 | collation      | number of the session's collation                                    |
/// |    23 | reserved       | 0                                                                    |
/// |     … | user           | zero-terminated                                                      |
/// |     … | authResponse   | length-encoded count (`PLUGIN_AUTH_LENENC_CLIENT_DATA`) or one byte of count, then bytes |
/// |     … | schema         | zero-terminated; only with `CONNECT_WITH_DB`                         |
/// |     … | authMethod     | zero-terminated; only with `PLUGIN_AUTH`                             |
/// |     … | attributes     | length-encoded total, then pairs of length-encoded texts; only with `CONNECT_ATTRS` |
///
/// A client that wants TLS first sends the leading 32 bytes alone ([#writeTlsRequest]), then shakes
/// hands in TLS, then sends all of it. Source: MySQL 9.7 protocol manual,
/// "Protocol::HandshakeResponse41" and "Protocol::SSLRequest".
///
/// @param schema empty for none
@SuppressWarnings("ArrayRecordComponent") // never compared, and copied nowhere
public record HandshakeResponse(
        long capabilities,
        long packetBytesMax,
        int collation,
        String user,
        byte[] authResponse,
        String schema,
        String authMethod,
        Map<String, String> attributes) {
    /// The size of a request for TLS, which is how a server tells it from a whole response.
    public static final int TLS_REQUEST_BYTES = 32;

    private static final int ATTRIBUTES_BYTES_MAX = 64 << 10;

    /// Reads a whole response.
    ///
    /// @throws CorruptDataException if it is truncated, or from a client older than 4.1
    public static HandshakeResponse read(ByteCursor in) {
        long capabilities = in.u32("capabilities");
        if (!Capabilities.has(capabilities, Capabilities.PROTOCOL_41)) {
            throw in.impossible("the client is older than 4.1");
        }
        long packetBytesMax = in.u32("packetBytesMax");
        int collation = in.u8("collation");
        in.skip(23, "reserved");
        String user = in.stringNul("user");
        long authBytes =
                Capabilities.has(capabilities, Capabilities.PLUGIN_AUTH_LENENC_CLIENT_DATA)
                        ? in.lengthEncoded("authResponse")
                        : in.u8("authResponse");
        byte[] authResponse = in.bytes(authBytes, "authResponse");
        String schema =
                Capabilities.has(capabilities, Capabilities.CONNECT_WITH_DB) && in.hasRemaining()
                        ? in.stringNul("schema")
                        : "";
        String authMethod =
                Capabilities.has(capabilities, Capabilities.PLUGIN_AUTH) && in.hasRemaining()
                        ? in.stringNul("authMethod")
                        : "";
        var attributes = new LinkedHashMap<String, String>();
        if (Capabilities.has(capabilities, Capabilities.CONNECT_ATTRS) && in.hasRemaining()) {
            ByteCursor pairs = in.slice(in.lengthEncoded("attributes"), "attributes");
            while (pairs.hasRemaining()) {
                String name = pairs.stringLengthEncoded("attribute name");
                attributes.put(name, pairs.stringLengthEncoded("attribute value"));
            }
        }
        return new HandshakeResponse(
                capabilities,
                packetBytesMax,
                collation,
                user,
                authResponse,
                schema,
                authMethod,
                attributes);
    }

    /// Writes the beginning that asks for TLS.
    public void writeTlsRequest(ByteBuilder out) {
        out.u32(capabilities).u32(packetBytesMax).u8(collation).zeros(23);
    }

    public void write(ByteBuilder out) {
        writeTlsRequest(out);
        out.stringNul(user);
        if (Capabilities.has(capabilities, Capabilities.PLUGIN_AUTH_LENENC_CLIENT_DATA)) {
            out.bytesLengthEncoded(authResponse);
        } else {
            out.u8(authResponse.length).bytes(authResponse);
        }
        if (Capabilities.has(capabilities, Capabilities.CONNECT_WITH_DB)) {
            out.stringNul(schema);
        }
        if (Capabilities.has(capabilities, Capabilities.PLUGIN_AUTH)) {
            out.stringNul(authMethod);
        }
        if (Capabilities.has(capabilities, Capabilities.CONNECT_ATTRS)) {
            var pairs = new ByteBuilder();
            attributes.forEach(
                    (name, value) -> pairs.stringLengthEncoded(name).stringLengthEncoded(value));
            if (pairs.byteCount() > ATTRIBUTES_BYTES_MAX) {
                throw new IllegalArgumentException("connection attributes exceed 64 KiB");
            }
            out.bytesLengthEncoded(pairs.toArray());
        }
    }
}
