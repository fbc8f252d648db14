package io.holdfast.repository.lease;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.holdfast.core.HoldfastException;
import io.holdfast.core.Problem;
import io.holdfast.core.RefusedException;
import io.holdfast.core.UnavailableException;
import io.holdfast.repository.format.RepositoryError;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// A lease that this process holds. Its owner calls [#check()] before each step that must not
/// happen without it. Thread-safe.
public final class Lease implements AutoCloseable {
    private final Leases leases;
    private final LeaseTerms terms;
    private final String resource;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition closing = lock.newCondition();

    @GuardedBy("lock")
    private Leases.Link link;

    /// By the monotonic clock: setting the machine's clock must not prolong a lease.
    @GuardedBy("lock")
    private long renewedNanos;

    @GuardedBy("lock")
    private boolean isClosed;

    @GuardedBy("lock")
    private boolean isLost;

    @GuardedBy("lock")
    private @Nullable Thread renewer;

    Lease(Leases leases, LeaseTerms terms, String resource, Leases.Link link, long begunNanos) {
        this.leases = leases;
        this.terms = terms;
        this.resource = resource;
        this.link = link;
        this.renewedNanos = begunNanos;
    }

    /// Starts a thread that renews the lease until it is closed.
    ///
    /// @return this lease
    public Lease keepRenewed() {
        lock.lock();
        try {
            if (renewer == null) {
                renewer =
                        Thread.ofVirtual().name("lease-" + resource).start(this::renewUntilClosed);
            }
        } finally {
            lock.unlock();
        }
        return this;
    }

    private void renewUntilClosed() {
        long intervalNanos = terms.renewalInterval().toNanos();
        lock.lock();
        try {
            long leftNanos = intervalNanos;
            while (!isClosed && !isLost) {
                if (leftNanos > 0) {
                    leftNanos = closing.awaitNanos(leftNanos);
                    continue;
                }
                renewQuietly();
                leftNanos = intervalNanos;
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
    }

    private void renewQuietly() {
        try {
            renew();
        } catch (UnavailableException | RefusedException _) {
            // The next renewal may succeed; if none does in time, check() tells the owner.
        }
    }

    /// Renews the lease now.
    ///
    /// @throws RefusedException with `LEASE_LOST` if another process has it
    /// @throws UnavailableException if the store could not be written; the lease goes on until its
    ///   term is over
    public void renew() {
        lock.lock();
        try {
            needHeld();
            long begun = System.nanoTime();
            var next =
                    new Leases.Link(
                            link.number() + 1,
                            link.document().renewed(leases.now().plus(terms.term())));
            if (!leases.putSuccessor(resource, next)) {
                isLost = true;
                throw lost("another process took it over");
            }
            link = next;
            renewedNanos = begun;
            leases.deleteBelow(resource, next.number());
        } finally {
            lock.unlock();
        }
    }

    /// Makes sure that this process still holds the lease, without asking the store.
    ///
    /// @throws RefusedException with `LEASE_LOST` if not
    public void check() {
        lock.lock();
        try {
            needHeld();
        } finally {
            lock.unlock();
        }
    }

    @GuardedBy("lock")
    private void needHeld() {
        if (isClosed) {
            throw new IllegalStateException("lease " + resource + " was given back");
        }
        if (isLost) {
            throw lost("another process took it over");
        }
        Duration age = Duration.ofNanos(System.nanoTime() - renewedNanos);
        if (age.compareTo(terms.term()) > 0) {
            isLost = true;
            throw lost("it could not be renewed for " + age.toSeconds() + " s");
        }
    }

    private RefusedException lost(String why) {
        return new RefusedException(
                Problem.of(RepositoryError.LEASE_LOST)
                        .what("lease was lost: %s", why)
                        .where("lease %s", resource)
                        .remedy(
                                "Check the store and this machine's clock, then run the command again."));
    }

    /// Gives the lease back, so that others need not wait for its expiry. Never fails: a lease that
    /// cannot be given back expires.
    @Override
    public void close() {
        lock.lock();
        try {
            if (isClosed) {
                return;
            }
            isClosed = true;
            closing.signalAll();
            if (!isLost) {
                var last =
                        new Leases.Link(link.number() + 1, link.document().givenBack(leases.now()));
                if (leases.putSuccessor(resource, last)) {
                    leases.deleteBelow(resource, last.number());
                }
            }
        } catch (HoldfastException _) {
            // It expires by itself.
        } finally {
            lock.unlock();
        }
    }

    /// For messages: what is leased, and how long it may go unrenewed.
    @Override
    public String toString() {
        return resource + " for " + TimeUnit.NANOSECONDS.toSeconds(terms.term().toNanos()) + " s";
    }
}
