package io.holdfast.wire;

import io.holdfast.core.ByteBuilder;
import io.holdfast.core.ByteCursor;
import java.util.Arrays;

/// What a server may say between the client's response and the final OK or error.
///
/// Source: MySQL 9.7 protocol manual, "Protocol::AuthSwitchRequest" and "Protocol::AuthMoreData".
public sealed interface AuthPacket {

    /// Asks the client to begin again with another method: 0xFE, the method's name zero-terminated,
    /// then a new nonce and (by custom) a zero.
    ///
    /// @param nonce without the final zero
    @SuppressWarnings("ArrayRecordComponent") // never compared, and copied nowhere
    record Switch(String authMethod, byte[] nonce) implements AuthPacket {
        public static final int MARK = 0xFE;

        public static Switch read(ByteCursor in) {
            in.skip(1, "mark");
            String method = in.stringNul("authMethod");
            byte[] rest = in.bytes(in.remaining(), "nonce");
            boolean closed = rest.length > 0 && rest[rest.length - 1] == 0;
            return new Switch(method, closed ? Arrays.copyOf(rest, rest.length - 1) : rest);
        }

        @Override
        public void write(ByteBuilder out) {
            out.u8(MARK).stringNul(authMethod).bytes(nonce).u8(0);
        }
    }

    /// More of the method's own talk: 0x01, then what the method defines.
    @SuppressWarnings("ArrayRecordComponent") // never compared, and copied nowhere
    record MoreData(byte[] content) implements AuthPacket {
        public static final int MARK = 0x01;

        public static MoreData read(ByteCursor in) {
            in.skip(1, "mark");
            return new MoreData(in.bytes(in.remaining(), "content"));
        }

        @Override
        public void write(ByteBuilder out) {
            out.u8(MARK).bytes(content);
        }
    }

    void write(ByteBuilder out);
}
