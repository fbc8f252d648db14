package io.holdfast.recovery.load;

import io.holdfast.core.ByteSink;
import java.util.Arrays;

/// Parts the rows of a table with JSON columns into those that LOAD DATA brings back, and those
/// whose JSON says more than its text ([ExactJson]) and which need a statement of their own.
///
/// Holds one row at a time. A row above [#ROW_BYTES_MAX] is not looked into and counts as plain: if
/// text alone does not bring it back, the table's hash says so.
///
/// Confined to one thread.
final class JsonRows implements ByteSink {
    static final int ROW_BYTES_MAX = 8 << 20;

    private static final int NULL_MARK = 0xFB;

    /// Takes a row that needs its own statement.
    @FunctionalInterface
    interface ExactRow {
        /// Takes it.
        ///
        /// @param row holds the row's payload from its beginning; ours again afterwards
        void take(byte[] row, int byteCount);
    }

    private final boolean[] isJson;
    private final ByteSink plain;
    private final ExactRow exact;

    private byte[] row = new byte[8192];
    private int filled;
    private boolean isTooLong;
    private boolean needsExact;

    private int column;
    private int lengthBytesLeft;
    private int lengthShift;
    private long length;
    private long valueBytesLeft;

    /// Rows go to one of the two, each whole.
    ///
    /// @param isJson for each column
    JsonRows(boolean[] isJson, ByteSink plain, ExactRow exact) {
        this.isJson = isJson.clone();
        this.plain = plain;
        this.exact = exact;
    }

    @Override
    public void accept(byte[] bytes, int offset, int byteCount) {
        int at = offset;
        int end = offset + byteCount;
        while (at < end) {
            if (valueBytesLeft > 0) {
                int part = (int) Math.min(valueBytesLeft, end - at);
                keep(bytes, at, part);
                at += part;
                valueBytesLeft -= part;
                if (valueBytesLeft == 0) {
                    endValue((int) Math.min(length, Integer.MAX_VALUE));
                }
            } else {
                keep(bytes, at, 1);
                control(bytes[at++] & 0xFF);
            }
        }
    }

    private void control(int next) {
        if (lengthBytesLeft > 0) {
            length |= (long) next << lengthShift;
            lengthShift += 8;
            if (--lengthBytesLeft == 0) {
                beginBytes();
            }
            return;
        }
        length = 0;
        lengthShift = 0;
        switch (next) {
            case NULL_MARK -> endValue(0);
            case 0xFC -> lengthBytesLeft = 2;
            case 0xFD -> lengthBytesLeft = 3;
            case 0xFE -> lengthBytesLeft = 8;
            default -> {
                length = next;
                beginBytes();
            }
        }
    }

    private void beginBytes() {
        valueBytesLeft = length;
        if (length <= 0) {
            endValue(0);
        }
    }

    private void keep(byte[] bytes, int from, int byteCount) {
        if (!isTooLong && filled + byteCount > ROW_BYTES_MAX) {
            plain.accept(row, 0, filled);
            filled = 0;
            isTooLong = true;
        }
        if (isTooLong) {
            plain.accept(bytes, from, byteCount);
            return;
        }
        if (filled + byteCount > row.length) {
            row = Arrays.copyOf(row, Math.max(filled + byteCount, 2 * row.length));
        }
        System.arraycopy(bytes, from, row, filled, byteCount);
        filled += byteCount;
    }

    private void endValue(int byteCount) {
        if (isJson[column] && !isTooLong && !needsExact) {
            needsExact = ExactJson.losesByText(row, filled - byteCount, filled);
        }
        column++;
        if (column == isJson.length) {
            endRow();
        }
    }

    private void endRow() {
        if (needsExact && !isTooLong) {
            exact.take(row, filled);
        } else if (filled > 0) {
            plain.accept(row, 0, filled);
        }
        column = 0;
        filled = 0;
        isTooLong = false;
        needsExact = false;
    }
}
