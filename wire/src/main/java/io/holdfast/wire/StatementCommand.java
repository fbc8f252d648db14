package io.holdfast.wire;

import io.holdfast.core.ByteBuilder;
import java.util.List;

/// The commands about prepared statements, of which Holdfast speaks the client's side only.
///
/// To prepare: 0x16 and the statement's text, parameters as question marks; the answer is a
/// [PreparedReply]. To forget: 0x19 and the statement's number (4); there is no answer. To send a
/// parameter's bytes ahead: 0x18, the statement's number (4), the parameter's index (2), bytes; no
/// answer either. To run:
///
/// | bytes       | field      | meaning                                                      |
/// |------------:|------------|--------------------------------------------------------------|
/// |           1 | command    | 0x17                                                         |
/// |           4 | statement  | its number                                                   |
/// |           1 | flags      | 0: no cursor                                                 |
/// |           4 | iterations | 1                                                            |
/// | (n + 7) / 8 | nulls      | bit `i` says that parameter `i` is NULL; this and the rest only if there are parameters |
/// |           1 | typesSent  | 1                                                            |
/// |       2 × n | types      | see [ColumnType]; then 0x80 if unsigned, else 0              |
/// |           … | values     | as in [BinaryRow]; none for NULL and for what was sent before |
///
/// Source: MySQL 9.7 protocol manual, "COM_STMT_EXECUTE".
public final class StatementCommand {
    private static final int FLAG_UNSIGNED = 0x80;

    private StatementCommand() {}

    public static void prepare(ByteBuilder out, String sql) {
        out.u8(Command.STMT_PREPARE).string(sql);
    }

    public static void close(ByteBuilder out, long statement) {
        out.u8(Command.STMT_CLOSE).u32(statement);
    }

    public static void execute(ByteBuilder out, long statement, List<? extends SqlValue> values) {
        out.u8(Command.STMT_EXECUTE).u32(statement).u8(0).u32(1);
        if (values.isEmpty()) {
            return;
        }
        byte[] nulls = new byte[(values.size() + 7) / 8];
        for (int i = 0; i < values.size(); i++) {
            if (values.get(i) instanceof SqlValue.Null) {
                nulls[i / 8] |= (byte) (1 << (i % 8));
            }
        }
        out.bytes(nulls).u8(1);
        values.forEach(value -> writeType(out, value));
        values.forEach(value -> writeValue(out, value));
    }

    private static void writeType(ByteBuilder out, SqlValue value) {
        int type =
                switch (value) {
                    case SqlValue.Null _ -> ColumnType.NULL;
                    case SqlValue.Whole _ -> ColumnType.LONGLONG;
                    case SqlValue.Float32 _ -> ColumnType.FLOAT;
                    case SqlValue.Float64 _ -> ColumnType.DOUBLE;
                    case SqlValue.Text _ -> ColumnType.VAR_STRING;
                    case SqlValue.Bytes _, SqlValue.SentBefore _ -> ColumnType.LONG_BLOB;
                    case SqlValue.Date _ -> ColumnType.DATE;
                    case SqlValue.DateTime _ -> ColumnType.DATETIME;
                    case SqlValue.Time _ -> ColumnType.TIME;
                };
        boolean unsigned = value instanceof SqlValue.Whole whole && whole.isUnsigned();
        out.u8(type).u8(unsigned ? FLAG_UNSIGNED : 0);
    }

    private static void writeValue(ByteBuilder out, SqlValue value) {
        switch (value) {
            case SqlValue.Null _, SqlValue.SentBefore _ -> {}
            case SqlValue.Whole(long whole, _) -> out.u64(whole);
            case SqlValue.Float32(float number) -> out.u32(Float.floatToRawIntBits(number));
            case SqlValue.Float64(double number) -> out.u64(Double.doubleToRawLongBits(number));
            case SqlValue.Text(String text) -> out.stringLengthEncoded(text);
            case SqlValue.Bytes(byte[] bytes) -> out.bytesLengthEncoded(bytes);
            case SqlValue.Date(int year, int month, int day) ->
                    out.u8(4).u16(year).u8(month).u8(day);
            case SqlValue.DateTime(
                            SqlValue.Date date,
                            int hour,
                            int minute,
                            int second,
                            int micros) ->
                    out.u8(11)
                            .u16(date.year())
                            .u8(date.month())
                            .u8(date.day())
                            .u8(hour)
                            .u8(minute)
                            .u8(second)
                            .u32(micros);
            case SqlValue.Time(
                            boolean negative,
                            long days,
                            int hours,
                            int minutes,
                            int seconds,
                            int micros) ->
                    out.u8(12)
                            .u8(negative ? 1 : 0)
                            .u32(days)
                            .u8(hours)
                            .u8(minutes)
                            .u8(seconds)
                            .u32(micros);
        }
    }
}
