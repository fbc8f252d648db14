package io.holdfast.client;

import io.holdfast.core.ByteBuilder;
import io.holdfast.core.RefusedException;
import io.holdfast.core.SqlErrorException;
import io.holdfast.core.UnavailableException;
import io.holdfast.wire.Capabilities;
import io.holdfast.wire.Command;
import io.holdfast.wire.PreparedReply;
import io.holdfast.wire.ServerStatus;
import io.holdfast.wire.StatementCommand;
import io.holdfast.wire.TextRow;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A connection to a server, logged in, through which statements go one after another.
///
/// What a statement's failure does to the session: an error that the server reports
/// ([SqlErrorException]) leaves it usable; every other failure closes it, because the two sides no
/// longer agree where the next answer begins. Every method throws [UnavailableException] if the
/// connection breaks.
///
/// Confined to one thread at a time, but for [#abort()].
public final class Session implements AutoCloseable {
    /// How much of a result [#query(String)] holds at most.
    public static final long HELD_BYTES_MAX = 32L << 20;

    static final RowSink PASS_OVER = (_, _, _, _) -> {};

    private final PacketLine line;
    private final String serverVersion;
    private final long connectionId;
    private final boolean endsWithOk;
    private int warningCount;

    private Session(PacketLine line, Handshake.Agreed agreed) {
        this.line = line;
        this.serverVersion = agreed.greeting().serverVersion();
        this.connectionId = agreed.greeting().connectionId();
        this.endsWithOk = Capabilities.has(agreed.capabilities(), Capabilities.DEPRECATE_EOF);
    }

    /// Connects and logs in.
    ///
    /// @throws UnavailableException if the server cannot be reached, has no room or does not answer
    /// @throws RefusedException if it does not let the user in, or not as securely as asked for
    /// @throws SqlErrorException if it refuses for another reason, such as an unknown schema
    public static Session open(ConnectOptions options) {
        Transport transport = Transport.connect(options.address(), options.connectTimeout());
        boolean opened = false;
        try {
            transport.readTimeout(options.connectTimeout());
            var line = new PacketLine(transport, options.address().toString());
            var session = new Session(line, Handshake.perform(line, options));
            // A server may be configured to end results early, without a word.
            session.execute("SET SESSION sql_select_limit = 18446744073709551615");
            transport.readTimeout(options.readTimeout());
            opened = true;
            return session;
        } finally {
            if (!opened) {
                transport.close();
            }
        }
    }

    /// The version text that the server greeted with, such as `9.7.4` or `8.0.36-0ubuntu1`.
    public String serverVersion() {
        return serverVersion;
    }

    /// What `CONNECTION_ID()` returns on the server.
    public long connectionId() {
        return connectionId;
    }

    /// How many warnings the last statement left.
    public int warningCount() {
        return warningCount;
    }

    /// The address as messages name it.
    public String server() {
        return line.server;
    }

    /// Whether the connection is known to be closed.
    public boolean isClosed() {
        return line.transport.isClosed();
    }

    /// Runs a statement and holds its first result; further results are passed over. A statement
    /// without rows gives none.
    ///
    /// @throws RefusedException if the result has more than [#HELD_BYTES_MAX]; the session is
    ///   closed
    public Rows query(String sql) {
        List<Rows> results = queryAll(sql);
        return results.isEmpty() ? new Rows(List.of(), List.of()) : results.getFirst();
    }

    /// Runs a statement and holds all its results that have columns, as those of `CALL` do;
    /// together they have the limit of one.
    public List<Rows> queryAll(String sql) {
        var results = new ArrayList<Rows>();
        exchange(() -> {
            line.send(new Command.Query(sql));
            String where = where(sql);
            long left = HELD_BYTES_MAX;
            Outcome outcome;
            do {
                var values = new ArrayList<byte[] @Nullable []>();
                var held =
                        new HeldRows(
                                where,
                                left,
                                (row, columns) -> values.add(TextRow.read(row, columns.size())));
                outcome = readResult(where, held, null);
                if (outcome.columnCount() > 0) {
                    results.add(new Rows(held.columns(), values));
                    left = held.bytesLeft();
                }
            } while (hasMore(outcome));
            return outcome;
        });
        return results;
    }

    /// Runs a statement whose rows, if it has any, are of no interest.
    ///
    /// @return how many rows the (last) statement changed
    public long execute(String sql) {
        return exchange(() -> {
            line.send(new Command.Query(sql));
            return readResults(where(sql), PASS_OVER, null).ok().affectedRows();
        });
    }

    /// Runs a statement given as exact bytes, which need not be UTF-8: the server gives back, and
    /// takes, the bodies of stored programs in the character sets that they were created in.
    ///
    /// @return how many rows the (last) statement changed
    public long execute(byte[] sql) {
        return exchange(() -> {
            line.send(new Command.QueryBytes(sql));
            return readResults(where(new String(sql, StandardCharsets.UTF_8)), PASS_OVER, null)
                    .ok()
                    .affectedRows();
        });
    }

    /// Runs a statement and gives its rows to the sink as they come. No row is held whole.
    ///
    /// @return how many rows came
    public long stream(String sql, RowSink sink) {
        return exchange(() -> {
            line.send(new Command.Query(sql));
            return readResults(where(sql), sink, null).rowCount();
        });
    }

    /// Runs a `LOAD DATA LOCAL` statement with the given content, whatever file the statement
    /// names. If the content fails to be made, the session is closed and the server rolls the
    /// statement back. No other method ever gives the server anything of this machine.
    ///
    /// @return how many rows were loaded; see [#warningCount()]
    public long loadData(String sql, LocalFile content) {
        return exchange(() -> {
            line.send(new Command.Query(sql));
            return readResults(where(sql), PASS_OVER, content).ok().affectedRows();
        });
    }

    /// Has the server prepare a statement whose parameters are question marks.
    ///
    /// @throws SqlErrorException if it cannot be prepared
    public PreparedStatement prepare(String sql) {
        return exchange(() -> {
            var payload = new ByteBuilder();
            StatementCommand.prepare(payload, sql);
            line.restartSequence();
            line.sendPayload(payload);
            String where = where(sql);
            line.reader.open();
            if (line.isError()) {
                throw line.readError().toException(where);
            }
            PreparedReply reply =
                    PreparedReply.read(
                            line.reader.held(PacketLine.SMALL_BYTES_MAX, "prepared statement"));
            var definitions = new ResultReader(line, endsWithOk, where);
            definitions.columns(reply.parameterCount());
            definitions.columns(reply.columnCount());
            return new PreparedStatement(this, line, where, reply);
        });
    }

    /// Becomes a replica of the server and reads its binary log. The session can do nothing else
    /// from then on; closing the stream or the session ends both.
    ///
    /// @throws SqlErrorException if the server refuses: 1227 without the privilege REPLICATION
    ///   SLAVE
    public BinlogStream dumpBinlog(DumpRequest request) {
        return exchange(() -> new DumpOpening(this, line, request).open());
    }

    /// Turns the session over to the server's clone plugin. It can do nothing else from then on.
    ///
    /// @throws SqlErrorException if the server has none, or the account may not clone
    CloneLine cloneLine() {
        command(new Command.Clone(), "clone");
        return new CloneLine(this, line);
    }

    /// Asks for a sign of life.
    public void ping() {
        command(new Command.Ping(), "ping");
    }

    /// Puts the session back to its beginning: transaction rolled back, locks released, temporary
    /// tables and variables gone.
    public void reset() {
        command(new Command.ResetConnection(), "reset of the connection");
    }

    void command(Command command, String name) {
        exchange(() -> {
            line.send(command);
            return readResults("server " + line.server + ", " + name, PASS_OVER, null);
        });
    }

    Outcome readResults(String where, RowSink sink, @Nullable LocalFile content) {
        Outcome first = readResult(where, sink, content);
        Outcome last = first;
        while (hasMore(last)) {
            last = readResult(where, PASS_OVER, null);
        }
        return new Outcome(last.ok(), first.columnCount(), first.rowCount());
    }

    private Outcome readResult(String where, RowSink sink, @Nullable LocalFile content) {
        Outcome outcome = new ResultReader(line, endsWithOk, where).read(sink, content);
        warningCount = outcome.ok().warnings();
        return outcome;
    }

    private static boolean hasMore(Outcome outcome) {
        return (outcome.ok().status() & ServerStatus.MORE_RESULTS) != 0;
    }

    private String where(String sql) {
        return "server " + line.server + ", statement " + Statements.beginning(sql);
    }

    /// Runs one exchange of question and answers, and closes the connection if it did not come to
    /// its end.
    <T extends @Nullable Object> T exchange(Supplier<T> exchange) {
        boolean ended = false;
        try {
            T result = exchange.get();
            ended = true;
            return result;
        } catch (SqlErrorException e) {
            ended = true;
            throw e;
        } finally {
            if (!ended) {
                line.transport.close();
            }
        }
    }

    /// Closes the connection at once, from any thread. A thread that waits for the server fails
    /// with `SESSION_ABORTED`; the server ends what it was doing when it notices.
    public void abort() {
        line.transport.abort();
    }

    /// Says good-bye and closes the connection. Never fails.
    @Override
    public void close() {
        if (isClosed()) {
            return;
        }
        try {
            line.send(new Command.Quit());
        } catch (UnavailableException _) {
            // The server was gone before; there is nobody to say good-bye to.
        } finally {
            line.transport.close();
        }
    }
}
