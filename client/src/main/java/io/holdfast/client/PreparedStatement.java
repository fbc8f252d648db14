package io.holdfast.client;

import io.holdfast.core.ByteBuilder;
import io.holdfast.wire.BinaryRow;
import io.holdfast.wire.Command;
import io.holdfast.wire.PreparedReply;
import io.holdfast.wire.SqlValue;
import io.holdfast.wire.StatementCommand;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// A statement that the server has prepared, run as often as one likes with other values. Results
/// come in the binary protocol, in which a FLOAT has all its bits.
///
/// Belongs to its session, with which it ends; confined to the session's thread.
public final class PreparedStatement implements AutoCloseable {
    private static final int LONG_DATA_BYTES = 256 << 10;

    /// Command, statement and parameter number in front of each piece of long data.
    private static final int LONG_DATA_HEADER_BYTES = 7;

    private final Session session;
    private final PacketLine line;
    private final String where;
    private final PreparedReply reply;
    private final Set<Integer> sentBefore = new HashSet<>();
    private boolean isClosed;

    PreparedStatement(Session session, PacketLine line, String where, PreparedReply reply) {
        this.session = session;
        this.line = line;
        this.where = where;
        this.reply = reply;
    }

    public int parameterCount() {
        return reply.parameterCount();
    }

    /// Sends a parameter's bytes in pieces, ahead of the next run, in which `values` has any value
    /// in its place. The server keeps them in memory, up to its `max_allowed_packet`.
    ///
    /// @param index from 0
    public void sendLongData(int index, LocalFile content) {
        if (index < 0 || index >= reply.parameterCount()) {
            throw new IllegalArgumentException("there is no parameter " + index);
        }
        session.exchange(() -> {
            sendPiece(index, new byte[0], 0, 0); // an empty content is not NULL
            content.writeTo((bytes, offset, byteCount) -> {
                for (int sent = 0; sent < byteCount; sent += LONG_DATA_BYTES) {
                    int part = Math.min(LONG_DATA_BYTES, byteCount - sent);
                    sendPiece(index, bytes, offset + sent, part);
                }
            });
            line.writer.flush();
            return null;
        });
        sentBefore.add(index);
    }

    private void sendPiece(int index, byte[] bytes, int offset, int byteCount) {
        line.restartSequence();
        var header =
                new ByteBuilder(16)
                        .u8(Command.STMT_SEND_LONG_DATA)
                        .u32(reply.statement())
                        .u16(index);
        line.writer.begin((long) LONG_DATA_HEADER_BYTES + byteCount);
        line.writer.accept(header.array(), 0, header.byteCount());
        line.writer.accept(bytes, offset, byteCount);
    }

    /// Runs the statement; its rows, if it has any, are of no interest.
    ///
    /// @return how many rows it changed
    public long execute(List<? extends SqlValue> values) {
        return run(values, Session.PASS_OVER).ok().affectedRows();
    }

    /// Runs the statement and gives its rows to the sink as they come: binary rows, see
    /// [BinaryRow]. No row is held whole.
    ///
    /// @return how many rows came
    public long stream(List<? extends SqlValue> values, RowSink sink) {
        return run(values, sink).rowCount();
    }

    /// Runs the statement and holds its result, at most [Session#HELD_BYTES_MAX] of it.
    ///
    /// @throws io.holdfast.core.RefusedException if it has more; the session is closed
    public ValueRows query(List<? extends SqlValue> values) {
        var rows = new ArrayList<List<SqlValue>>();
        var held =
                new HeldRows(
                        where,
                        Session.HELD_BYTES_MAX,
                        (row, columns) -> rows.add(BinaryRow.read(row, columns)));
        run(values, held);
        return new ValueRows(held.columns(), rows);
    }

    private Outcome run(List<? extends SqlValue> values, RowSink sink) {
        if (values.size() != reply.parameterCount()) {
            throw new IllegalArgumentException(
                    values.size() + " values for " + reply.parameterCount() + " parameters");
        }
        var all = new ArrayList<SqlValue>(values);
        sentBefore.forEach(index -> all.set(index, new SqlValue.SentBefore()));
        sentBefore.clear();
        return session.exchange(() -> {
            var payload = new ByteBuilder();
            StatementCommand.execute(payload, reply.statement(), all);
            line.restartSequence();
            line.sendPayload(payload);
            return session.readResults(where, sink, null);
        });
    }

    /// Lets the server forget the statement.
    @Override
    public void close() {
        if (!isClosed && !session.isClosed()) {
            isClosed = true;
            var payload = new ByteBuilder();
            StatementCommand.close(payload, reply.statement());
            line.restartSequence();
            line.sendPayload(payload);
        }
    }
}
