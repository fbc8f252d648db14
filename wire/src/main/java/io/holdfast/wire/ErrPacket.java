package io.holdfast.wire;

import io.holdfast.core.ByteBuilder;
import io.holdfast.core.ByteCursor;
import io.holdfast.core.Problem;
import io.holdfast.core.SqlErrorException;

/// The packet that ends a command badly.
///
/// | bytes | field    | meaning                                                             |
/// |------:|----------|---------------------------------------------------------------------|
/// |     1 | mark     | 0xFF                                                                |
/// |     2 | number   | the server's error number                                           |
/// |     6 | sqlState | `#` and five characters; left out before the handshake is complete  |
/// |     … | message  | the rest, UTF-8                                                     |
///
/// Source: MySQL 9.7 protocol manual, "ERR_Packet".
public record ErrPacket(int number, String sqlState, String message) {
    public static final int MARK = 0xFF;

    /// The most a server puts into one; its messages have at most 512 bytes.
    public static final int BYTES_MAX = 64 << 10;

    public static ErrPacket read(ByteCursor in) {
        in.skip(1, "mark");
        int number = in.u16("number");
        String rest = in.stringRest();
        return rest.startsWith("#") && rest.length() >= 6
                ? new ErrPacket(number, rest.substring(1, 6), rest.substring(6))
                : new ErrPacket(number, "HY000", rest);
    }

    public void write(ByteBuilder out) {
        out.u8(MARK).u16(number).u8('#').string(sqlState).string(message);
    }

    /// The failure to throw where nothing better is known about the number.
    ///
    /// @param where names the server and what was asked of it, without secrets
    public SqlErrorException toException(String where) {
        return new SqlErrorException(
                Problem.of(WireError.SQL_ERROR)
                        .what("the server answered error %d (%s): %s", number, sqlState, message)
                        .where("%s", where)
                        .remedy(
                                "See error %d in the MySQL manual, \"Server Error Message Reference\".",
                                number),
                number,
                sqlState,
                message);
    }
}
