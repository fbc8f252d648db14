package io.holdfast.repository;

import io.holdfast.core.HoldfastException;
import io.holdfast.core.Problem;
import io.holdfast.core.RefusedException;
import io.holdfast.repository.format.Compression;
import io.holdfast.repository.format.Envelopes;
import io.holdfast.repository.format.ObjectKind;
import io.holdfast.repository.format.PackId;
import io.holdfast.repository.format.RepositoryError;
import io.holdfast.repository.lease.Lease;
import io.holdfast.repository.physical.StoredSegment;
import io.holdfast.store.ObjectKey;
import io.holdfast.store.PutResult;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;

/// Writes one backup: streams into packs, then the manifest, which makes it exist. Holds the
/// server's backup lease. [#openStream()] is thread-safe; everything else is its owner's.
///
/// Nothing lists before [#commit] has returned, and closing without it leaves only garbage that
/// `expire` collects.
public final class BackupWriter implements AutoCloseable {
    /// What a segment's place in a stage takes, counted in names of packs; a stage stays far below
    /// what a document may have.
    private static final int SEGMENT_WEIGHT = 16;

    private static final int STAGE_WEIGHT_MAX = 100_000;

    private final Envelopes envelopes;
    private final Catalogue catalogue;
    private final Lease lease;
    private final UnfinishedBackups unfinished;
    private final BackupId id;
    private final Instant began;
    private final String holdfastVersion;
    private final PackPool packs;
    private final BlockBuffers buffers;
    private final LongAdder rawBytes = new LongAdder();
    private long stageCount;
    private boolean isProposed;
    private boolean ended;

    BackupWriter(
            Envelopes envelopes,
            Catalogue catalogue,
            Lease lease,
            UnfinishedBackups unfinished,
            Compression compression,
            long packBytes,
            String holdfastVersion) {
        this.envelopes = envelopes;
        this.catalogue = catalogue;
        this.lease = lease;
        this.unfinished = unfinished;
        this.began = envelopes.now();
        this.id = BackupId.create(began, envelopes.random());
        this.holdfastVersion = holdfastVersion;
        this.packs = new PackPool(envelopes, id, packBytes);
        this.buffers = new BlockBuffers(compression);
    }

    public BackupId id() {
        return id;
    }

    public Instant began() {
        return began;
    }

    /// Begins a stream. It belongs to the backup once its reference is in the manifest or in a
    /// stream that the manifest names.
    ///
    /// @throws RefusedException with `LEASE_LOST` if another process may have taken this one's
    ///   place
    public StreamWriter openStream() {
        lease.check();
        return new StreamWriter(packs, buffers, rawBytes);
    }

    /// Makes all packs durable, then the backup exist. All streams must be finished.
    ///
    /// @return the manifest as it was written
    /// @throws HoldfastException if the store fails or the lease was lost: unless the answer to the
    ///   very last step was lost, the backup does not exist then
    public Manifest commit(BackupState state) {
        return commit(state, List.of());
    }

    /// As [#commit(BackupState)], for a backup that refers to blocks of earlier ones.
    ///
    /// @param earlier what it uses of packs that it did not write; each named by the manifest of a
    ///   backup that was read after this writer began
    public Manifest commit(BackupState state, List<PackUse> earlier) {
        if (ended) {
            throw new IllegalStateException("backup " + id + " has ended");
        }
        Manifest manifest = manifest(state, earlier);
        lease.renew();
        if (envelopes.putDocument(id.manifestKey(), ObjectKind.MANIFEST, manifest)
                == PutResult.EXISTS) {
            throw exists(id.manifestKey());
        }
        ended = true;
        catalogue.add(manifest.head());
        if (isProposed) {
            boolean _ = envelopes.store().delete(id.incompleteKey());
        }
        return manifest;
    }

    private static RefusedException exists(ObjectKey key) {
        return new RefusedException(
                Problem.of(RepositoryError.OBJECT_EXISTS)
                        .what("a backup of this id is there already")
                        .where("object %s", key)
                        .remedy("Run the backup again; it chooses another id."));
    }

    private Manifest manifest(BackupState state, List<PackUse> earlier) {
        List<PackUse> own = packs.finishAll();
        List<PackUse> uses = Stream.concat(own.stream(), earlier.stream()).toList();
        return new Manifest(
                id,
                List.of(),
                holdfastVersion,
                began,
                envelopes.now(),
                state,
                uses,
                rawBytes.sum(),
                own.stream().mapToLong(PackUse::liveBytes).sum());
    }

    /// Makes all packs durable, and the backup known as incomplete: it is whole, but something
    /// about it is still to be proven or found out. No list takes it for a backup, and nothing
    /// restores it but the reader that this returns. [#commit] makes it one, or closing leaves it
    /// as it is.
    ///
    /// All streams must be finished, and none may be opened afterwards.
    public BackupReader propose(BackupState state, List<PackUse> earlier) {
        if (ended || isProposed) {
            throw new IllegalStateException("backup " + id + " has ended");
        }
        Manifest manifest = manifest(state, earlier);
        lease.renew();
        if (envelopes.putDocument(id.incompleteKey(), ObjectKind.MANIFEST, manifest)
                == PutResult.EXISTS) {
            throw exists(id.incompleteKey());
        }
        isProposed = true;
        return new BackupReader(envelopes, manifest);
    }

    /// Notes in the repository which segments are stored, so that the next backup of the server
    /// need not store them again if this one does not come to its end. One thread at a time.
    ///
    /// @param state of the moment when copying began
    /// @return those that could not be noted: not all that they lie in is durable yet
    /// @throws HoldfastException if the store fails or the lease was lost
    public List<StoredSegment> stage(BackupState state, List<StoredSegment> segments) {
        Set<PackId> open = packs.unfinished();
        List<StoredSegment> durable = new ArrayList<>();
        List<StoredSegment> later = new ArrayList<>();
        long weight = 0;
        for (StoredSegment segment : segments) {
            if (!Collections.disjoint(segment.packs(), open)) {
                later.add(segment);
                continue;
            }
            durable.add(segment);
            weight += SEGMENT_WEIGHT + segment.packs().size();
            if (weight >= STAGE_WEIGHT_MAX) {
                putStage(state, durable);
                durable.clear();
                weight = 0;
            }
        }
        if (!durable.isEmpty()) {
            putStage(state, durable);
        }
        return later;
    }

    private void putStage(BackupState state, List<StoredSegment> segments) {
        lease.check();
        ObjectKey key = unfinished.key(id, ++stageCount);
        var stage = new Stage(id, List.of(), holdfastVersion, envelopes.now(), state, segments);
        if (envelopes.putDocument(key, ObjectKind.STAGE, stage) == PutResult.EXISTS) {
            throw exists(key);
        }
    }

    /// What earlier backups of the server left that did not come to their end.
    public List<UnfinishedBackup> unfinished() {
        return unfinished.list().stream().filter(earlier -> !earlier.backup().equals(id)).toList();
    }

    /// Deletes what this backup noted of itself: nothing is to be built on it.
    public void forgetStages() {
        unfinished.forget(id);
    }

    /// Deletes what this backup and all earlier ones of the server noted while they were under way:
    /// once this one is committed, the next is based on it. What cannot be deleted now is passed
    /// over, and deleted then.
    public void forgetUnfinished() {
        try {
            unfinished.forgetAll();
        } catch (HoldfastException _) {
            // The next backup ignores them, being older than this one.
        }
    }

    /// Ends the backup and gives the lease back. Without a commit before, it never was. No thread
    /// may be writing a stream any more.
    @Override
    public void close() {
        ended = true;
        packs.abandon();
        buffers.close();
        lease.close();
    }
}
