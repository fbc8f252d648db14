package io.holdfast.repository.verify;

import io.holdfast.core.CorruptDataException;
import io.holdfast.core.HoldfastException;
import io.holdfast.core.Problem;
import io.holdfast.core.RefusedException;
import io.holdfast.repository.BackupId;
import io.holdfast.repository.Manifest;
import io.holdfast.repository.PackTable;
import io.holdfast.repository.PackUse;
import io.holdfast.repository.Repository;
import io.holdfast.repository.Stage;
import io.holdfast.repository.archive.ArchiveCheck;
import io.holdfast.repository.format.ContainerReader;
import io.holdfast.repository.format.Envelopes;
import io.holdfast.repository.format.ObjectKind;
import io.holdfast.repository.format.PackId;
import io.holdfast.repository.format.RepositoryError;
import io.holdfast.repository.format.RepositoryId;
import io.holdfast.store.ObjectKey;
import io.holdfast.store.StoreError;
import io.holdfast.store.StoredObject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/// Reads every byte of a repository, or of one backup, and reports what is not as it was written.
/// Problems of objects are findings; only a store that cannot be reached ends it with an exception.
/// Memory: some 100 bytes for each pack.
public final class Verify {
    private final Repository repository;
    private final Envelopes envelopes;
    private final Consumer<StoredObject> progress;
    private final List<Finding> findings = new ArrayList<>();
    private final List<String> strangers = new ArrayList<>();
    private final Map<PackId, Integer> packBlocks = new HashMap<>();
    private final Set<PackId> damagedPacks = new HashSet<>();
    private final Set<PackId> usedPacks = new HashSet<>();
    private final List<ObjectKey> stages = new ArrayList<>();
    private long objects;
    private long bytes;

    private Verify(Repository repository, Consumer<StoredObject> progress) {
        this.repository = repository;
        this.envelopes = repository.envelopes();
        this.progress = progress;
    }

    /// Verifies everything.
    ///
    /// @param progress told of each object before it is read
    public static VerifyReport everything(Repository repository, Consumer<StoredObject> progress) {
        var verify = new Verify(repository, progress);
        repository.envelopes().store().list("", verify::checkObject);
        for (BackupId id : repository.catalogue().backupIds()) {
            verify.checkManifest(id);
        }
        verify.checkStages();
        var garbage = new ArrayList<String>();
        for (PackId pack : verify.packBlocks.keySet()) {
            if (!verify.usedPacks.contains(pack)) {
                garbage.add(pack.key().text());
            }
        }
        garbage.sort(null);
        return verify.report(garbage);
    }

    /// Verifies what one backup needs: its manifest and packs.
    public static VerifyReport backup(
            Repository repository, BackupId id, Consumer<StoredObject> progress) {
        var verify = new Verify(repository, progress);
        Envelopes envelopes = repository.envelopes();
        envelopes.store().list(id.manifestKey().text(), verify::checkObject);
        verify.readManifest(id)
                .ifPresent(manifest -> {
                    for (PackUse use : manifest.packs()) {
                        envelopes.store().list(use.pack().key().text(), verify::checkObject);
                    }
                });
        verify.checkManifest(id);
        return verify.report(List.of());
    }

    /// Verifies one object by itself.
    public static VerifyReport object(Repository repository, ObjectKey key) {
        var verify = new Verify(repository, _ -> {});
        long present = repository.envelopes().store().bytes(key).orElse(0);
        verify.checkObject(new StoredObject(key, present, Instant.EPOCH));
        return verify.report(List.of());
    }

    private VerifyReport report(List<String> garbage) {
        return new VerifyReport(objects, bytes, findings, strangers, garbage);
    }

    private void checkObject(StoredObject object) {
        Optional<ObjectKind> kind = KeyKinds.of(object.key());
        if (kind.isEmpty()) {
            strangers.add(object.key().text());
            return;
        }
        progress.accept(object);
        objects++;
        bytes += object.bytes();
        try {
            check(object.key(), kind.get());
        } catch (CorruptDataException | RefusedException failure) {
            if (isExpectedToVanish(kind.get(), failure)) {
                return;
            }
            note(object.key(), failure);
            if (kind.get() == ObjectKind.PACK) {
                damagedPacks.add(KeyKinds.pack(object.key()));
            }
        }
    }

    /// Leases, days of the catalogue and small parts are replaced by others all the time, also
    /// between being listed and being read.
    private static boolean isExpectedToVanish(ObjectKind kind, HoldfastException failure) {
        if (failure.problem().code() != StoreError.OBJECT_MISSING) {
            return false;
        }
        return switch (kind) {
            case LEASE, CATALOGUE_DAY, ARCHIVE_PART, PART_INDEX, PACK_TABLE, DELETION_MARK, STAGE ->
                    true;
            case ROOT, PACK, MANIFEST, HISTORY, DEFINITIONS -> false;
        };
    }

    private void check(ObjectKey key, ObjectKind kind) {
        if (kind == ObjectKind.ROOT) {
            // Its binding has no repository id: it is read before the id is known.
            new Envelopes(
                            envelopes.store(),
                            RepositoryId.NONE,
                            envelopes.clock(),
                            envelopes.random())
                    .open(key, kind)
                    .verify();
            return;
        }
        ContainerReader reader = envelopes.open(key, kind);
        if (kind == ObjectKind.ARCHIVE_PART) {
            ArchiveCheck.part(envelopes, key);
            return;
        }
        reader.verify();
        if (kind == ObjectKind.PART_INDEX) {
            ArchiveCheck.index(envelopes, key);
        } else if (kind == ObjectKind.PACK) {
            packBlocks.put(KeyKinds.pack(key), reader.blockCount());
        } else if (kind == ObjectKind.STAGE) {
            stages.add(key);
        }
    }

    private Optional<Manifest> readManifest(BackupId id) {
        try {
            return Optional.of(repository.openBackup(id).manifest());
        } catch (CorruptDataException | RefusedException failure) {
            if (findings.stream().noneMatch(finding -> finding.object().equals(id.manifestKey()))) {
                note(id.manifestKey(), failure);
            }
            return Optional.empty();
        }
    }

    /// Checks that every pack that the manifest names is there and sound.
    private void checkManifest(BackupId id) {
        Optional<Manifest> manifest = readManifest(id);
        if (manifest.isEmpty()) {
            return;
        }
        Map<String, List<PackTable.Moved>> moved = PackTable.load(envelopes).moved();
        for (PackUse use : manifest.get().packs()) {
            String problem = problemOf(use.pack(), use.blocks(), moved);
            if (!problem.isEmpty()) {
                noteUse(
                        id.manifestKey(),
                        "backup " + id,
                        problem,
                        "Restore another backup, or take the pack from a copy of the repository.");
            }
        }
    }

    /// Checks what an unfinished backup has noted: no backup needs it, but the next one may build
    /// on it.
    private void checkStages() {
        Map<String, List<PackTable.Moved>> moved = PackTable.load(envelopes).moved();
        for (ObjectKey key : stages) {
            Stage stage;
            try {
                stage = envelopes.readDocument(key, ObjectKind.STAGE, Stage.class);
            } catch (CorruptDataException | RefusedException failure) {
                if (!isExpectedToVanish(ObjectKind.STAGE, failure)) {
                    note(key, failure);
                }
                continue;
            }
            stage.packs()
                    .map(pack -> problemOf(pack, 0, moved))
                    .filter(problem -> !problem.isEmpty())
                    .forEach(problem ->
                            noteUse(
                                    key,
                                    "object " + key,
                                    problem,
                                    "No backup needs it; the next physical backup of the server"
                                            + " stores these pages again."));
        }
    }

    /// What is wrong with a pack that is needed; empty if nothing is.
    private String problemOf(
            PackId pack, int blocksNeeded, Map<String, List<PackTable.Moved>> moved) {
        usedPacks.add(pack);
        if (moved.containsKey(pack.toString())) {
            return ""; // its blocks are in other packs, which were read like all others
        }
        Integer blocks = packBlocks.get(pack);
        if (damagedPacks.contains(pack)) {
            return "pack " + pack + ", which the backup needs, is damaged";
        }
        if (blocks == null) {
            boolean isNewer = envelopes.store().bytes(pack.key()).isPresent();
            return isNewer ? "" : "pack " + pack + ", which the backup needs, is missing";
        }
        return blocks < blocksNeeded
                ? "pack " + pack + " has fewer blocks than the backup needs"
                : "";
    }

    private void noteUse(ObjectKey key, String where, String what, String remedy) {
        findings.add(
                new Finding(
                        key,
                        Problem.of(RepositoryError.OBJECT_DAMAGED)
                                .what("%s", what)
                                .where("%s", where)
                                .remedy("%s", remedy)));
    }

    private void note(ObjectKey key, HoldfastException failure) {
        findings.add(new Finding(key, failure.problem()));
    }
}
