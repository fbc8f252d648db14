package io.holdfast.backup.archive;

import io.holdfast.backup.BackupError;
import io.holdfast.client.ConnectOptions;
import io.holdfast.client.Session;
import io.holdfast.core.BinlogPosition;
import io.holdfast.core.HoldfastException;
import io.holdfast.core.Problem;
import io.holdfast.core.Text;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Looks at the server and at the archiver from outside, once a second: writes the status, and
/// every few seconds asks the server how far it is and whether it is about to purge what is not
/// archived. Its own failures are of no consequence. Thread-safe.
final class Watcher implements AutoCloseable {
    private static final int SECONDS_BETWEEN_LOOKS = 5;

    /// At which share of the server's retention an unarchived file is near its end.
    private static final double NEAR_PURGE = 0.8;

    private static final Duration QUIET_BETWEEN_WARNINGS = Duration.ofMinutes(5);

    private final ConnectOptions server;
    private final ArchiveState state;
    private final Consumer<ArchiveEvent> listener;
    private final Journal journal;
    private final Runnable reconnect;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread;
    private @Nullable Session session;
    private @Nullable BinlogPosition behind;
    private Instant behindSince = Instant.EPOCH;
    private Instant warned = Instant.EPOCH;

    /// @param reconnect ends the stream that is being followed, so that another one begins
    Watcher(
            ConnectOptions server,
            ArchiveState state,
            Journal journal,
            Runnable reconnect,
            Consumer<ArchiveEvent> listener) {
        this.server =
                server.withReadTimeout(Duration.ofSeconds(10))
                        .withConnectTimeout(Duration.ofSeconds(5));
        this.state = state;
        this.journal = journal;
        this.reconnect = reconnect;
        this.listener = listener;
        this.thread = Thread.ofVirtual().name("archive-watcher").start(this::run);
    }

    private void run() {
        try {
            for (int second = 0; !closed.await(1, TimeUnit.SECONDS); second++) {
                if (second % SECONDS_BETWEEN_LOOKS == 0) {
                    look();
                }
                state.write();
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } finally {
            leave();
        }
    }

    private void look() {
        try {
            Session open = session;
            if (open == null || open.isClosed()) {
                open = Session.open(server);
                session = open;
            }
            BinlogPosition archived = journal.durable(); // before the look: it may grow meanwhile
            ServerView view = ServerObserver.observe(open);
            state.view(view);
            demandReached(view, archived);
            warnOfPurge(view, Instant.now());
        } catch (HoldfastException _) {
            leave(); // the thread that follows the server says what is wrong
        }
    }

    /// A server whose log does not reach what was archived has another log now, and may not say so:
    /// after a reset it waits for the old file to grow, which it never does.
    private void demandReached(ServerView view, @Nullable BinlogPosition archived) {
        if (archived == null || !state.isConnected()) {
            return;
        }
        boolean isReached =
                archived.fileNumber() < view.oldest().number()
                        || view.find(archived.file())
                                .filter(log -> log.byteCount() >= archived.offset())
                                .isPresent();
        if (!isReached) {
            listener.accept(
                    new ArchiveEvent.Warned(
                            Problem.of(BackupError.ARCHIVE_LOG_DIFFERS)
                                    .what(
                                            "the server's log ends at %s, %s was archived",
                                            view.position(), archived)
                                    .where("server %s", server.address())
                                    .remedy(
                                            "Nothing for now: the archiver connects anew and says what it finds.")));
            reconnect.run();
        }
    }

    private void leave() {
        Session open = session;
        session = null;
        if (open != null) {
            open.close();
        }
    }

    /// A file is purged when it has not changed for the retention time. We cannot see when it
    /// changed last, but it was not before the last event that we have of it, and we know for how
    /// long it has been waiting for us at least.
    private void warnOfPurge(ServerView view, Instant now) {
        BinlogPosition durable = journal.durable();
        boolean isClosedFileWaiting =
                durable != null
                        && view.find(durable.file()).isPresent()
                        && !durable.file().equals(view.newest().name());
        if (durable == null || !isClosedFileWaiting) {
            behind = null;
            return;
        }
        if (!durable.equals(behind)) {
            behind = durable;
            behindSince = now;
        }
        long lastEventSeconds = journal.lastEventSeconds();
        long waited =
                Math.max(
                        Duration.between(behindSince, now).toSeconds(),
                        lastEventSeconds == 0 ? 0 : now.getEpochSecond() - lastEventSeconds);
        boolean isNear = view.expireSeconds() > 0 && waited > NEAR_PURGE * view.expireSeconds();
        if (isNear && Duration.between(warned, now).compareTo(QUIET_BETWEEN_WARNINGS) > 0) {
            warned = now;
            listener.accept(
                    new ArchiveEvent.Warned(
                            Problem.of(BackupError.ARCHIVE_PURGE_NEAR)
                                    .what(
                                            "%s are not archived, and the server purges closed files after %s",
                                            Text.bytes(view.bytesBehind(durable)),
                                            Duration.ofSeconds(view.expireSeconds()))
                                    .where("%s, server %s", durable, server.address())
                                    .remedy(
                                            "SET GLOBAL binlog_expire_logs_auto_purge = OFF until the archive has caught up.")));
        }
    }

    @Override
    public void close() {
        closed.countDown();
        Session open = session;
        if (open != null) {
            open.abort();
        }
        Joins.untilEnd(thread);
    }
}
