package io.holdfast.repository;

import io.holdfast.core.CorruptDataException;
import io.holdfast.core.RefusedException;
import io.holdfast.core.Text;
import io.holdfast.repository.format.Envelopes;
import io.holdfast.repository.format.ObjectKind;
import io.holdfast.repository.physical.StoredSegment;
import io.holdfast.store.ObjectKey;
import io.holdfast.store.StoredObject;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

/// The stages that physical backups of a server left which did not come to their end: objects that
/// say which segments were stored. Source: `docs/formats/repository.md`, section 7.2.
///
/// Only who holds the server's backup lease may rely on them: each was written and is deleted under
/// it. Thread-safe.
public final class UnfinishedBackups {
    private static final String FOLDER = "unfinished/";

    private final Envelopes envelopes;
    private final UUID server;

    UnfinishedBackups(Envelopes envelopes, UUID server) {
        this.envelopes = envelopes;
        this.server = server;
    }

    /// Where a stage lies.
    ///
    /// @param number from 1
    ObjectKey key(BackupId backup, long number) {
        return ObjectKey.of(prefix() + backup + Text.format("/%010d", number));
    }

    private String prefix() {
        return FOLDER + server + "/";
    }

    /// What there is, oldest first. A stage that cannot be read is passed over: what it says is
    /// stored once more.
    public List<UnfinishedBackup> list() {
        Map<BackupId, List<Stage>> stages = new TreeMap<>();
        for (StoredObject object : envelopes.store().list(prefix())) {
            try {
                Stage stage = envelopes.readDocument(object.key(), ObjectKind.STAGE, Stage.class);
                stages.computeIfAbsent(stage.backup(), _ -> new ArrayList<>()).add(stage);
            } catch (CorruptDataException | RefusedException _) {
                // `holdfast verify` reports it.
            }
        }
        return stages.values().stream()
                .map(this::backup)
                .sorted(Comparator.comparing(UnfinishedBackup::began))
                .toList();
    }

    private UnfinishedBackup backup(List<Stage> stages) {
        Stage last = stages.getLast();
        List<StoredSegment> segments =
                stages.stream().flatMap(stage -> stage.segments().stream()).toList();
        List<PackUse> packs =
                stages.stream()
                        .flatMap(Stage::packs)
                        .distinct()
                        .map(pack -> new PackUse(pack, 0, 0))
                        .toList();
        var manifest =
                new Manifest(
                        last.backup(),
                        List.of(),
                        last.holdfast(),
                        last.state().consistentAt(),
                        last.written(),
                        last.state(),
                        packs,
                        0,
                        0);
        return new UnfinishedBackup(new BackupReader(envelopes, manifest), segments);
    }

    /// Deletes the stages of one backup.
    void forget(BackupId backup) {
        delete(envelopes.store().list(prefix() + backup + "/"));
    }

    /// Deletes all stages of the server; those of the lease's holder are the newest.
    void forgetAll() {
        delete(envelopes.store().list(prefix()));
    }

    private void delete(List<StoredObject> objects) {
        for (StoredObject object : objects) {
            boolean _ = envelopes.store().delete(object.key());
        }
    }
}
