package io.holdfast.client;

import io.holdfast.core.ByteCursor;
import io.holdfast.core.Problem;
import io.holdfast.core.RefusedException;
import io.holdfast.core.SqlErrorException;
import io.holdfast.wire.ColumnDefinition;
import io.holdfast.wire.EofPacket;
import io.holdfast.wire.ErrPacket;
import io.holdfast.wire.OkPacket;
import io.holdfast.wire.PacketReader;
import io.holdfast.wire.PayloadSink;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads what a server answers to a statement: no rows, or columns and rows, or the wish for a
/// local file.
///
/// A packet that begins with 0xFE ends the rows if it has a single frame: a row that begins so has
/// a first value of more than 16 MiB and needs a second one. Source: MySQL 9.7 protocol manual,
/// "Text Resultset".
final class ResultReader {
    private static final int LOCAL_FILE_MARK = 0xFB;
    private static final int COLUMNS_MAX = 1 << 16;

    private final PacketLine line;
    private final boolean endsWithOk;
    private final String where;

    /// @param endsWithOk whether `DEPRECATE_EOF` holds
    /// @param where names server and statement for errors
    ResultReader(PacketLine line, boolean endsWithOk, String where) {
        this.line = line;
        this.endsWithOk = endsWithOk;
        this.where = where;
    }

    /// Reads one result to its end.
    ///
    /// @param file what to send if the server asks for a local file; null if it must not ask
    /// @throws SqlErrorException if the server says so; the session can go on
    Outcome read(RowSink sink, @Nullable LocalFile file) {
        PacketReader reader = line.reader;
        reader.open();
        return switch (reader.first()) {
            case OkPacket.MARK -> new Outcome(readOk("OK packet"), 0, 0);
            case ErrPacket.MARK -> throw line.readError().toException(where);
            case LOCAL_FILE_MARK -> {
                if (file == null) {
                    throw notAsked();
                }
                reader.pass();
                new LocalFileSender(line.writer).send(file);
                yield read(sink, null);
            }
            default -> readRows(sink);
        };
    }

    private OkPacket readOk(String kind) {
        return OkPacket.read(line.reader.held(PacketLine.SMALL_BYTES_MAX, kind));
    }

    private Outcome readRows(RowSink sink) {
        ByteCursor in = line.reader.held(PacketLine.SMALL_BYTES_MAX, "column count");
        long columnCount = in.lengthEncoded("column count");
        if (columnCount > COLUMNS_MAX || in.hasRemaining()) {
            throw in.impossible("a result has " + columnCount + " columns, at most 4096 can be");
        }
        sink.begin(columns((int) columnCount));
        PacketReader reader = line.reader;
        PayloadSink rows = sink::piece;
        long rowCount = 0;
        while (true) {
            reader.open();
            int first = reader.first();
            if (first == EofPacket.MARK && reader.isSingleFrame()) {
                return new Outcome(endOfRows(), (int) columnCount, rowCount);
            }
            if (first == ErrPacket.MARK) {
                throw line.readError().toException(where);
            }
            reader.transferTo(rows);
            rowCount++;
        }
    }

    /// Reads the definitions of `count` columns and what ends them.
    List<ColumnDefinition> columns(int count) {
        var columns = new ArrayList<ColumnDefinition>(Math.min(count, 4096));
        for (int i = 0; i < count; i++) {
            columns.add(ColumnDefinition.read(line.receive("column definition")));
        }
        if (!endsWithOk && count > 0) {
            line.receive("end of column definitions");
        }
        return columns;
    }

    private OkPacket endOfRows() {
        if (endsWithOk) {
            return readOk("end of rows");
        }
        EofPacket eof = EofPacket.read(line.reader.held(PacketLine.SMALL_BYTES_MAX, "end of rows"));
        return new OkPacket(0, 0, eof.status(), eof.warnings());
    }

    private RefusedException notAsked() {
        return new RefusedException(
                Problem.of(ClientError.LOCAL_FILE_NOT_ASKED)
                        .what("the server asked for a local file, which nothing here calls for")
                        .where("%s", where)
                        .remedy("Find out what answers at this address before connecting again."));
    }
}
