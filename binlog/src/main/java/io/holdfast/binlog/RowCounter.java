package io.holdfast.binlog;

import io.holdfast.core.ByteSink;

/// Counts the rows of one row event while its bytes, from the column bits to the event's end
/// without checksum, pass through in pieces of any length. Values are passed over, never held.
///
/// | bytes             | field         | meaning                                                |
/// |------------------:|---------------|--------------------------------------------------------|
/// | (columns + 7) / 8 | present       | columns in the image; updates: a second set for the image after |
/// | then per row, for updates once per image |  |                                          |
/// | 1-9               | value options | only the image after of a partial update; bit 0: the next field follows |
/// | (json + 7) / 8    | partial       | one bit per JSON column of the table                   |
/// | (present + 7) / 8 | null          | one bit per column present                             |
/// |                   | values        | of columns present and not null; see [TableLayout]     |
///
/// Source: MySQL 9.7 `libs/mysql/binlog/event/rows_event.h`, `class Rows_event`;
/// `sql/log_event.cc`, `unpack_row`.
final class RowCounter implements ByteSink {
    private enum Step {
        PRESENT,
        PRESENT_AFTER,
        VALUE_OPTIONS,
        PARTIAL_BITS,
        NULL_BITS,
        VALUE
    }

    private final TableLayout layout;
    private final RowsOperation operation;
    private final int columns;
    private final byte[] field;
    private byte[] presentBefore = new byte[0];
    private byte[] presentAfter = new byte[0];
    private byte[] nulls = new byte[0];
    private Step step = Step.PRESENT;
    private int fieldBytes;
    private int fieldFilled;
    private long skipLeft;
    private int column;
    private int presentSeen;
    private boolean isAfter;
    private boolean isGarbled;
    private boolean isAtRowStart;
    private long rows;

    /// @param columns as the row event says; a layout of fewer columns cannot be walked
    RowCounter(TableLayout layout, RowsOperation operation, long columns) {
        this.layout = layout;
        this.operation = operation;
        this.isGarbled = !layout.isKnown() || columns > layout.widths().length;
        this.columns = isGarbled ? 0 : (int) columns;
        this.field = new byte[(this.columns + 7) / 8 + 9];
        this.fieldBytes = (this.columns + 7) / 8;
    }

    /// Rows that passed completely.
    long rows() {
        return rows;
    }

    /// Whether the event's bytes, now complete, ended with a row's end.
    boolean isExact() {
        return !isGarbled && isAtRowStart && fieldFilled == 0 && skipLeft == 0;
    }

    @Override
    public void accept(byte[] bytes, int offset, int byteCount) {
        int at = offset;
        int end = offset + byteCount;
        while (at < end && !isGarbled) {
            if (skipLeft > 0) {
                long skipped = Math.min(skipLeft, end - at);
                skipLeft -= skipped;
                at += (int) skipped;
            } else {
                int taken = Math.min(fieldBytes - fieldFilled, end - at);
                System.arraycopy(bytes, at, field, fieldFilled, taken);
                fieldFilled += taken;
                at += taken;
                if (fieldFilled == fieldBytes) {
                    fieldFilled = 0;
                    fieldDone();
                }
            }
            if (skipLeft == 0 && step == Step.VALUE && fieldFilled == 0) {
                advance();
            }
        }
    }

    private boolean hasTwoImages() {
        return operation == RowsOperation.UPDATE || operation == RowsOperation.PARTIAL_UPDATE;
    }

    private void fieldDone() {
        switch (step) {
            case PRESENT -> {
                presentBefore = java.util.Arrays.copyOf(field, fieldBytes);
                presentAfter = presentBefore;
                if (hasTwoImages()) {
                    step = Step.PRESENT_AFTER;
                } else {
                    beginImage(false);
                    isAtRowStart = true;
                }
            }
            case PRESENT_AFTER -> {
                presentAfter = java.util.Arrays.copyOf(field, fieldBytes);
                beginImage(false);
                isAtRowStart = true;
            }
            case VALUE_OPTIONS -> {
                if (field[0] < 0) {
                    isGarbled = true; // options above 127 are not known
                } else if ((field[0] & 1) != 0) {
                    expect(Step.PARTIAL_BITS, (layout.jsonColumns() + 7) / 8);
                } else {
                    expectNulls();
                }
            }
            case PARTIAL_BITS -> expectNulls();
            case NULL_BITS -> {
                nulls = java.util.Arrays.copyOf(field, fieldBytes);
                isAtRowStart = false;
                step = Step.VALUE;
                column = -1;
                presentSeen = 0;
                fieldBytes = 0;
            }
            case VALUE -> {
                long length = 0;
                for (int i = 0; i < fieldBytes; i++) {
                    length |= (field[i] & 0xFFL) << (8 * i);
                }
                skipLeft = length;
                fieldBytes = 0;
            }
        }
    }

    private void expect(Step next, int bytes) {
        step = next;
        fieldBytes = bytes;
        if (bytes == 0) {
            fieldDone();
        }
    }

    private void expectNulls() {
        byte[] present = isAfter ? presentAfter : presentBefore;
        int count = 0;
        for (int i = 0; i < columns; i++) {
            count += isSet(present, i) ? 1 : 0;
        }
        if (count == 0) {
            isGarbled = true; // an image without columns has no bytes: rows could not be told apart
        } else {
            expect(Step.NULL_BITS, (count + 7) / 8);
        }
    }

    private void beginImage(boolean isImageAfter) {
        isAfter = isImageAfter;
        if (isImageAfter && operation == RowsOperation.PARTIAL_UPDATE) {
            expect(Step.VALUE_OPTIONS, 1);
        } else {
            expectNulls();
        }
    }

    /// Goes on to the next value that takes bytes, or to the next image.
    private void advance() {
        if (fieldBytes > 0) {
            return; // a length is still to come
        }
        byte[] present = isAfter ? presentAfter : presentBefore;
        while (++column < columns) {
            if (!isSet(present, column)) {
                continue;
            }
            if (isSet(nulls, presentSeen++)) {
                continue;
            }
            int width = layout.widths()[column];
            if (width > 0) {
                skipLeft = width;
                return;
            }
            if (width < 0) {
                fieldBytes = -width;
                return;
            }
        }
        if (hasTwoImages() && !isAfter) {
            beginImage(true);
        } else {
            rows++;
            beginImage(false);
            isAtRowStart = true;
        }
    }

    private static boolean isSet(byte[] bits, int index) {
        return (bits[index >> 3] & 1 << (index & 7)) != 0;
    }
}
