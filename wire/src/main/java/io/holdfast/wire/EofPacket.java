package io.holdfast.wire;

import io.holdfast.core.ByteBuilder;
import io.holdfast.core.ByteCursor;

/// The packet that ends column definitions, rows and binary-log streams where `DEPRECATE_EOF` does
/// not hold: 0xFE, count of warnings (2), status (2, see [ServerStatus]).
///
/// Source: MySQL 9.7 protocol manual, "EOF_Packet".
public record EofPacket(int warnings, int status) {
    public static final int MARK = 0xFE;

    public static EofPacket read(ByteCursor in) {
        in.skip(1, "mark");
        return new EofPacket(in.u16("warnings"), in.u16("status"));
    }

    public void write(ByteBuilder out) {
        out.u8(MARK).u16(warnings).u16(status);
    }
}
