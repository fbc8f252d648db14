package io.holdfast.servertests.physical;

import io.holdfast.client.ConnectOptions;
import io.holdfast.client.Secret;
import io.holdfast.client.ServerAddress;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/// Stands between Holdfast and a server's Unix socket, and keeps a statement from the server once
/// another one was said: that is all that a server which answers late looks like from here.
final class HeldWords implements AutoCloseable {
    private final ServerSocketChannel listening;
    private final Path socket;
    private final Path server;
    private final String before;
    private final String held;
    private final CountDownLatch holds = new CountDownLatch(1);
    private final CountDownLatch released = new CountDownLatch(1);
    private volatile boolean isSaid;

    /// @param before a part of the statement after which the next `held` is kept
    /// @param held a part of the statement that is kept
    HeldWords(Path socket, Path server, String before, String held) throws IOException {
        this.socket = socket;
        this.server = server;
        this.before = before;
        this.held = held;
        this.listening = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        listening.bind(UnixDomainSocketAddress.of(socket));
        Thread.ofPlatform().daemon().start(this::accept);
    }

    ConnectOptions root() {
        return ConnectOptions.of(new ServerAddress.UnixSocket(socket), "root", Secret.of(""));
    }

    /// Waits until a statement is kept.
    ///
    /// @param saying what says it; if that ends before, it is told why
    void awaitHeld(Future<?> saying) throws InterruptedException, ExecutionException {
        while (!holds.await(100, TimeUnit.MILLISECONDS)) {
            if (saying.isDone()) {
                throw new AssertionError("never said; it came to " + saying.get());
            }
        }
    }

    void release() {
        released.countDown();
    }

    private void accept() {
        try {
            while (true) {
                SocketChannel client = listening.accept();
                SocketChannel to = SocketChannel.open(UnixDomainSocketAddress.of(server));
                Thread.ofPlatform().daemon().start(() -> carry(client, to, true));
                Thread.ofPlatform().daemon().start(() -> carry(to, client, false));
            }
        } catch (IOException _) {
            // Closed.
        }
    }

    private void carry(SocketChannel from, SocketChannel to, boolean isToServer) {
        ByteBuffer bytes = ByteBuffer.allocate(64 << 10);
        try (from;
                to) {
            while (from.read(bytes.clear()) >= 0) {
                bytes.flip();
                if (isToServer) {
                    look(StandardCharsets.ISO_8859_1.decode(bytes.duplicate()).toString());
                }
                while (bytes.hasRemaining()) {
                    to.write(bytes);
                }
            }
        } catch (IOException | InterruptedException _) {
            // Either side is gone, and so is the other now.
        }
    }

    private void look(String said) throws InterruptedException {
        if (isSaid && said.contains(held)) {
            holds.countDown();
            released.await();
        }
        isSaid |= said.contains(before);
    }

    @Override
    public void close() throws IOException {
        release();
        listening.close();
    }
}
