package io.holdfast.client;

import io.holdfast.core.ByteBuilder;
import io.holdfast.core.ByteCursor;
import io.holdfast.core.Problem;
import io.holdfast.core.RefusedException;
import io.holdfast.wire.ColumnDefinition;
import java.util.List;
import java.util.function.BiConsumer;

/// Collects a small result, and refuses one that is not small.
final class HeldRows implements RowSink {
    private final String where;
    private final long bytesMax;
    private final BiConsumer<ByteCursor, List<ColumnDefinition>> reader;
    private final ByteBuilder row = new ByteBuilder();
    private List<ColumnDefinition> columns = List.of();
    private long byteCount;

    /// @param reader reads each row when it is complete
    HeldRows(String where, long bytesMax, BiConsumer<ByteCursor, List<ColumnDefinition>> reader) {
        this.reader = reader;
        this.where = where;
        this.bytesMax = bytesMax;
    }

    @Override
    public void begin(List<ColumnDefinition> described) {
        columns = described;
    }

    @Override
    public void piece(byte[] bytes, int offset, int pieceBytes, boolean endsRow) {
        byteCount += pieceBytes;
        if (byteCount > bytesMax) {
            throw new RefusedException(
                    Problem.of(ClientError.RESULT_TOO_LARGE)
                            .what("a result has more than the %d bytes that may be held", bytesMax)
                            .where("%s", where)
                            .remedy(
                                    "This is a limit of Holdfast's own queries; report what the statement read."));
        }
        row.accept(bytes, offset, pieceBytes);
        if (endsRow) {
            reader.accept(new ByteCursor(row.array(), 0, row.byteCount(), where, 0), columns);
            byteCount += 16L + 24L * columns.size(); // what a row costs beside its bytes
            row.clear();
        }
    }

    long bytesLeft() {
        return bytesMax - byteCount;
    }

    List<ColumnDefinition> columns() {
        return columns;
    }
}
