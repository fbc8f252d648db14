package io.holdfast.recovery.load;

import io.holdfast.core.ByteSink;
import io.holdfast.core.CorruptDataException;
import io.holdfast.core.Problem;
import io.holdfast.core.Text;

/// Turns rows as the text protocol carries them into the form that LOAD DATA reads, in one pass and
/// in bounded memory, however the input is cut into pieces.
///
/// The input is, for each column, a length-encoded count and that many bytes, or the byte 0xFB for
/// NULL; rows follow each other without a mark, so the count of columns alone says where one ends.
/// The output has a tab between values, a line feed behind each row, `\N` for NULL, and a backslash
/// before each tab, line feed and backslash of a value: what `FIELDS TERMINATED BY '\t' ESCAPED BY
/// '\\' LINES TERMINATED BY '\n'` reads back to the same bytes. Of the letters that have a meaning
/// behind a backslash (`0 b n r t Z N`) none is ever written there but the N of NULL.
///
/// Confined to one thread. Source: MySQL 9.7 manual, "LOAD DATA Statement"; `sql/sql_load.cc`,
/// `READ_INFO::read_field` and `READ_INFO::unescape`.
final class EscapedRows implements ByteSink {
    private static final int BUFFER_BYTES = 64 << 10;
    private static final int NULL_MARK = 0xFB;
    private static final byte ESCAPE = '\\';

    private final int columnCount;
    private final ByteSink out;
    private final String where;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private int filled;

    /// The column whose value comes next or is under way, from 0.
    private int column;

    /// Bytes of the present length that are still to come; 0 outside of a length.
    private int lengthBytesLeft;

    private int lengthShift;
    private long length;

    /// Bytes of the present value that are still to come.
    private long valueBytesLeft;

    private long rowCount;

    /// @param columnCount of a row, at least 1
    /// @param out takes the result in pieces of up to 64 KiB; the array is ours again afterwards
    /// @param where names the rows in messages
    EscapedRows(int columnCount, ByteSink out, String where) {
        if (columnCount < 1) {
            throw new IllegalArgumentException("a row has at least one column");
        }
        this.columnCount = columnCount;
        this.out = out;
        this.where = where;
    }

    /// Takes the next bytes of the rows, cut anywhere.
    ///
    /// @throws CorruptDataException if a length is impossible
    @Override
    public void accept(byte[] bytes, int offset, int byteCount) {
        int at = offset;
        int end = offset + byteCount;
        while (at < end) {
            if (valueBytesLeft > 0) {
                int part = (int) Math.min(valueBytesLeft, end - at);
                escape(bytes, at, at + part);
                at += part;
                valueBytesLeft -= part;
                if (valueBytesLeft == 0) {
                    endValue();
                }
            } else if (lengthBytesLeft > 0) {
                lengthByte(bytes[at++] & 0xFF);
            } else {
                beginValue(bytes[at++] & 0xFF);
            }
        }
    }

    private void beginValue(int first) {
        switch (first) {
            case NULL_MARK -> {
                room(2);
                buffer[filled++] = ESCAPE;
                buffer[filled++] = 'N';
                endValue();
            }
            case 0xFC -> beginLength(2);
            case 0xFD -> beginLength(3);
            case 0xFE -> beginLength(8);
            case 0xFF -> throw impossible("a value begins with 0xff, which is no length");
            default -> beginBytes(first);
        }
    }

    private void beginLength(int byteCount) {
        lengthBytesLeft = byteCount;
        lengthShift = 0;
        length = 0;
    }

    private void lengthByte(int next) {
        length |= (long) next << lengthShift;
        lengthShift += 8;
        if (--lengthBytesLeft == 0) {
            if (length < 0 || length > 0xFFFF_FFFFL) {
                throw impossible(
                        Text.format(
                                "a value claims %s bytes, more than 4 GiB",
                                Long.toUnsignedString(length)));
            }
            beginBytes(length);
        }
    }

    private void beginBytes(long byteCount) {
        valueBytesLeft = byteCount;
        if (byteCount == 0) {
            endValue();
        }
    }

    private void endValue() {
        room(1);
        column++;
        if (column == columnCount) {
            column = 0;
            rowCount++;
            buffer[filled++] = '\n';
        } else {
            buffer[filled++] = '\t';
        }
    }

    private void escape(byte[] bytes, int begin, int end) {
        int from = begin;
        while (from < end) {
            if (BUFFER_BYTES - filled < 2) {
                flush();
            }
            // Each byte becomes two at most.
            int to = Math.min(end, from + (BUFFER_BYTES - filled) / 2);
            int at = filled;
            for (int i = from; i < to; i++) {
                byte next = bytes[i];
                if (next == '\t' || next == '\n' || next == ESCAPE) {
                    buffer[at++] = ESCAPE;
                }
                buffer[at++] = next;
            }
            filled = at;
            from = to;
        }
    }

    private void room(int byteCount) {
        if (BUFFER_BYTES - filled < byteCount) {
            flush();
        }
    }

    private void flush() {
        out.accept(buffer, 0, filled);
        filled = 0;
    }

    /// Gives the sink what is left.
    ///
    /// @throws CorruptDataException if the rows end amid a row
    void finish() {
        if (column != 0 || valueBytesLeft > 0 || lengthBytesLeft > 0) {
            throw impossible(
                    Text.format(
                            "the rows end amid a row, in column %d of %d",
                            column + 1, columnCount));
        }
        flush();
    }

    /// How many rows were written whole.
    long rowCount() {
        return rowCount;
    }

    private CorruptDataException impossible(String what) {
        return new CorruptDataException(
                Problem.of(LoadError.ROWS_DAMAGED)
                        .what("%s", what)
                        .where("%s, row %d", where, rowCount + 1)
                        .remedy("Run 'holdfast verify', and restore another backup."));
    }
}
