package io.holdfast.recovery.load;

import io.holdfast.client.ConnectOptions;
import io.holdfast.client.Session;
import io.holdfast.core.HoldfastException;
import io.holdfast.core.Progress;
import io.holdfast.core.SqlErrorException;
import io.holdfast.core.TableName;
import io.holdfast.core.Text;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;

/// A table that is being made on a server which others use: under a name that nobody knows at
/// first, under its own at the end. Closing it takes it away again, unless it was kept.
///
/// A statement whose answer did not come may have been executed, or may yet be. So the session that
/// sent it is ended first, and waited for. If the unknown name is gone then, the table has its own,
/// and it is ours: nobody else could have renamed it. Nothing else of that name is ever dropped.
///
/// Confined to one thread.
final class MadeTable implements AutoCloseable {
    private static final int UNKNOWN_TABLE = 1051;
    private static final int UNKNOWN_THREAD = 1094;

    /// A process that is interrupted has 45 seconds.
    private static final Duration ENDED_WITHIN = Duration.ofSeconds(30);

    private static final long POLL_NANOS = 10_000_000;

    private final ConnectOptions target;
    private final TableName into;
    private final TableName hidden;
    private final LoadSession maker;
    private final Progress progress;
    private boolean mayBeRenamed;
    private boolean isKept;

    /// @param maker whose statements make it; still open when this is closed, or broken
    MadeTable(ConnectOptions target, TableName into, LoadSession maker, Progress progress) {
        this.target = target;
        this.into = into;
        this.hidden =
                new TableName(
                        into.schema(),
                        Text.format("holdfast_%016x", ThreadLocalRandom.current().nextLong()));
        this.maker = maker;
        this.progress = progress;
    }

    /// The name that nobody knows.
    TableName hidden() {
        return hidden;
    }

    /// Gives it its own name.
    void rename() {
        mayBeRenamed = true;
        try {
            maker.session().execute("RENAME TABLE " + hidden.quoted() + " TO " + into.quoted());
        } catch (SqlErrorException refusal) {
            mayBeRenamed = false;
            throw refusal;
        }
    }

    /// Says that it is complete.
    void keep() {
        isKept = true;
    }

    @Override
    public void close() {
        if (isKept) {
            return;
        }
        // An interrupted thread can talk to no server.
        boolean wasInterrupted = Thread.interrupted();
        try (Session session = Session.open(target)) {
            session.execute("SET ROLE ALL");
            end(maker.session().connectionId(), session);
            if (!drop(hidden, session) && mayBeRenamed) {
                drop(into, session);
            }
        } catch (HoldfastException failure) {
            progress.say(
                    Text.format(
                            "table %s%s is unfinished and may still be there, drop it: %s",
                            hidden.quoted(),
                            mayBeRenamed ? " or " + into.quoted() : "",
                            failure.problem().what()));
        } finally {
            if (wasInterrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /// Ends the session that makes the table, which the same account may.
    private static void end(long connection, Session session) {
        try {
            session.execute("KILL " + connection);
        } catch (SqlErrorException refusal) {
            if (refusal.number() != UNKNOWN_THREAD) {
                throw refusal;
            }
        }
        long deadline = System.nanoTime() + ENDED_WITHIN.toNanos();
        while (isThere(connection, session) && System.nanoTime() < deadline) {
            LockSupport.parkNanos(POLL_NANOS);
        }
    }

    private static boolean isThere(long connection, Session session) {
        return session.query("SHOW PROCESSLIST").list().stream()
                .anyMatch(row -> row.integer(0) == connection);
    }

    /// @return whether there was one
    private static boolean drop(TableName table, Session session) {
        try {
            session.execute("DROP TABLE " + table.quoted());
            return true;
        } catch (SqlErrorException refusal) {
            if (refusal.number() == UNKNOWN_TABLE) {
                return false;
            }
            throw refusal;
        }
    }
}
