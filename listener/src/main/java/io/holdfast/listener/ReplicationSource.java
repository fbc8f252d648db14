package io.holdfast.listener;

import io.holdfast.core.HoldfastException;
import io.holdfast.core.Problem;
import io.holdfast.core.TaskScope;
import io.holdfast.core.UnavailableException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// A replication source for real MySQL servers on this machine: it accepts their receiver threads
/// on a loopback port and sends them a log from a [BinlogFeed].
///
/// The replica is pointed at it with `CHANGE REPLICATION SOURCE TO SOURCE_HOST='127.0.0.1',
/// SOURCE_PORT=…, SOURCE_USER=…, SOURCE_PASSWORD=…, SOURCE_SSL=0` and `SOURCE_AUTO_POSITION=1` or a
/// file and position. User and password are made up at random and known to this process and the
/// replica only. At most [#CONNECTIONS_MAX] connections are served at once, each by a virtual
/// thread of its own.
///
/// Thread-safe. Closing it ends every connection; the replica's receiver then tries to reconnect
/// until it is stopped, so stop it first.
public final class ReplicationSource implements AutoCloseable {
    /// One is served; a replica that reconnects may have its old connection open for a moment.
    public static final int CONNECTIONS_MAX = 8;

    private static final int PASSWORD_BYTES = 16; // 32 characters, the most a replica takes

    private final ServerSocket listening;
    private final SourceIdentity identity;
    private final BinlogFeed feed;
    private final ReplicaConnection.Login login;
    private final InstantSource clock;
    private final SecureRandom random;
    private final TaskScope scope = new TaskScope("replica", CONNECTIONS_MAX + 1);
    private final Set<ReplicaSocket> sockets = ConcurrentHashMap.newKeySet();
    private final AtomicLong connections = new AtomicLong();
    private final AtomicReference<@Nullable RuntimeException> feedFailure = new AtomicReference<>();
    private volatile boolean isClosed;

    private ReplicationSource(ServerSocket listening, SourceIdentity identity, BinlogFeed feed) {
        this.listening = listening;
        this.identity = identity;
        this.feed = feed;
        this.clock = InstantSource.system();
        this.random = new SecureRandom();
        byte[] name = new byte[4];
        byte[] password = new byte[PASSWORD_BYTES];
        random.nextBytes(name);
        random.nextBytes(password);
        this.login =
                new ReplicaConnection.Login(
                        "holdfast_" + HexFormat.of().formatHex(name),
                        HexFormat.of().formatHex(password));
    }

    /// Opens a free port on 127.0.0.1 and begins to accept replicas.
    ///
    /// @throws UnavailableException if no port can be opened
    public static ReplicationSource open(SourceIdentity identity, BinlogFeed feed) {
        try {
            var listening = new ServerSocket();
            listening.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0));
            var source = new ReplicationSource(listening, identity, feed);
            source.scope.fork(source::acceptAll);
            return source;
        } catch (IOException e) {
            throw new UnavailableException(
                    Problem.of(ListenerError.REPLAY_PORT_UNAVAILABLE)
                            .what("no port could be opened: %s", String.valueOf(e.getMessage()))
                            .where("127.0.0.1")
                            .remedy("Check that the loopback interface is up: ip addr show lo."),
                    e);
        }
    }

    public int port() {
        return listening.getLocalPort();
    }

    public String user() {
        return login.user();
    }

    /// The made-up password, for `CHANGE REPLICATION SOURCE` only.
    public String password() {
        return login.password();
    }

    /// How many connections were accepted since the start.
    public long connectionCount() {
        return connections.get();
    }

    /// The first operating failure of the feed, after which the replica was told to stop; null if
    /// there was none. Lost connections are not failures: replicas come back.
    public @Nullable HoldfastException feedFailure() {
        return feedFailure.get() instanceof HoldfastException failure ? failure : null;
    }

    /// Ends the wait of whoever waits for the replica, if the feed has failed.
    ///
    /// @throws HoldfastException the first failure of the feed, if it was one
    /// @throws IllegalStateException around a failure of any other kind, which is a bug
    public void check() {
        RuntimeException failure = feedFailure.get();
        if (failure instanceof HoldfastException operating) {
            throw operating;
        }
        if (failure != null) {
            throw new IllegalStateException("the feed failed", failure);
        }
    }

    private @Nullable Void acceptAll() {
        while (!isClosed) {
            Socket accepted;
            try {
                accepted = listening.accept();
            } catch (IOException _) {
                return null; // closed
            }
            var socket = new ReplicaSocket(accepted);
            sockets.add(socket);
            long number = connections.incrementAndGet();
            scope.fork(() -> serve(socket, number));
        }
        return null;
    }

    private @Nullable Void serve(ReplicaSocket socket, long number) {
        try (socket) {
            if (!isClosed) {
                new ReplicaConnection(
                                socket,
                                identity,
                                login,
                                feed,
                                clock,
                                failure -> feedFailure.compareAndSet(null, failure))
                        .serve(number, random);
            }
        } catch (HoldfastException _) {
            // The connection broke, or no replica was at its other end. A replica comes back.
        } finally {
            sockets.remove(socket);
        }
        return null;
    }

    /// Ends all connections and waits for their threads.
    @Override
    public void close() {
        isClosed = true;
        try {
            listening.close();
        } catch (IOException _) {
            // The port is given up with the process at the latest.
        }
        sockets.forEach(ReplicaSocket::close);
        scope.close();
    }
}
