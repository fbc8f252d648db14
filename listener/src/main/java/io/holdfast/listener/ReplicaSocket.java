package io.holdfast.listener;

import io.holdfast.core.ByteSink;
import io.holdfast.core.Problem;
import io.holdfast.core.UnavailableException;
import io.holdfast.wire.ByteInput;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;

/// A replica's connection as bytes. Closed from any thread; otherwise confined.
final class ReplicaSocket implements ByteInput, ByteSink, AutoCloseable {
    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;
    private final String name;

    /// What is heard of a replica that is only listened to.
    enum Heard {
        NOTHING,
        SOMETHING,
        END
    }

    ReplicaSocket(Socket socket) {
        this.socket = socket;
        this.name = "replica " + socket.getRemoteSocketAddress();
        try {
            socket.setTcpNoDelay(true);
            this.in = socket.getInputStream();
            this.out = socket.getOutputStream();
        } catch (IOException e) {
            throw lost(e);
        }
    }

    /// The replica's address, for messages.
    String name() {
        return name;
    }

    @Override
    public int read(byte[] bytes, int offset, int byteCountMax) {
        try {
            return in.read(bytes, offset, byteCountMax);
        } catch (IOException e) {
            throw lost(e);
        }
    }

    @Override
    public void accept(byte[] bytes, int offset, int byteCount) {
        try {
            out.write(bytes, offset, byteCount);
        } catch (IOException e) {
            throw lost(e);
        }
    }

    /// Listens for a while. A replica that is being sent a log says nothing but that it is gone.
    Heard listen(long millis) {
        try {
            socket.setSoTimeout((int) Math.min(Integer.MAX_VALUE, Math.max(1, millis)));
            return in.read() < 0 ? Heard.END : Heard.SOMETHING;
        } catch (SocketTimeoutException _) {
            return Heard.NOTHING;
        } catch (IOException e) {
            throw lost(e);
        }
    }

    private UnavailableException lost(IOException cause) {
        return new UnavailableException(
                Problem.of(ListenerError.REPLICA_LOST)
                        .what("the connection was lost: %s", String.valueOf(cause.getMessage()))
                        .where("%s", name)
                        .remedy(
                                "Look at SHOW REPLICA STATUS and the error log of the replica, if it still runs."),
                cause);
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException _) {
            // Nothing can be lost: a replica asks again for what it did not get.
        }
    }
}
