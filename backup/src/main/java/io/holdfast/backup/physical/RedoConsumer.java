package io.holdfast.backup.physical;

import io.holdfast.backup.BackupError;
import io.holdfast.client.ConnectOptions;
import io.holdfast.client.Rows;
import io.holdfast.client.Session;
import io.holdfast.core.HoldfastException;
import io.holdfast.core.Problem;
import io.holdfast.core.RefusedException;
import io.holdfast.core.SqlErrorException;
import io.holdfast.core.UnavailableException;
import java.time.Duration;

/// The server's promise to keep its redo log for us, from a position that we move on. It holds as
/// long as its session, which is used for nothing else.
///
/// While the promise stands and its position does not move, the log fills up and at last **every
/// writer of the server waits** (seen: 11,000 commits a second to none within 1.5 s). So whatever
/// happens, the promise is given back first.
///
/// Confined to one thread at a time.
final class RedoConsumer implements AutoCloseable {
    /// A server that does not answer for so long is beyond being waited for.
    private static final Duration ANSWER_MAX = Duration.ofSeconds(60);

    /// If we say nothing for so long, being stopped, frozen or beyond a broken network, the server
    /// ends the session and takes its promise back. A follower that has nothing to read asks
    /// something after 10 s, and every 2 s from then on.
    private static final Duration SILENCE_MAX = Duration.ofSeconds(15);

    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final long RETRY_MILLIS = 100;
    private static final int NO_SUCH_FUNCTION = 1305;

    private final Session session;

    private RedoConsumer(Session session) {
        this.session = session;
    }

    /// Has the log kept from its present checkpoint on.
    ///
    /// @throws RefusedException with `REDO_CONSUMER_TAKEN` if somebody else's promise stands for
    ///   longer than the session of a program that died just now would
    static RedoConsumer register(ConnectOptions options) {
        Session session = Session.open(options.withReadTimeout(ANSWER_MAX));
        boolean isRegistered = false;
        try {
            session.execute("SET ROLE ALL");
            session.execute("SET wait_timeout = " + SILENCE_MAX.toSeconds());
            long giveUp = System.nanoTime() + PATIENCE.toNanos();
            while (call(session, "innodb_redo_log_consumer_register()") != 0) {
                if (System.nanoTime() > giveUp) {
                    throw taken(session);
                }
                Pause.millis(RETRY_MILLIS);
            }
            isRegistered = true;
            return new RedoConsumer(session);
        } finally {
            if (!isRegistered) {
                session.close();
            }
        }
    }

    private static long call(Session session, String function) {
        try {
            return session.query("SELECT " + function).only().integer(0);
        } catch (SqlErrorException failure) {
            if (failure.number() != NO_SUCH_FUNCTION) {
                throw failure;
            }
            throw new RefusedException(
                    Problem.of(BackupError.REDO_CONSUMER_TAKEN)
                            .what("the server cannot keep its redo log for a reader")
                            .where("server %s", session.server())
                            .remedy(
                                    "It needs MySQL 8.0.30 or later; a logical backup needs"
                                            + " nothing."),
                    failure);
        }
    }

    private static RefusedException taken(Session session) {
        return new RefusedException(
                Problem.of(BackupError.REDO_CONSUMER_TAKEN)
                        .what("another program has the server keep its redo log")
                        .where("server %s", session.server())
                        .remedy(
                                "Wait until the other backup has ended; see"
                                        + " performance_schema.processlist."));
    }

    /// Says that the log before `lsn` is not needed any more. It must be no later than what is kept
    /// safely: the server believes any number. And it must be later than the last one: the
    /// beginning of a block is refused when it comes again.
    void advance(long lsn) {
        if (!tryAdvance(lsn)) {
            throw new UnavailableException(
                    Problem.of(BackupError.REDO_LOST)
                            .what("the server does not know us as the reader of its redo any more")
                            .where("server %s, LSN %d", session.server(), lsn)
                            .remedy("Run the backup again."));
        }
    }

    /// Says the same of a position that may be too early.
    ///
    /// @return whether the log is kept from there; if not, it is kept from later on
    boolean tryAdvance(long lsn) {
        return call(session, "innodb_redo_log_consumer_advance(" + lsn + ")") == 0;
    }

    /// Up to where the server's log files are written for certain.
    long writtenLsn() {
        Rows rows = session.query("SHOW GLOBAL STATUS LIKE 'Innodb_redo_log_flushed_to_disk_lsn'");
        return rows.isEmpty() ? 0 : rows.row(0).integer(1);
    }

    /// Gives the promise back. Never fails: the end of the session is enough for the server.
    @Override
    public void close() {
        try {
            session.execute("DO innodb_redo_log_consumer_unregister()");
        } catch (HoldfastException _) {
            // Either the session or the server is gone, and the promise with it.
        } finally {
            session.close();
        }
    }
}
