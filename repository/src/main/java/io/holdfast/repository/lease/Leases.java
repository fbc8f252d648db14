package io.holdfast.repository.lease;

import io.holdfast.core.CorruptDataException;
import io.holdfast.core.HoldfastException;
import io.holdfast.core.Problem;
import io.holdfast.core.RefusedException;
import io.holdfast.core.Text;
import io.holdfast.repository.format.Envelopes;
import io.holdfast.repository.format.ObjectKind;
import io.holdfast.repository.format.RepositoryError;
import io.holdfast.store.ObjectKey;
import io.holdfast.store.PutResult;
import io.holdfast.store.StoreError;
import io.holdfast.store.StoredObject;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// Gives out the leases of one repository. Thread-safe.
///
/// Invariants: per resource the highest numbered object counts; a number is only ever put while it
/// is the successor of the highest that was seen; only numbers below the highest are deleted. So
/// numbers never start again, and of two that want the same lease one gets it.
public final class Leases {
    private static final String FOLDER = "leases/";
    private static final int ATTEMPTS_MAX = 8;

    private final Envelopes envelopes;
    private final LeaseTerms terms;
    private final LeaseHolder self;

    public Leases(Envelopes envelopes, LeaseTerms terms, LeaseHolder self) {
        this.envelopes = envelopes;
        this.terms = terms;
        this.self = self;
    }

    /// A lease's newest object and its number.
    record Link(long number, LeaseDocument document) {}

    /// Takes a lease, or one that has expired over. It must be closed; [Lease#keepRenewed()] renews
    /// it meanwhile.
    ///
    /// @param resource one segment of a key, such as `backup-SERVERUUID`
    /// @param purpose for people who are refused meanwhile
    /// @throws RefusedException with `LEASE_HELD` if somebody holds it
    public Lease acquire(String resource, String purpose) {
        for (int attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
            List<StoredObject> chain = envelopes.store().list(folder(resource));
            long highest = chain.isEmpty() ? 0 : number(chain.getLast().key());
            if (!chain.isEmpty()) {
                Optional<LeaseDocument> holder = read(chain.getLast());
                if (holder.isEmpty()) {
                    continue; // renewed between the list and the read
                }
                refuseIfHeld(resource, holder.get());
            }
            Instant now = envelopes.now();
            var mine =
                    new LeaseDocument(
                            Text.format("%016x", envelopes.random().nextLong()),
                            purpose,
                            self,
                            now,
                            now.plus(terms.term()),
                            false);
            long begunNanos = System.nanoTime();
            if (!putSuccessor(resource, new Link(highest + 1, mine))) {
                continue;
            }
            deleteBelow(resource, highest + 1);
            return new Lease(this, terms, resource, new Link(highest + 1, mine), begunNanos);
        }
        throw new RefusedException(
                Problem.of(RepositoryError.LEASE_HELD)
                        .what("%d others took the lease one after another", ATTEMPTS_MAX)
                        .where("lease %s", resource)
                        .remedy("Try again in a minute."));
    }

    private void refuseIfHeld(String resource, LeaseDocument document) {
        boolean isFree =
                document.released()
                        || document.expires().plus(terms.clockSkewMax()).isBefore(envelopes.now())
                        || document.holder().isKnownDeadTo(self);
        if (!isFree) {
            throw new RefusedException(
                    Problem.of(RepositoryError.LEASE_HELD)
                            .what(
                                    "%s is under way since %s and holds its lease until %s",
                                    document.purpose(), document.acquired(), document.expires())
                            .where("lease %s, held by %s", resource, document.holder())
                            .remedy(
                                    "Wait until it has ended. If that process is gone, the lease ends by itself."));
        }
    }

    /// Puts a link and makes sure that it counts.
    ///
    /// @return false if another process was faster
    boolean putSuccessor(String resource, Link link) {
        ObjectKey key = key(resource, link.number());
        PutResult put;
        try {
            put = envelopes.putDocument(key, ObjectKind.LEASE, link.document());
        } catch (HoldfastException failure) {
            if (link.number() > 0 && !isMine(key, link.document())) {
                throw failure;
            }
            put = PutResult.CREATED; // only the answer was lost
        }
        if (put == PutResult.EXISTS) {
            return isMine(key, link.document());
        }
        List<StoredObject> chain = envelopes.store().list(folder(resource));
        if (!chain.isEmpty() && number(chain.getLast().key()) > link.number()) {
            boolean _ = envelopes.store().delete(key); // we slept: ours is an old number
            return false;
        }
        return true;
    }

    private boolean isMine(ObjectKey key, LeaseDocument mine) {
        try {
            LeaseDocument present =
                    envelopes.readDocument(key, ObjectKind.LEASE, LeaseDocument.class);
            return present.lease().equals(mine.lease());
        } catch (HoldfastException _) {
            return false;
        }
    }

    void deleteBelow(String resource, long number) {
        try {
            for (StoredObject link : envelopes.store().list(folder(resource))) {
                if (number(link.key()) < number) {
                    boolean _ = envelopes.store().delete(link.key());
                }
            }
        } catch (HoldfastException _) {
            // Old links are in nobody's way; the next renewal deletes them.
        }
    }

    /// The newest link's document; empty if it was deleted meanwhile. One that cannot be read
    /// counts as held for a term from when it was stored.
    private Optional<LeaseDocument> read(StoredObject link) {
        try {
            return Optional.of(
                    envelopes.readDocument(link.key(), ObjectKind.LEASE, LeaseDocument.class));
        } catch (CorruptDataException damaged) {
            if (damaged.problem().code() == StoreError.OBJECT_MISSING) {
                return Optional.empty();
            }
            var unknown = new LeaseHolder("unknown", 0, "", Instant.EPOCH);
            return Optional.of(
                    new LeaseDocument(
                            "",
                            "something",
                            unknown,
                            link.stored(),
                            link.stored().plus(terms.term()),
                            false));
        }
    }

    Instant now() {
        return envelopes.now();
    }

    private static String folder(String resource) {
        return FOLDER + resource + "/";
    }

    private static ObjectKey key(String resource, long number) {
        return ObjectKey.of(folder(resource) + Text.format("%010d", number));
    }

    private static long number(ObjectKey key) {
        try {
            return Long.parseLong(key.name());
        } catch (NumberFormatException _) {
            return 0; // not one of ours; verify reports it
        }
    }
}
