package io.holdfast.wire;

import io.holdfast.core.ByteBuilder;
import io.holdfast.core.ByteCursor;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A row of a text result: per column a length-encoded count and that many bytes, or the single
/// byte 0xFB for NULL. There is no mark in front and no count of columns.
///
/// Source: MySQL 9.7 protocol manual, "Text Resultset Row".
public final class TextRow {
    public static final int NULL_MARK = 0xFB;

    private TextRow() {}

    /// Reads a whole row that is held in memory. An absent (NULL) value is null.
    public static byte[] @Nullable [] read(ByteCursor in, int columnCount) {
        var values = new byte[columnCount] @Nullable [];
        for (int i = 0; i < columnCount; i++) {
            in.need(1, "value");
            if ((in.array()[in.index()] & 0xFF) == NULL_MARK) {
                in.skip(1, "value");
            } else {
                values[i] = in.bytes(in.lengthEncoded("value"), "value");
            }
        }
        if (in.hasRemaining()) {
            throw in.impossible(
                    "a row has " + in.remaining() + " bytes behind its " + columnCount + " values");
        }
        return values;
    }

    /// Writes a row of texts; null is NULL.
    public static void write(ByteBuilder out, List<? extends @Nullable String> values) {
        for (String value : values) {
            if (value == null) {
                out.u8(NULL_MARK);
            } else {
                out.bytesLengthEncoded(value.getBytes(StandardCharsets.UTF_8));
            }
        }
    }
}
