package io.holdfast.client;

import io.holdfast.core.Selection;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;

/// A Unix socket behind the face of a [Socket], so that TLS and timeouts work on it as on TCP.
///
/// The JDK has Unix sockets as channels only, whose blocking reads know no timeout. So the channel
/// does not block, and a selector waits where it would have to. One thread reads or writes at a
/// time; [#close()] may come from any.
final class UnixStreamSocket extends Socket {
    private final SocketChannel channel;
    private final Selector selector;
    private final SelectionKey key;
    private volatile int timeoutMillis;

    private UnixStreamSocket(SocketChannel channel, Selector selector) throws IOException {
        this.channel = channel;
        this.selector = selector;
        channel.configureBlocking(false);
        this.key = channel.register(selector, 0);
    }

    static UnixStreamSocket connect(Path path) throws IOException {
        SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(path));
        try {
            return new UnixStreamSocket(channel, Selector.open());
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    private void await(int operation) throws IOException {
        try {
            awaitOpen(operation);
        } catch (ClosedSelectorException | CancelledKeyException closed) {
            // Another thread closed the socket while this one was about to wait.
            var failure = new ClosedChannelException();
            failure.initCause(closed);
            throw failure;
        }
    }

    private void awaitOpen(int operation) throws IOException {
        key.interestOps(operation);
        long deadlineNanos = System.nanoTime() + timeoutMillis * 1_000_000L;
        while (true) {
            long leftMillis =
                    timeoutMillis == 0 ? 0 : (deadlineNanos - System.nanoTime()) / 1_000_000;
            if (timeoutMillis != 0 && leftMillis <= 0) {
                throw new SocketTimeoutException("no answer in " + timeoutMillis + " ms");
            }
            int ready = Selection.await(selector, leftMillis);
            if (!channel.isOpen()) {
                throw new ClosedChannelException();
            }
            if (Thread.currentThread().isInterrupted()) {
                throw new SocketException("interrupted");
            }
            selector.selectedKeys().clear();
            if (ready > 0) {
                return;
            }
        }
    }

    @Override
    public InputStream getInputStream() {
        return new InputStream() {
            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
            }

            @Override
            public int read(byte[] bytes, int offset, int byteCount) throws IOException {
                ByteBuffer into = ByteBuffer.wrap(bytes, offset, byteCount);
                while (true) {
                    int got = channel.read(into);
                    if (got != 0 || byteCount == 0) {
                        return got;
                    }
                    await(SelectionKey.OP_READ);
                }
            }
        };
    }

    @Override
    public OutputStream getOutputStream() {
        return new OutputStream() {
            @Override
            public void write(int value) throws IOException {
                write(new byte[] {(byte) value}, 0, 1);
            }

            @Override
            public void write(byte[] bytes, int offset, int byteCount) throws IOException {
                ByteBuffer from = ByteBuffer.wrap(bytes, offset, byteCount);
                while (from.hasRemaining()) {
                    if (channel.write(from) == 0) {
                        await(SelectionKey.OP_WRITE);
                    }
                }
            }
        };
    }

    @Override
    public void setSoTimeout(int millis) {
        timeoutMillis = millis;
    }

    @Override
    public int getSoTimeout() {
        return timeoutMillis;
    }

    @Override
    public boolean isConnected() {
        return true;
    }

    @Override
    public boolean isClosed() {
        return !channel.isOpen();
    }

    @Override
    public void setTcpNoDelay(boolean on) {
        // A Unix socket never delays.
    }

    @Override
    public void close() throws IOException {
        channel.close();
        selector.close();
    }
}
