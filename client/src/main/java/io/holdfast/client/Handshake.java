package io.holdfast.client;

import io.holdfast.core.ByteBuilder;
import io.holdfast.core.ByteCursor;
import io.holdfast.core.HoldfastException;
import io.holdfast.core.Problem;
import io.holdfast.core.RefusedException;
import io.holdfast.core.UnavailableException;
import io.holdfast.wire.AuthPacket;
import io.holdfast.wire.CachingSha2Password;
import io.holdfast.wire.Capabilities;
import io.holdfast.wire.ErrPacket;
import io.holdfast.wire.HandshakeResponse;
import io.holdfast.wire.InitialHandshake;
import io.holdfast.wire.NativePassword;
import io.holdfast.wire.OkPacket;
import java.util.Map;

/// The beginning of a connection: greeting, TLS, who we are, the proof of the password.
///
/// States: greeting read → (TLS asked for and shaken) → response sent → {switch to another method,
/// the method's own talk}* → OK or error. The password itself leaves this machine only inside TLS,
/// through a Unix socket, or encrypted with the server's RSA key.
final class Handshake {
    /// `utf8mb4_0900_ai_ci`, which every supported server has.
    private static final int COLLATION = 255;

    private static final long PACKET_BYTES_MAX = 1L << 30;
    private static final long WANTED =
            Capabilities.LONG_PASSWORD
                    | Capabilities.LONG_FLAG
                    | Capabilities.LOCAL_FILES
                    | Capabilities.PROTOCOL_41
                    | Capabilities.TRANSACTIONS
                    | Capabilities.SECURE_CONNECTION
                    | Capabilities.MULTI_RESULTS
                    | Capabilities.PS_MULTI_RESULTS
                    | Capabilities.PLUGIN_AUTH
                    | Capabilities.CONNECT_ATTRS
                    | Capabilities.PLUGIN_AUTH_LENENC_CLIENT_DATA
                    | Capabilities.DEPRECATE_EOF;

    private static final int ACCESS_DENIED = 1045;
    private static final int ACCESS_DENIED_NO_PASSWORD = 1698;
    private static final int HOST_BLOCKED = 1129;
    private static final int HOST_NOT_PRIVILEGED = 1130;
    private static final int ACCOUNT_LOCKED = 3118;
    private static final int TOO_MANY_CONNECTIONS = 1040;
    private static final int SHUTTING_DOWN = 1053;
    private static final int USER_LIMIT = 1203;
    private static final int SERVER_OFFLINE = 3032;

    private final PacketLine line;
    private final ConnectOptions options;
    private boolean secure;

    private Handshake(PacketLine line, ConnectOptions options) {
        this.line = line;
        this.options = options;
        this.secure = options.address() instanceof ServerAddress.UnixSocket;
    }

    /// What was agreed.
    record Agreed(InitialHandshake greeting, long capabilities) {}

    /// Runs the handshake to its end.
    ///
    /// @throws RefusedException if the server is of no kind that we support, does not let the user
    ///   in, offers no TLS where it is asked for, or wants a method we do not speak
    /// @throws UnavailableException if the server has no room or is shutting down
    static Agreed perform(PacketLine line, ConnectOptions options) {
        return new Handshake(line, options).run();
    }

    private Agreed run() {
        ByteCursor first = line.receive("greeting");
        if (first.hasRemaining() && (first.array()[first.index()] & 0xFF) == ErrPacket.MARK) {
            throw refused(ErrPacket.read(first));
        }
        InitialHandshake greeting = InitialHandshake.read(first);
        SupportedServer.demand(greeting.serverVersion(), where());
        long capabilities = greeting.capabilities() & WANTED;
        if (!options.schema().isEmpty()) {
            capabilities |= Capabilities.CONNECT_WITH_DB;
        }
        boolean tls = options.tls().mode() != TlsMode.DISABLED;
        if (tls) {
            if (!Capabilities.has(greeting.capabilities(), Capabilities.SSL)) {
                throw tlsNotOffered();
            }
            capabilities |= Capabilities.SSL;
        }
        String method =
                greeting.authMethod().equals(NativePassword.NAME)
                        ? NativePassword.NAME
                        : CachingSha2Password.NAME;
        var response =
                new HandshakeResponse(
                        capabilities,
                        PACKET_BYTES_MAX,
                        COLLATION,
                        options.user(),
                        proof(method, greeting.nonce()),
                        options.schema(),
                        method,
                        Map.of("program_name", "holdfast", "_client_name", "holdfast"));
        var payload = new ByteBuilder();
        if (tls) {
            response.writeTlsRequest(payload);
            line.sendPayload(payload);
            payload.clear();
            if (line.reader.bufferedBytes() > 0) {
                // Whoever stands in between could else put words into the encrypted conversation.
                throw first.impossible("the server spoke on in the clear when TLS was to begin");
            }
            TlsUpgrade.perform(line.transport, options);
            secure = true;
        }
        response.write(payload);
        line.sendPayload(payload);
        prove(method, greeting.nonce());
        return new Agreed(greeting, capabilities);
    }

    /// Answers the server until it lets us in.
    private void prove(String firstMethod, byte[] firstNonce) {
        String method = firstMethod;
        byte[] nonce = firstNonce;
        while (true) {
            ByteCursor in = line.receive("authentication packet");
            in.need(1, "authentication packet");
            switch (in.array()[in.index()] & 0xFF) {
                case OkPacket.MARK -> {
                    return;
                }
                case ErrPacket.MARK -> throw refused(ErrPacket.read(in));
                case AuthPacket.Switch.MARK -> {
                    if (in.remaining() == 1) {
                        throw unsupported("mysql_old_password");
                    }
                    AuthPacket.Switch asked = AuthPacket.Switch.read(in);
                    method = asked.authMethod();
                    nonce = asked.nonce();
                    line.sendPayload(new ByteBuilder().bytes(proof(method, nonce)));
                }
                case AuthPacket.MoreData.MARK ->
                        answer(method, nonce, AuthPacket.MoreData.read(in));
                default ->
                        throw in.impossible(
                                "the server sent something else than an authentication packet");
            }
        }
    }

    private byte[] proof(String method, byte[] nonce) {
        if (nonce.length != InitialHandshake.NONCE_BYTES) {
            throw unsupported(method);
        }
        return switch (method) {
            case CachingSha2Password.NAME ->
                    CachingSha2Password.scramble(options.password().utf8(), nonce);
            case NativePassword.NAME -> NativePassword.scramble(options.password().utf8(), nonce);
            default -> throw unsupported(method);
        };
    }

    private void answer(String method, byte[] nonce, AuthPacket.MoreData more) {
        byte[] content = more.content();
        if (!method.equals(CachingSha2Password.NAME) || content.length != 1) {
            throw unsupported(method);
        }
        switch (content[0]) {
            case CachingSha2Password.FAST_OK -> {}
            case CachingSha2Password.FULL_NEEDED -> provePassword(nonce);
            default -> throw unsupported(method);
        }
    }

    private void provePassword(byte[] nonce) {
        byte[] password = options.password().utf8();
        if (secure) {
            line.sendPayload(new ByteBuilder().bytes(CachingSha2Password.clear(password)));
            return;
        }
        line.sendPayload(new ByteBuilder().u8(CachingSha2Password.KEY_REQUEST));
        ByteCursor in = line.receive("RSA key");
        if (in.hasRemaining() && (in.array()[in.index()] & 0xFF) == ErrPacket.MARK) {
            throw refused(ErrPacket.read(in));
        }
        byte[] key = AuthPacket.MoreData.read(in).content();
        line.sendPayload(
                new ByteBuilder()
                        .bytes(CachingSha2Password.encrypted(password, nonce, key, where())));
    }

    private String where() {
        return "server " + line.server;
    }

    private RefusedException tlsNotOffered() {
        return new RefusedException(
                Problem.of(ClientError.TLS_NOT_OFFERED)
                        .what(
                                "the server offers no TLS, the mode is %s",
                                options.tls().mode().text())
                        .where("%s", where())
                        .remedy(
                                "Give the server a certificate (ssl_cert, ssl_key), or set ssl-mode=DISABLED if nobody can listen on the way."));
    }

    private RefusedException unsupported(String method) {
        return new RefusedException(
                Problem.of(ClientError.AUTH_METHOD_UNSUPPORTED)
                        .what("user '%s' is asked for by the method '%s'", options.user(), method)
                        .where("%s", where())
                        .remedy(
                                "Use an account with caching_sha2_password: ALTER USER … IDENTIFIED WITH caching_sha2_password."));
    }

    /// What an error during the handshake means.
    private HoldfastException refused(ErrPacket error) {
        return switch (error.number()) {
            case ACCESS_DENIED,
                    ACCESS_DENIED_NO_PASSWORD,
                    HOST_BLOCKED,
                    HOST_NOT_PRIVILEGED,
                    ACCOUNT_LOCKED ->
                    new RefusedException(
                            Problem.of(ClientError.ACCESS_DENIED)
                                    .what(
                                            "the server does not let user '%s' in (%s password): %s",
                                            options.user(),
                                            options.password().isEmpty() ? "without" : "with",
                                            error.message())
                                    .where("%s", where())
                                    .remedy(
                                            "Check user and password in the option file, and the account's host part."));
            case TOO_MANY_CONNECTIONS, SHUTTING_DOWN, USER_LIMIT, SERVER_OFFLINE ->
                    new UnavailableException(
                            Problem.of(ClientError.SERVER_BUSY)
                                    .what(
                                            "the server takes no connection now: error %d, %s",
                                            error.number(), error.message())
                                    .where("%s", where())
                                    .remedy("Try again later, or raise max_connections."));
            default -> error.toException(where());
        };
    }
}
