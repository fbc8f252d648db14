package io.holdfast.mysqld;

import io.holdfast.core.Selection;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;

/// Asks whether a server offers its greeting on a Unix socket, which needs no account.
///
/// Source: MySQL Internals, "Protocol::HandshakeV10": four bytes of packet header, then 10.
final class Greeting {
    private static final int PACKET_HEADER_BYTES = 4;
    private static final int PROTOCOL_VERSION = 10;
    private static final long SILENCE_MILLIS_MAX = 2_000;

    private Greeting() {}

    /// Waits two seconds at most for a server that accepts the connection and says nothing.
    static boolean isOffered(Path socket) {
        if (!Files.exists(socket)) {
            return false;
        }
        try (var channel = SocketChannel.open(StandardProtocolFamily.UNIX);
                var selector = Selector.open()) {
            if (!channel.connect(UnixDomainSocketAddress.of(socket))) {
                return false;
            }
            channel.configureBlocking(false);
            channel.register(selector, SelectionKey.OP_READ);
            if (Selection.await(selector, SILENCE_MILLIS_MAX) == 0) {
                return false;
            }
            var start = ByteBuffer.allocate(PACKET_HEADER_BYTES + 1);
            return channel.read(start) > PACKET_HEADER_BYTES
                    && start.get(PACKET_HEADER_BYTES) == PROTOCOL_VERSION;
        } catch (IOException _) {
            return false;
        }
    }
}
