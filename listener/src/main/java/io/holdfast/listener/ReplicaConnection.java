package io.holdfast.listener;

import io.holdfast.binlog.GtidSetCodec;
import io.holdfast.core.BinlogPosition;
import io.holdfast.core.ByteBuilder;
import io.holdfast.core.ByteCursor;
import io.holdfast.core.HoldfastException;
import io.holdfast.wire.AuthPacket;
import io.holdfast.wire.CachingSha2Password;
import io.holdfast.wire.Capabilities;
import io.holdfast.wire.ColumnDefinition;
import io.holdfast.wire.ColumnType;
import io.holdfast.wire.Command;
import io.holdfast.wire.EofPacket;
import io.holdfast.wire.ErrPacket;
import io.holdfast.wire.HandshakeResponse;
import io.holdfast.wire.InitialHandshake;
import io.holdfast.wire.OkPacket;
import io.holdfast.wire.PacketReader;
import io.holdfast.wire.PacketSequence;
import io.holdfast.wire.PacketWriter;
import io.holdfast.wire.ServerStatus;
import io.holdfast.wire.TextRow;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Consumer;

/// One connection of a replica, from handshake to the end of the dump. Blocking; confined to its
/// thread.
///
/// The password is known to us in clear, so the fast path of `caching_sha2_password` always serves
/// and the replica needs neither TLS nor our RSA key.
final class ReplicaConnection {
    private static final int COMMAND_BYTES_MAX = 64 << 20;
    private static final int COLLATION_UTF8MB4 = 255;
    private static final int ACCESS_DENIED = 1045;
    private static final int UNKNOWN_COMMAND = 1047;
    private static final int FATAL_READING_BINLOG = 1236;
    private static final long CAPABILITIES =
            Capabilities.LONG_PASSWORD
                    | Capabilities.LONG_FLAG
                    | Capabilities.CONNECT_WITH_DB
                    | Capabilities.PROTOCOL_41
                    | Capabilities.TRANSACTIONS
                    | Capabilities.SECURE_CONNECTION
                    | Capabilities.PLUGIN_AUTH
                    | Capabilities.CONNECT_ATTRS
                    | Capabilities.PLUGIN_AUTH_LENENC_CLIENT_DATA;

    private final ReplicaSocket socket;
    private final SourceIdentity identity;
    private final Login login;
    private final BinlogFeed feed;
    private final InstantSource clock;
    private final Consumer<RuntimeException> feedFailed;
    private final PacketSequence sequence = new PacketSequence();
    private final PacketReader reader;
    private final PacketWriter writer;
    private final SourceQuestions questions;

    /// Whom alone the source lets in.
    record Login(String user, String password) {
        @Override
        public String toString() {
            return user;
        }
    }

    /// @param feedFailed told if the feed fails; the replica is told as well
    ReplicaConnection(
            ReplicaSocket socket,
            SourceIdentity identity,
            Login login,
            BinlogFeed feed,
            InstantSource clock,
            Consumer<RuntimeException> feedFailed) {
        this.socket = socket;
        this.identity = identity;
        this.login = login;
        this.feed = feed;
        this.clock = clock;
        this.feedFailed = feedFailed;
        this.reader = new PacketReader(socket, sequence, socket.name());
        this.writer = new PacketWriter(socket, sequence);
        this.questions = new SourceQuestions(identity);
    }

    /// Serves the replica until it leaves.
    ///
    /// @throws HoldfastException if the connection breaks, or the feed fails; in the latter case
    ///   the replica was told
    void serve(long connectionId, SecureRandom random) {
        if (!greet(connectionId, random)) {
            return;
        }
        boolean goesOn = true;
        while (goesOn) {
            sequence.restart();
            reader.open();
            Command command = Command.read(reader.held(COMMAND_BYTES_MAX, "command"));
            goesOn = obey(command);
        }
    }

    private boolean greet(long connectionId, SecureRandom random) {
        byte[] nonce = new byte[InitialHandshake.NONCE_BYTES];
        for (int i = 0; i < nonce.length; i++) {
            nonce[i] = (byte) (33 + random.nextInt(90));
        }
        var hello = new ByteBuilder();
        new InitialHandshake(
                        identity.serverVersion(),
                        connectionId,
                        nonce,
                        CAPABILITIES,
                        COLLATION_UTF8MB4,
                        ServerStatus.AUTOCOMMIT,
                        CachingSha2Password.NAME)
                .write(hello);
        send(hello);
        reader.open();
        HandshakeResponse response =
                HandshakeResponse.read(reader.held(COMMAND_BYTES_MAX, "handshake response"));
        byte[] scramble = response.authResponse();
        if (!response.authMethod().equals(CachingSha2Password.NAME)) {
            var change = new ByteBuilder();
            new AuthPacket.Switch(CachingSha2Password.NAME, nonce).write(change);
            send(change);
            reader.open();
            ByteCursor again = reader.held(COMMAND_BYTES_MAX, "scramble");
            scramble = again.bytes(again.remaining(), "scramble");
        }
        byte[] expected =
                CachingSha2Password.scramble(
                        login.password().getBytes(StandardCharsets.UTF_8), nonce);
        if (!login.user().equals(response.user()) || !MessageDigest.isEqual(expected, scramble)) {
            fail(ACCESS_DENIED, "28000", "Access denied");
            return false;
        }
        var fast = new ByteBuilder();
        new AuthPacket.MoreData(new byte[] {CachingSha2Password.FAST_OK}).write(fast);
        send(fast);
        done();
        return true;
    }

    /// @return whether another command may follow
    private boolean obey(Command command) {
        switch (command) {
            case Command.Quit _ -> {
                return false;
            }
            case Command.Ping _, Command.ResetConnection _, Command.RegisterReplica _ -> done();
            case Command.Query query -> answer(query.sql());
            case Command.QueryBytes query -> answer(query.text());
            case Command.BinlogDump dump -> {
                dump(
                        new DumpRequest.FromPosition(
                                new BinlogPosition(dump.file(), dump.offset())),
                        dump.flags());
                return false;
            }
            case Command.BinlogDumpGtid dump -> {
                if (!identity.hasGtids()) {
                    fail(FATAL_READING_BINLOG, "HY000", "The served log has no GTIDs");
                    return false;
                }
                byte[] set = dump.encodedGtidSet();
                var executed =
                        GtidSetCodec.decode(new ByteCursor(set, socket.name() + " (GTIDs)", 0));
                dump(new DumpRequest.WithoutGtids(executed), dump.flags());
                return false;
            }
            case Command.Clone _ ->
                    fail(UNKNOWN_COMMAND, "08S01", "Unknown command " + Command.CLONE);
            case Command.Other other ->
                    fail(UNKNOWN_COMMAND, "08S01", "Unknown command " + other.number());
        }
        return true;
    }

    private void dump(DumpRequest request, int flags) {
        try {
            new DumpSender(socket, writer, identity.serverId(), questions)
                    .send(feed, request, flags);
        } catch (HoldfastException failure) {
            if (failure.problem().code() == ListenerError.REPLICA_LOST) {
                throw failure;
            }
            refuse(failure, failure.problem().code().name());
        } catch (RuntimeException bug) {
            refuse(bug, "a bug in Holdfast");
        }
    }

    /// Makes the replica stop instead of asking again for ever; the reason is kept for our user.
    private void refuse(RuntimeException failure, String why) {
        feedFailed.accept(failure);
        fail(FATAL_READING_BINLOG, "HY000", why);
    }

    private void answer(String statement) {
        switch (questions.answer(statement, clock.instant().getEpochSecond())) {
            case SourceAnswer.Done _ -> done();
            case SourceAnswer.Value value ->
                    result(List.of(value.column()), List.of(List.of(value.value())));
            case SourceAnswer.NoVariable _ -> result(List.of("Variable_name", "Value"), List.of());
            case SourceAnswer.Failure failure ->
                    fail(failure.number(), failure.sqlState(), failure.message());
        }
    }

    private void result(List<String> columns, List<List<String>> rows) {
        put(new ByteBuilder().lengthEncoded(columns.size()));
        for (String column : columns) {
            var definition = new ByteBuilder();
            ColumnDefinition.named(column, ColumnType.VAR_STRING, COLLATION_UTF8MB4)
                    .write(definition);
            put(definition);
        }
        end();
        for (List<String> row : rows) {
            var values = new ByteBuilder();
            TextRow.write(values, row);
            put(values);
        }
        end();
        writer.flush();
    }

    private void end() {
        var eof = new ByteBuilder();
        new EofPacket(0, ServerStatus.AUTOCOMMIT).write(eof);
        put(eof);
    }

    private void done() {
        var ok = new ByteBuilder();
        new OkPacket(0, 0, ServerStatus.AUTOCOMMIT, 0).write(ok);
        send(ok);
    }

    private void fail(int number, String sqlState, String message) {
        var error = new ByteBuilder();
        new ErrPacket(number, sqlState, message).write(error);
        send(error);
    }

    private void put(ByteBuilder payload) {
        writer.payload(payload);
    }

    private void send(ByteBuilder payload) {
        put(payload);
        writer.flush();
    }
}
