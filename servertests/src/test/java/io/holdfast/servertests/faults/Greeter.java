package io.holdfast.servertests.faults;

import io.holdfast.core.ByteBuilder;
import io.holdfast.wire.InitialHandshake;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicInteger;

/// Something that greets as a MySQL server of a kind and version that we have none of, and counts
/// what it is told after that. It speaks no further.
final class Greeter implements AutoCloseable {
    private static final byte[] NONCE =
            "abcdefghijklmnopqrst".getBytes(java.nio.charset.StandardCharsets.US_ASCII);

    private final ServerSocket socket;
    private final AtomicInteger bytesHeard = new AtomicInteger();
    private final Thread thread;

    Greeter(String version) throws IOException {
        socket = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
        thread = Thread.ofVirtual().name("greeter").start(() -> greet(version));
    }

    int port() {
        return socket.getLocalPort();
    }

    /// How many bytes anybody has said to it.
    int bytesHeard() {
        return bytesHeard.get();
    }

    private void greet(String version) {
        var greeting = new ByteBuilder();
        new InitialHandshake(version, 1, NONCE, 0xDFFF_FFFFL, 255, 2, "caching_sha2_password")
                .write(greeting);
        byte[] payload = java.util.Arrays.copyOf(greeting.array(), greeting.byteCount());
        try {
            while (true) {
                try (Socket client = socket.accept()) {
                    client.getOutputStream().write(new byte[] {(byte) payload.length, 0, 0, 0});
                    client.getOutputStream().write(payload);
                    while (client.getInputStream().read() >= 0) {
                        bytesHeard.incrementAndGet();
                    }
                }
            }
        } catch (IOException _) {
            // Closed: the test is over.
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
        thread.interrupt();
    }
}
