package io.holdfast.client;

import java.time.Duration;

/// Everything that a session needs to come about.
///
/// @param schema the default schema, empty for none
/// @param connectTimeout how long the connection and the handshake may each wait; zero for ever
/// @param readTimeout how long the server may stay silent when an answer is awaited; zero for ever,
///   which is the default: a statement may run for hours
public record ConnectOptions(
        ServerAddress address,
        String user,
        Secret password,
        TlsOptions tls,
        String schema,
        Duration connectTimeout,
        Duration readTimeout) {
    private static final Duration CONNECT_TIMEOUT_DEFAULT = Duration.ofSeconds(10);

    /// The options with which most sessions begin: TLS as fits the address (see [TlsOptions]), no
    /// schema, 10 s to connect, no limit on how long a statement may run.
    public static ConnectOptions of(ServerAddress address, String user, Secret password) {
        return new ConnectOptions(
                address,
                user,
                password,
                TlsOptions.defaultFor(address),
                "",
                CONNECT_TIMEOUT_DEFAULT,
                Duration.ZERO);
    }

    /// The same server, as somebody else.
    public ConnectOptions withAccount(String otherUser, Secret otherPassword) {
        return new ConnectOptions(
                address, otherUser, otherPassword, tls, schema, connectTimeout, readTimeout);
    }

    public ConnectOptions withTls(TlsOptions options) {
        return new ConnectOptions(
                address, user, password, options, schema, connectTimeout, readTimeout);
    }

    public ConnectOptions withSchema(String name) {
        return new ConnectOptions(address, user, password, tls, name, connectTimeout, readTimeout);
    }

    public ConnectOptions withConnectTimeout(Duration timeout) {
        return new ConnectOptions(address, user, password, tls, schema, timeout, readTimeout);
    }

    public ConnectOptions withReadTimeout(Duration timeout) {
        return new ConnectOptions(address, user, password, tls, schema, connectTimeout, timeout);
    }
}
