package io.holdfast.repository;

import io.holdfast.core.CorruptDataException;
import io.holdfast.core.Problem;
import io.holdfast.core.RefusedException;
import io.holdfast.repository.format.Compression;
import io.holdfast.repository.format.Envelopes;
import io.holdfast.repository.format.ObjectKind;
import io.holdfast.repository.format.RepositoryError;
import io.holdfast.repository.format.RepositoryId;
import io.holdfast.repository.lease.Lease;
import io.holdfast.repository.lease.LeaseHolder;
import io.holdfast.repository.lease.LeaseTerms;
import io.holdfast.repository.lease.Leases;
import io.holdfast.store.ObjectKey;
import io.holdfast.store.ObjectStore;
import io.holdfast.store.PutResult;
import io.holdfast.store.StoreError;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.UUID;
import java.util.random.RandomGenerator;

/// An opened repository: the store, its identity, and the way to backups, leases and the catalogue.
/// The archive of binary logs is reached through `io.holdfast.repository.archive.Archive`.
/// Thread-safe; holds nothing that must be closed.
public final class Repository {
    static final ObjectKey ROOT = ObjectKey.of("root");

    /// Written by a Holdfast whose format no reader of version 1 can read.
    private static final ObjectKey NEXT_ROOT = ObjectKey.of("root-2");

    private static final String HOLDFAST_VERSION = "0.1.0";

    private final Envelopes envelopes;
    private final Leases leases;
    private final Compression compression;
    private final long packBytes;

    private Repository(Envelopes envelopes, LeaseTerms terms) {
        this(
                envelopes,
                new Leases(envelopes, terms, LeaseHolder.current()),
                Compression.DEFAULT,
                PackPool.PACK_BYTES);
    }

    private Repository(
            Envelopes envelopes, Leases leases, Compression compression, long packBytes) {
        this.envelopes = envelopes;
        this.leases = leases;
        this.compression = compression;
        this.packBytes = packBytes;
    }

    /// What is not the store's: the clock, randomness, how long leases last.
    ///
    /// @param random thread-safe and unpredictable, except in tests
    public record Surroundings(InstantSource clock, RandomGenerator random, LeaseTerms terms) {
        /// The system's clock and randomness.
        public static Surroundings system() {
            return new Surroundings(InstantSource.system(), new SecureRandom(), LeaseTerms.DEFAULT);
        }
    }

    /// How encryption is set up; none in version 1.
    record Seal(String algorithm) {}

    /// The content of `root`.
    record Root(RepositoryId repositoryId, int formatVersion, Instant created, Seal seal) {}

    /// Makes a repository of a store.
    ///
    /// @throws RefusedException with `REPOSITORY_EXISTS` if it is one already
    public static Repository create(ObjectStore store) {
        return create(store, Surroundings.system());
    }

    /// As [#create(ObjectStore)], with given surroundings.
    public static Repository create(ObjectStore store, Surroundings surroundings) {
        RandomGenerator random = surroundings.random();
        var id = new RepositoryId(new UUID(random.nextLong(), random.nextLong()));
        Envelopes unbound = envelopes(store, RepositoryId.NONE, surroundings);
        var root = new Root(id, 1, unbound.now(), new Seal("none"));
        if (unbound.putDocument(ROOT, ObjectKind.ROOT, root) == PutResult.EXISTS) {
            throw new RefusedException(
                    Problem.of(RepositoryError.REPOSITORY_EXISTS)
                            .what("there is a repository already")
                            .where("%s", store.describe())
                            .remedy("Use it as it is, or choose another place."));
        }
        return new Repository(envelopes(store, id, surroundings), surroundings.terms());
    }

    /// Opens the repository in a store.
    ///
    /// @throws RefusedException with `REPOSITORY_MISSING` if there is none, with `FORMAT_TOO_NEW`
    ///   if it needs a newer Holdfast
    /// @throws CorruptDataException if its root object is damaged
    public static Repository open(ObjectStore store) {
        return open(store, Surroundings.system());
    }

    /// As [#open(ObjectStore)], with given surroundings.
    public static Repository open(ObjectStore store, Surroundings surroundings) {
        if (store.bytes(NEXT_ROOT).isPresent()) {
            throw new RefusedException(
                    Problem.of(RepositoryError.FORMAT_TOO_NEW)
                            .what("repository has a root of format version 2, known is 1")
                            .where("%s", store.describe())
                            .remedy("Use the Holdfast that wrote it, or a newer one."));
        }
        Root root;
        try {
            root =
                    envelopes(store, RepositoryId.NONE, surroundings)
                            .readDocument(ROOT, ObjectKind.ROOT, Root.class);
        } catch (CorruptDataException failure) {
            if (failure.problem().code() != StoreError.OBJECT_MISSING) {
                throw failure;
            }
            throw new RefusedException(
                    Problem.of(RepositoryError.REPOSITORY_MISSING)
                            .what("there is no repository")
                            .where("%s", store.describe())
                            .remedy(
                                    "Check the path; the first backup or 'holdfast archive' creates a repository."),
                    failure);
        }
        return new Repository(
                envelopes(store, root.repositoryId(), surroundings), surroundings.terms());
    }

    /// Whether a store holds a repository.
    public static boolean isRepository(ObjectStore store) {
        return store.bytes(ROOT).isPresent();
    }

    private static Envelopes envelopes(
            ObjectStore store, RepositoryId id, Surroundings surroundings) {
        return new Envelopes(store, id, surroundings.clock(), surroundings.random());
    }

    /// The same repository, whose next backups compress their content so.
    public Repository compressing(Compression wanted) {
        return new Repository(envelopes, leases, wanted, packBytes);
    }

    /// The same repository, whose next backups end a pack when it has so many bytes.
    public Repository packing(long bytes) {
        return new Repository(envelopes, leases, compression, bytes);
    }

    public RepositoryId id() {
        return envelopes.repository();
    }

    /// The store seen through the envelope.
    public Envelopes envelopes() {
        return envelopes;
    }

    public Leases leases() {
        return leases;
    }

    public Catalogue catalogue() {
        return new Catalogue(envelopes);
    }

    /// Begins a backup of a server and takes its lease: one backup per server at a time.
    ///
    /// @param purpose for people who are refused meanwhile: `logical backup of db3`
    /// @throws RefusedException with `LEASE_HELD` if another backup of the server is under way
    public BackupWriter beginBackup(UUID server, String purpose) {
        Lease lease = leases.acquire("backup-" + server, purpose).keepRenewed();
        return new BackupWriter(
                envelopes,
                catalogue(),
                lease,
                unfinished(server),
                compression,
                packBytes,
                HOLDFAST_VERSION);
    }

    /// What physical backups of a server left that did not come to their end.
    public UnfinishedBackups unfinished(UUID server) {
        return new UnfinishedBackups(envelopes, server);
    }

    /// Opens a backup.
    ///
    /// @throws RefusedException with `BACKUP_MISSING` if there is none of that id
    /// @throws CorruptDataException if its manifest is damaged
    public BackupReader openBackup(BackupId id) {
        try {
            Manifest manifest =
                    envelopes.readDocument(id.manifestKey(), ObjectKind.MANIFEST, Manifest.class);
            return new BackupReader(envelopes, manifest);
        } catch (CorruptDataException failure) {
            if (failure.problem().code() != StoreError.OBJECT_MISSING) {
                throw failure;
            }
            throw new RefusedException(
                    Problem.of(RepositoryError.BACKUP_MISSING)
                            .what("there is no backup %s", id)
                            .where("%s", envelopes.store().describe())
                            .remedy("See 'holdfast list' for the backups there are."),
                    failure);
        }
    }
}
