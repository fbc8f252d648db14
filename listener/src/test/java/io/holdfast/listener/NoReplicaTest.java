package io.holdfast.listener;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.testkit.Seeded;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.util.UUID;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/// Goal: what connects and is no replica is turned away and disturbs nobody.
@Seeded
class NoReplicaTest {
    private static ReplicationSource source() {
        return ReplicationSource.open(
                new SourceIdentity(77, new UUID(1, 2), "9.7.4", true),
                _ -> {
                    throw new AssertionError("a stranger was served");
                });
    }

    @Test
    void garbageEndsTheConnectionOnly(RandomGenerator random) throws IOException {
        try (ReplicationSource source = source()) {
            for (int round = 0; round < 50; round++) {
                byte[] garbage = new byte[3 + random.nextInt(400)];
                random.nextBytes(garbage);
                garbage[2] = 0; // else the source waits for megabytes that do not come
                try (var socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), source.port())) {
                    socket.getOutputStream().write(garbage);
                    socket.shutdownOutput();
                    var _ = socket.getInputStream().readAllBytes();
                } catch (SocketException _) {
                    // Reset, because the source left garbage unread.
                }
            }
            assertThat(source.connectionCount()).isEqualTo(50);
            source.check();
        }
    }

    @Test
    void closingEndsConnectionsThatSayNothing() throws IOException {
        Socket socket;
        try (ReplicationSource source = source()) {
            socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), source.port());
            assertThat(socket.getInputStream().read()).isPositive();
        }
        try (socket) {
            socket.getInputStream().readAllBytes();
        }
    }
}
