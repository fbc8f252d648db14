package io.holdfast.servertests.storm;

import io.holdfast.client.ConnectOptions;
import io.holdfast.client.Session;
import io.holdfast.core.SqlErrorException;
import io.holdfast.servertests.storm.Storm.Transfer;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/// Sessions that move amounts between accounts all the time, at a steady rate.
final class StormWriters {
    private static final long BEHIND_NANOS_MAX = 1_000_000_000L;

    private final Storm storm;
    private final ConnectOptions root;
    private final double transactionsPerSecond;
    private final AtomicBoolean stop;
    private final AtomicLong transactions = new AtomicLong();
    private final AtomicLong lost = new AtomicLong();
    private final AtomicLong longestNanos = new AtomicLong();

    /// @param transactionsPerSecond of all writers together
    StormWriters(
            Storm storm, ConnectOptions root, double transactionsPerSecond, AtomicBoolean stop) {
        this.storm = storm;
        this.root = root;
        this.transactionsPerSecond = transactionsPerSecond;
        this.stop = stop;
    }

    long transactions() {
        return transactions.get();
    }

    /// How many lost a deadlock with DDL and were written again.
    long lost() {
        return lost.get();
    }

    /// The longest transaction since this was asked last.
    long takeLongestNanos() {
        return longestNanos.getAndSet(0);
    }

    /// Writes until the storm is stopped.
    void write(int writer) {
        long pauseNanos = (long) (1e9 * storm.writers() / transactionsPerSecond);
        long due = System.nanoTime();
        long number = 1;
        try (Session session = Session.open(root)) {
            while (!stop.get()) {
                long began = System.nanoTime();
                if (!isWritten(session, writer, number)) {
                    lost.incrementAndGet();
                    continue;
                }
                number++;
                transactions.incrementAndGet();
                long now = System.nanoTime();
                longestNanos.accumulateAndGet(now - began, Math::max);
                due += pauseNanos;
                if (due > now) {
                    LockSupport.parkNanos(due - now);
                } else if (now - due > BEHIND_NANOS_MAX) {
                    due = now; // no catching up
                }
            }
        }
    }

    private boolean isWritten(Session session, int writer, long number) {
        Transfer transfer = storm.transfer(writer, number);
        session.execute(storm.next(writer, number));
        try {
            session.execute("BEGIN");
            add(session, transfer.fromTable(), transfer.from(), -transfer.amount());
            add(session, transfer.toTable(), transfer.to(), transfer.amount());
            session.execute("UPDATE bank.counters SET n = n + 1 WHERE writer = " + writer);
            session.execute("COMMIT");
            return true;
        } catch (SqlErrorException lostDeadlock) {
            Retry.demand(lostDeadlock);
            session.execute("ROLLBACK");
            return false;
        }
    }

    private static void add(Session session, int table, int account, int amount) {
        session.execute(
                "UPDATE bank.accounts"
                        + table
                        + " SET balance = balance + "
                        + amount
                        + " WHERE id = "
                        + account);
    }
}
