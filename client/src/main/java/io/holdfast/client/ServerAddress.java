package io.holdfast.client;

import java.nio.file.Path;

/// Where a server listens.
public sealed interface ServerAddress {
    int PORT_DEFAULT = 3306;

    /// A port of a machine, reached through a network.
    ///
    /// @param host a name or a literal address
    /// @param port 1 to 65535
    record Tcp(String host, int port) implements ServerAddress {
        public Tcp {
            if (port < 1 || port > 0xFFFF) {
                throw new IllegalArgumentException("port must be 1 to 65535, got " + port);
            }
        }

        @Override
        public String toString() {
            return host.indexOf(':') >= 0 ? "[" + host + "]:" + port : host + ":" + port;
        }
    }

    /// A socket file on this machine, which nobody else can listen to.
    record UnixSocket(Path path) implements ServerAddress {
        @Override
        public String toString() {
            return path.toString();
        }
    }
}
