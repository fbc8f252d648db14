package io.holdfast.client;

import io.holdfast.core.CorruptDataException;
import io.holdfast.core.HoldfastException;
import io.holdfast.core.Problem;
import io.holdfast.core.SqlErrorException;
import io.holdfast.wire.WireError;
import io.holdfast.wire.clone.CloneCommand;
import io.holdfast.wire.clone.CloneDescriptor;
import io.holdfast.wire.clone.CloneLocator;
import io.holdfast.wire.clone.CloneResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// A server that sends all of InnoDB's files over the clone protocol, on two sessions: one that
/// everything comes on, and one that says what has arrived. DDL waits from [#open] to [#close].
///
/// A clone that was not copied to its end is killed on the server when it is closed: a donor that
/// only notices a broken connection keeps the clone for minutes, and no other can begin meanwhile
/// (`clone_donor_timeout_after_network_failure`).
///
/// Source: MySQL 9.7 `plugin/clone/src/clone_client.cc`, `Client::remote_command`; PHYSICAL facts
/// in `docs/formats/physical.md`, "Over the network".
///
/// Confined to one thread, but for [#abort()].
public final class CloneDonor implements AutoCloseable {
    /// The donor waits for nobody longer than for a replica that reads slowly.
    private static final int NET_TIMEOUT_SECONDS = 3600;

    private static final Duration KILL_MAX = Duration.ofSeconds(10);

    private final ConnectOptions options;
    private final Session dataSession;
    private final Session ackSession;
    private final CloneLine data;
    private final CloneLine acks;
    private final CloneLocator locator;
    private volatile boolean isCopied;

    private CloneDonor(
            ConnectOptions options,
            Session dataSession,
            Session ackSession,
            CloneLine data,
            CloneLine acks,
            CloneLocator locator) {
        this.options = options;
        this.dataSession = dataSession;
        this.ackSession = ackSession;
        this.data = data;
        this.acks = acks;
        this.locator = locator;
    }

    /// Begins a clone, for which the server takes its backup lock.
    ///
    /// @param lockWait how long it may wait for running DDL, in whole seconds, at least one
    /// @throws SqlErrorException if the server has no clone plugin, the account may not clone,
    ///   another clone is under way, or DDL did not end in time
    public static CloneDonor open(ConnectOptions options, Duration lockWait) {
        int seconds = Math.clamp(lockWait.toSeconds(), 1, Integer.MAX_VALUE);
        var opened = new ArrayList<Session>();
        boolean isOpen = false;
        try {
            Session dataSession = session(options, opened);
            Session ackSession = session(options, opened);
            CloneLine acks = ackSession.cloneLine();
            CloneLine data = dataSession.cloneLine();
            CloneLocator locator = begin(data, seconds, dataSession.server());
            isOpen = true;
            return new CloneDonor(options, dataSession, ackSession, data, acks, locator);
        } finally {
            if (!isOpen) {
                opened.forEach(Session::abort);
            }
        }
    }

    private static Session session(ConnectOptions options, List<Session> opened) {
        Session session = Session.open(options);
        opened.add(session);
        session.execute("SET ROLE ALL");
        session.execute(
                "SET SESSION net_write_timeout = "
                        + NET_TIMEOUT_SECONDS
                        + ", net_read_timeout = "
                        + NET_TIMEOUT_SECONDS
                        + ", wait_timeout = 31536000");
        return session;
    }

    private static CloneLocator begin(CloneLine data, int seconds, String server) {
        var locators = new ArrayList<CloneLocator>();
        data.run(
                new CloneCommand.Init(seconds),
                "INIT",
                response -> {
                    switch (response) {
                        case CloneResponse.Locators(_, var all) -> locators.addAll(all);
                        // What a recipient server must have too; a mysqld of the same version is
                        // asked for elsewhere.
                        case CloneResponse.Setting _ -> {}
                        case CloneResponse.Described _,
                                CloneResponse.Complete _,
                                CloneResponse.Failure _ ->
                                throw unexpected(server, response);
                    }
                });
        if (locators.size() != 1 || locators.getFirst().engine() != CloneLocator.INNODB) {
            throw new CorruptDataException(
                    Problem.of(WireError.PROTOCOL_UNEXPECTED)
                            .what("%d storage engines clone, expected InnoDB", locators.size())
                            .where("server %s", server)
                            .remedy(
                                    "Take the backup on the server's host, without `--via-clone`."));
        }
        return locators.getFirst();
    }

    /// Has the donor send everything. Afterwards the clone is complete and the donor is free.
    ///
    /// @throws SqlErrorException if the donor gives up
    public void copy(CloneReceiver receiver) {
        data.run(
                new CloneCommand.Execute(),
                "EXECUTE",
                response -> {
                    if (response instanceof CloneResponse.Described(_, _, var descriptor)) {
                        take(descriptor, receiver);
                    } else {
                        throw unexpected(dataSession.server(), response);
                    }
                });
        isCopied = true;
    }

    private void take(CloneDescriptor descriptor, CloneReceiver receiver) {
        switch (descriptor) {
            case CloneDescriptor.Task _ -> {}
            case CloneDescriptor.File file -> receiver.file(file);
            case CloneDescriptor.Block block -> {
                byte[] bytes = block.byteCount() == 0 ? new byte[0] : data.receive(block);
                receiver.block(block, bytes);
            }
            case CloneDescriptor.State state -> {
                if (state.isBeginning()) {
                    receiver.begin(state);
                } else if (state.isEnd()) {
                    receiver.end(state);
                    acks.run(new CloneCommand.Ack(locator, state), "ACK", _ -> {});
                }
            }
        }
    }

    private static CorruptDataException unexpected(String server, CloneResponse response) {
        return new CorruptDataException(
                Problem.of(WireError.PROTOCOL_UNEXPECTED)
                        .what("the donor answered %s", response.getClass().getSimpleName())
                        .where("server %s, clone", server)
                        .remedy("Take the backup on the server's host, without `--via-clone`."));
    }

    /// Breaks the clone off from any thread; the one that copies fails. When this returns the donor
    /// has been told.
    public void abort() {
        data.abort();
        acks.abort();
        kill();
    }

    /// Ends the clone; DDL goes on. Never fails.
    @Override
    public void close() {
        if (!isCopied) {
            abort();
            return;
        }
        boolean isEnded = false;
        try {
            data.run(new CloneCommand.Exit(), "EXIT", _ -> {});
            acks.run(new CloneCommand.Exit(), "EXIT", _ -> {});
            isEnded = true;
        } catch (HoldfastException _) {
            // The server is gone, or is told once more below.
        } finally {
            data.abort();
            acks.abort();
            if (!isEnded) {
                kill();
            }
        }
    }

    /// Kills the clone's threads on the server, as everybody may do with their own; on a thread of
    /// its own, because one that was interrupted cannot connect.
    private void kill() {
        Thread killer = Thread.ofVirtual().name("clone-kill").start(this::killSessions);
        boolean wasInterrupted = false;
        while (killer.isAlive()) {
            try {
                killer.join();
            } catch (InterruptedException _) {
                wasInterrupted = true;
            }
        }
        if (wasInterrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void killSessions() {
        try (Session session = Session.open(options.withReadTimeout(KILL_MAX))) {
            kill(session, dataSession.connectionId());
            kill(session, ackSession.connectionId());
        } catch (HoldfastException _) {
            // Without a server there is no clone either.
        }
    }

    private static void kill(Session session, long connection) {
        try {
            session.execute("KILL " + connection);
        } catch (SqlErrorException _) {
            // It has ended.
        }
    }
}
