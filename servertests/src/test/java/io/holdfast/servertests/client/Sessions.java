package io.holdfast.servertests.client;

import io.holdfast.client.ConnectOptions;
import io.holdfast.client.Secret;
import io.holdfast.client.ServerAddress;
import io.holdfast.client.Session;
import io.holdfast.client.TlsOptions;
import io.holdfast.servertests.TestServer;

/// Sessions with a test server.
final class Sessions {
    private Sessions() {}

    static ConnectOptions socket(TestServer server) {
        return ConnectOptions.of(
                new ServerAddress.UnixSocket(server.socket()), "root", Secret.EMPTY);
    }

    static ConnectOptions tcp(TestServer server, String user, String password, TlsOptions tls) {
        return ConnectOptions.of(
                        new ServerAddress.Tcp("127.0.0.1", server.port()),
                        user,
                        Secret.of(password))
                .withTls(tls);
    }

    static Session root(TestServer server) {
        return Session.open(socket(server));
    }
}
