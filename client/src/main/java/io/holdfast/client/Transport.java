package io.holdfast.client;

import io.holdfast.core.ByteSink;
import io.holdfast.core.CoreError;
import io.holdfast.core.HoldfastException;
import io.holdfast.core.InterruptedWorkException;
import io.holdfast.core.Problem;
import io.holdfast.core.UnavailableException;
import io.holdfast.wire.ByteInput;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Duration;

/// The bytes between us and a server: a TCP or Unix socket, later perhaps inside TLS.
///
/// Confined to one thread, but for [#abort()].
final class Transport implements ByteInput, ByteSink {
    private final Socket raw;
    private final String peer;
    private InputStream in;
    private OutputStream out;
    private volatile boolean aborted;

    private Transport(Socket raw, String peer) throws IOException {
        this.raw = raw;
        this.peer = peer;
        this.in = raw.getInputStream();
        this.out = raw.getOutputStream();
    }

    /// Connects.
    ///
    /// @throws UnavailableException if nobody answers at the address
    /// @throws InterruptedWorkException if this thread is interrupted
    static Transport connect(ServerAddress address, Duration timeout) {
        try {
            return new Transport(
                    switch (address) {
                        case ServerAddress.UnixSocket(var path) -> UnixStreamSocket.connect(path);
                        case ServerAddress.Tcp(String host, int port) -> tcp(host, port, timeout);
                    },
                    address.toString());
        } catch (IOException e) {
            if (Thread.currentThread().isInterrupted()) {
                throw interrupted(address.toString(), e);
            }
            throw new UnavailableException(
                    Problem.of(ClientError.SERVER_UNREACHABLE)
                            .what("%s", reason(e))
                            .where("server %s", address)
                            .remedy("Check that mysqld runs there and that the address is right."),
                    e);
        }
    }

    private static Socket tcp(String host, int port, Duration timeout) throws IOException {
        var socket = new Socket();
        try {
            socket.setTcpNoDelay(true);
            socket.setKeepAlive(true);
            socket.connect(new InetSocketAddress(host, port), millis(timeout));
            return socket;
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    private static String reason(IOException e) {
        return switch (e) {
            case SocketTimeoutException _ -> "the connection was not accepted in time";
            case UnknownHostException _ -> "the host name is not known";
            default -> {
                String message = e.getMessage();
                yield message == null ? "the connection did not come about" : message;
            }
        };
    }

    private static int millis(Duration timeout) {
        return (int) Math.min(timeout.toMillis(), Integer.MAX_VALUE);
    }

    Socket socket() {
        return raw;
    }

    /// Continues inside TLS, which the given socket speaks over [#socket()].
    void continueIn(Socket tls) throws IOException {
        in = tls.getInputStream();
        out = tls.getOutputStream();
    }

    /// How long a read may wait from now on; zero for ever.
    void readTimeout(Duration timeout) {
        try {
            raw.setSoTimeout(millis(timeout));
        } catch (IOException e) {
            throw failure(e);
        }
    }

    @Override
    public int read(byte[] bytes, int offset, int byteCountMax) {
        try {
            int got = in.read(bytes, offset, byteCountMax);
            if (got < 0) {
                // A server that dies closes or resets the connection, as chance has it; to users it
                // is one failure.
                throw new EOFException("it was closed while an answer was awaited");
            }
            return got;
        } catch (IOException e) {
            throw failure(e);
        }
    }

    @Override
    public void accept(byte[] bytes, int offset, int byteCount) {
        try {
            out.write(bytes, offset, byteCount);
        } catch (IOException e) {
            throw failure(e);
        }
    }

    private static InterruptedWorkException interrupted(String peer, IOException cause) {
        return new InterruptedWorkException(
                Problem.of(CoreError.INTERRUPTED)
                        .what("stopped while waiting for the server")
                        .where("server %s", peer)
                        .remedy(""),
                cause);
    }

    /// What a failed read or write means. Afterwards the transport is closed: no exchange can go on
    /// from the middle.
    HoldfastException failure(IOException e) {
        close();
        if (Thread.currentThread().isInterrupted()) {
            return interrupted(peer, e);
        }
        if (aborted) {
            return new UnavailableException(
                    Problem.of(ClientError.SESSION_ABORTED)
                            .what("the session was closed while it was in use")
                            .where("server %s", peer)
                            .remedy("See the failure that came before this one."),
                    e);
        }
        if (e instanceof SocketTimeoutException) {
            return new UnavailableException(
                    Problem.of(ClientError.SERVER_SILENT)
                            .what("the server did not answer in time")
                            .where("server %s", peer)
                            .remedy(
                                    "Look at SHOW PROCESSLIST on the server, or allow it more time."),
                    e);
        }
        return new UnavailableException(
                Problem.of(ClientError.SERVER_GONE)
                        .what("the connection broke: %s", reason(e))
                        .where("server %s", peer)
                        .remedy("Check that the server runs, and its error log."),
                e);
    }

    /// Closes the connection from any thread; the one that waits on it fails with
    /// `SESSION_ABORTED`.
    void abort() {
        aborted = true;
        close();
    }

    boolean isClosed() {
        return raw.isClosed();
    }

    void close() {
        try {
            raw.close();
        } catch (IOException _) {
            // It is of no use any more either way.
        }
    }
}
