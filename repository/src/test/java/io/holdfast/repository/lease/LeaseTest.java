package io.holdfast.repository.lease;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.core.RefusedException;
import io.holdfast.core.TaskScope;
import io.holdfast.core.UnavailableException;
import io.holdfast.repository.format.Envelopes;
import io.holdfast.repository.format.RepositoryId;
import io.holdfast.store.MemoryStore;
import io.holdfast.store.ObjectKey;
import io.holdfast.store.ObjectStore;
import io.holdfast.store.faulty.Fault;
import io.holdfast.store.faulty.FaultPlan;
import io.holdfast.store.faulty.FaultyStore;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

final class LeaseTest {
    /// The store's own clock is the machine's.
    private final Instant begin = Instant.now().truncatedTo(ChronoUnit.SECONDS);

    private final MemoryStore store = new MemoryStore();
    private final AtomicReference<Instant> now = new AtomicReference<>(begin);

    private Leases leases(ObjectStore through, LeaseHolder self) {
        return new Leases(
                new Envelopes(through, RepositoryId.NONE, now::get, new SecureRandom()),
                LeaseTerms.DEFAULT,
                self);
    }

    private LeaseHolder holder(String host) {
        return new LeaseHolder(host, 1, "", begin);
    }

    private void pass(Duration time) {
        now.updateAndGet(before -> before.plus(time));
    }

    @Test
    void aHeldLeaseIsRefusedWithItsHolderAndUntilWhen() {
        Lease held = leases(store, holder("db1")).acquire("backup-x", "logical backup");
        assertThatThrownBy(() -> leases(store, holder("db2")).acquire("backup-x", "another"))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("logical backup")
                .hasMessageContaining(begin.plusSeconds(120).toString())
                .hasMessageContaining("db1, process 1");
        held.close();
        leases(store, holder("db2")).acquire("backup-x", "another").close();
    }

    @Test
    void anExpiredLeaseIsTakenOverOnlyAfterTheClocksMayDiffer() {
        Lease first = leases(store, holder("db1")).acquire("backup-x", "first");
        pass(Duration.ofSeconds(149));
        assertThatThrownBy(() -> leases(store, holder("db2")).acquire("backup-x", "second"))
                .hasMessageContaining("LEASE_HELD");
        pass(Duration.ofSeconds(2));
        Lease second = leases(store, holder("db2")).acquire("backup-x", "second");
        assertThatThrownBy(first::renew).hasMessageContaining("LEASE_LOST");
        assertThatThrownBy(first::check).hasMessageContaining("LEASE_LOST");
        first.close();
        second.renew();
        second.close();
    }

    @Test
    void aRenewedLeaseDoesNotExpire() {
        Lease held = leases(store, holder("db1")).acquire("backup-x", "first");
        for (int i = 0; i < 10; i++) {
            pass(Duration.ofSeconds(100));
            held.renew();
            assertThatThrownBy(() -> leases(store, holder("db2")).acquire("backup-x", "second"))
                    .hasMessageContaining("LEASE_HELD");
        }
        assertThat(store.list("leases/backup-x/")).hasSize(1);
        held.close();
    }

    @Test
    void theLeaseOfAProcessThatIsKnownToBeDeadIsTakenOverAtOnce() {
        LeaseHolder self = LeaseHolder.current();
        var dead = new LeaseHolder(self.host(), Integer.MAX_VALUE, self.machine(), begin);
        var reused = new LeaseHolder(self.host(), self.process(), self.machine(), begin);
        Lease _ = leases(store, dead).acquire("backup-x", "dead");
        Lease _ =
                leases(store, reused)
                        .acquire("backup-y", "its number was given to another process");
        leases(store, self).acquire("backup-x", "alive").close();
        Lease mine = leases(store, self).acquire("backup-y", "alive");
        assertThatThrownBy(() -> leases(store, self).acquire("backup-y", "alive"))
                .hasMessageContaining("LEASE_HELD");
        mine.close();
    }

    @Test
    void ofManyWhoWantALeaseOneGetsIt() {
        var held = new AtomicInteger();
        try (var scope = new TaskScope("taker", 8)) {
            for (int i = 0; i < 8; i++) {
                LeaseHolder self = holder("db" + i);
                scope.fork(() -> {
                    try {
                        Lease _ = leases(store, self).acquire("backup-x", "one of many");
                        held.incrementAndGet();
                    } catch (RefusedException _) {
                        // All but one.
                    }
                    return null;
                });
            }
            scope.join();
        }
        assertThat(held).hasValue(1);
    }

    @Test
    void aDamagedLeaseBlocksForATermAndNotForEver() {
        store.put(ObjectKey.of("leases/backup-x/0000000003"), new byte[10]);
        assertThatThrownBy(() -> leases(store, holder("db1")).acquire("backup-x", "test"))
                .hasMessageContaining("LEASE_HELD");
        pass(Duration.between(begin, Instant.now()).plus(Duration.ofSeconds(200)));
        Lease lease = leases(store, holder("db1")).acquire("backup-x", "test");
        lease.renew();
        lease.close();
    }

    /// Goal: a store that fails once or loses an answer costs no lease. Method: every operation of
    /// a renewal in turn.
    @Test
    void aRenewalThatFailsOnceIsMadeUpForByTheNext() {
        for (long n = 1; n < 12; n++) {
            for (boolean before : new boolean[] {true, false}) {
                var inner = new MemoryStore();
                Lease counted = leases(inner, holder("db1")).acquire("backup-x", "count");
                counted.close();
                long operations = operationsOfAcquire();
                Fault fault =
                        before
                                ? new Fault.FailBefore(operations + n)
                                : new Fault.FailAfter(operations + n);
                Lease lease =
                        leases(
                                        new FaultyStore(new MemoryStore(), FaultPlan.of(fault)),
                                        holder("db1"))
                                .acquire("backup-x", "test");
                for (int i = 0; i < 3; i++) {
                    try {
                        lease.renew();
                    } catch (UnavailableException _) {
                        // As planned, at most once.
                    }
                }
                lease.check();
                lease.renew();
                lease.close();
            }
        }
    }

    private long operationsOfAcquire() {
        var counting = new FaultyStore(new MemoryStore(), FaultPlan.none());
        Lease _ = leases(counting, holder("db1")).acquire("backup-x", "count");
        return counting.operations();
    }
}
