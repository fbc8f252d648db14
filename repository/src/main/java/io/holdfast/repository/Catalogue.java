package io.holdfast.repository;

import io.holdfast.core.CorruptDataException;
import io.holdfast.core.HoldfastException;
import io.holdfast.core.RefusedException;
import io.holdfast.core.Text;
import io.holdfast.repository.format.Envelopes;
import io.holdfast.repository.format.ObjectKind;
import io.holdfast.store.ObjectKey;
import io.holdfast.store.PutResult;
import io.holdfast.store.StoredObject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;

/// Lists backups without opening every manifest. The truth is the list of manifests' keys; the
/// catalogue's objects only spare opening them. So it may be missing, stale or damaged, and
/// [#backups()] is right all the same. Thread-safe.
public final class Catalogue {
    private static final String FOLDER = "catalogue/";

    private final Envelopes envelopes;

    Catalogue(Envelopes envelopes) {
        this.envelopes = envelopes;
    }

    /// The heads of the backups that began on one UTC day.
    record Day(List<BackupHead> backups) {}

    /// Every backup, oldest first.
    public List<BackupListing> backups() {
        var days = new HashMap<String, Map<BackupId, BackupHead>>();
        var listings = new ArrayList<BackupListing>();
        for (BackupId id : backupIds()) {
            BackupHead known = days.computeIfAbsent(id.day(), this::readDay).get(id);
            listings.add(known == null ? open(id) : new BackupListing.Whole(known));
        }
        return List.copyOf(listings);
    }

    /// Every backup, oldest first, each manifest read and proven: what a person is told, and what a
    /// recovery chooses from. A catalogue knows nothing of what became of a manifest since it was
    /// written.
    public List<BackupListing> provenBackups() {
        return backupIds().stream().map(this::open).toList();
    }

    /// Backups that were copied whole, but whose maker ended before they were proven, or is at it;
    /// oldest first. None can be restored.
    public List<BackupId> incompleteIds() {
        List<BackupId> complete = backupIds();
        return ids(BackupId::isIncompleteKey).stream()
                .filter(id -> !complete.contains(id))
                .toList();
    }

    /// The ids of every backup, oldest first, without opening anything.
    public List<BackupId> backupIds() {
        return ids(BackupId::isManifestKey);
    }

    private List<BackupId> ids(Predicate<ObjectKey> isWanted) {
        var ids = new ArrayList<BackupId>();
        envelopes
                .store()
                .list(
                        BackupId.manifestPrefix(),
                        object -> {
                            if (isWanted.test(object.key())) {
                                ids.add(BackupId.ofManifest(object.key()));
                            }
                        });
        return List.copyOf(ids);
    }

    private BackupListing open(BackupId id) {
        try {
            return new BackupListing.Whole(
                    envelopes
                            .readDocument(id.manifestKey(), ObjectKind.MANIFEST, Manifest.class)
                            .head());
        } catch (CorruptDataException | RefusedException unreadable) {
            return new BackupListing.Unreadable(id, unreadable.problem());
        }
    }

    /// What the catalogue knows of a day; nothing if it cannot be read.
    private Map<BackupId, BackupHead> readDay(String day) {
        var heads = new TreeMap<BackupId, BackupHead>();
        List<StoredObject> generations = envelopes.store().list(FOLDER + day + "/");
        if (!generations.isEmpty()) {
            try {
                envelopes
                        .readDocument(
                                generations.getLast().key(), ObjectKind.CATALOGUE_DAY, Day.class)
                        .backups()
                        .forEach(head -> heads.put(head.backup(), head));
            } catch (CorruptDataException | RefusedException _) {
                return new TreeMap<>(); // the manifests are opened instead
            }
        }
        return heads;
    }

    /// Notes a backup that was just committed. Best effort: never fails, for the manifest counts.
    void add(BackupHead head) {
        try {
            Map<BackupId, BackupHead> heads = readDay(head.backup().day());
            heads.put(head.backup(), head);
            write(head.backup().day(), heads);
        } catch (HoldfastException _) {
            // The next list opens the manifest; nothing is lost.
        }
    }

    /// Writes the days anew whose objects are missing or stale, from the manifests.
    ///
    /// @return how many days were written
    public int rebuild() {
        var days = new TreeSet<String>();
        backupIds().forEach(id -> days.add(id.day()));
        int written = 0;
        for (String day : days) {
            var heads = new TreeMap<BackupId, BackupHead>();
            for (BackupId id : backupIds()) {
                if (id.day().equals(day)
                        && open(id) instanceof BackupListing.Whole(BackupHead head)) {
                    heads.put(id, head);
                }
            }
            if (!heads.equals(readDay(day))) {
                write(day, heads);
                written++;
            }
        }
        return written;
    }

    private void write(String day, Map<BackupId, BackupHead> heads) {
        List<StoredObject> generations = envelopes.store().list(FOLDER + day + "/");
        long number = generations.isEmpty() ? 1 : number(generations.getLast().key()) + 1;
        ObjectKey key = ObjectKey.of(FOLDER + day + Text.format("/%010d", number));
        var document = new Day(List.copyOf(heads.values()));
        if (envelopes.putDocument(key, ObjectKind.CATALOGUE_DAY, document) == PutResult.CREATED) {
            generations.forEach(old -> {
                boolean _ = envelopes.store().delete(old.key());
            });
        }
    }

    private static long number(ObjectKey key) {
        try {
            return Long.parseLong(key.name());
        } catch (NumberFormatException _) {
            return 0; // not one of ours; verify reports it
        }
    }
}
