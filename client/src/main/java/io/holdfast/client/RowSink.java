package io.holdfast.client;

import io.holdfast.wire.ColumnDefinition;
import java.util.List;

/// Takes the rows of a result as raw payloads. In a text result that is, per column, a
/// length-encoded count and that many bytes, or 0xFB for NULL (see [io.holdfast.wire.TextRow]).
@FunctionalInterface
public interface RowSink {
    /// Learns the columns, once per result, before its first row.
    default void begin(List<ColumnDefinition> columns) {}

    /// Takes the next piece of the present row. Most rows come in one piece; a row too large for
    /// the session's buffer comes in several, cut anywhere. What lies in the array belongs to the
    /// session again when the call returns. If this throws, the session is closed, because the rest
    /// of the result cannot be stopped.
    ///
    /// @param byteCount may be 0 in a row's last piece
    /// @param endsRow whether the next piece begins another row
    void piece(byte[] bytes, int offset, int byteCount, boolean endsRow);
}
