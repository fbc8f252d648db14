package io.holdfast.wire;

import io.holdfast.core.ByteBuilder;
import io.holdfast.core.ByteCursor;

/// The packet that ends a command well, or (with mark 0xFE and `DEPRECATE_EOF`) a result's rows.
///
/// | bytes | field        | meaning                                             |
/// |------:|--------------|-----------------------------------------------------|
/// |     1 | mark         | 0x00, or 0xFE behind rows                           |
/// |     … | affectedRows | length-encoded                                      |
/// |     … | lastInsertId | length-encoded                                      |
/// |     2 | status       | see [ServerStatus]                                  |
/// |     2 | warnings     | count                                               |
/// |     … | message      | the rest; not interpreted, session tracking is not asked for |
///
/// Source: MySQL 9.7 protocol manual, "OK_Packet".
public record OkPacket(long affectedRows, long lastInsertId, int status, int warnings) {
    public static final int MARK = 0x00;

    /// Reads the packet, whichever of the two marks it has.
    public static OkPacket read(ByteCursor in) {
        in.skip(1, "mark");
        return new OkPacket(
                unsigned(in, "affectedRows"),
                unsigned(in, "lastInsertId"),
                in.u16("status"),
                in.u16("warnings"));
    }

    /// Reads a length-encoded integer that may use all 64 bits: an AUTO_INCREMENT value may.
    private static long unsigned(ByteCursor in, String field) {
        if (in.hasRemaining() && (in.array()[in.index()] & 0xFF) == 0xFE) {
            in.skip(1, field);
            return in.u64(field);
        }
        return in.lengthEncoded(field);
    }

    public void write(ByteBuilder out) {
        write(out, MARK);
    }

    /// Writes it as the end of rows for a client that has `DEPRECATE_EOF`.
    public void writeAsEndOfRows(ByteBuilder out) {
        write(out, EofPacket.MARK);
    }

    private void write(ByteBuilder out, int mark) {
        out.u8(mark)
                .lengthEncoded(affectedRows)
                .lengthEncoded(lastInsertId)
                .u16(status)
                .u16(warnings);
    }
}
