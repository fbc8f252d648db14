package io.holdfast.repository.archive;

import io.holdfast.core.CorruptDataException;
import io.holdfast.core.Problem;
import io.holdfast.core.RefusedException;
import io.holdfast.repository.Repository;
import io.holdfast.repository.format.Envelopes;
import io.holdfast.repository.format.ObjectKind;
import io.holdfast.repository.format.RepositoryError;
import io.holdfast.repository.lease.Lease;
import io.holdfast.store.PutResult;
import io.holdfast.store.StoreError;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;

/// The binary-log archive of a repository: its histories. Thread-safe.
public final class Archive {
    private final Repository repository;
    private final Envelopes envelopes;

    public Archive(Repository repository) {
        this.repository = repository;
        this.envelopes = repository.envelopes();
    }

    /// Takes the lease that lets one process archive a server, and renews it until it is closed.
    ///
    /// @throws RefusedException with `LEASE_HELD` if another process archives the server
    public Lease lease(UUID server) {
        return repository
                .leases()
                .acquire("archive-" + server, "archive of " + server)
                .keepRenewed();
    }

    /// Begins a history of a server.
    public HistoryArchive begin(UUID server, History.Beginning beginning) {
        HistoryId id = HistoryId.create(server, envelopes.random());
        var history =
                new History(
                        id,
                        server,
                        beginning.reason(),
                        beginning.predecessor(),
                        beginning.firstFile(),
                        beginning.gtidsBefore(),
                        envelopes.now(),
                        beginning.detail());
        if (envelopes.putDocument(id.key(), ObjectKind.HISTORY, history) == PutResult.EXISTS) {
            throw new RefusedException(
                    Problem.of(RepositoryError.OBJECT_EXISTS)
                            .what("a history of this id is there already")
                            .where("object %s", id.key())
                            .remedy("Run the command again; it chooses another id."));
        }
        return new HistoryArchive(envelopes, history);
    }

    /// Opens a history.
    ///
    /// @throws RefusedException with `HISTORY_MISSING` if there is none of that id
    /// @throws CorruptDataException if its object is damaged
    public HistoryArchive open(HistoryId id) {
        try {
            return new HistoryArchive(
                    envelopes, envelopes.readDocument(id.key(), ObjectKind.HISTORY, History.class));
        } catch (CorruptDataException failure) {
            if (failure.problem().code() != StoreError.OBJECT_MISSING) {
                throw failure;
            }
            throw new RefusedException(
                    Problem.of(RepositoryError.HISTORY_MISSING)
                            .what("there is no history %s", id)
                            .where("%s", envelopes.store().describe())
                            .remedy("See 'holdfast list' for the histories there are."),
                    failure);
        }
    }

    /// Every history, by server, oldest first.
    ///
    /// @throws CorruptDataException if one's object is damaged
    public List<HistoryArchive> histories() {
        return histories(HistoryId.FOLDER);
    }

    /// The histories of one server, oldest first.
    ///
    /// @throws CorruptDataException if one's object is damaged
    public List<HistoryArchive> histories(UUID server) {
        return histories(HistoryId.FOLDER + server + "-");
    }

    private List<HistoryArchive> histories(String prefix) {
        var found = new ArrayList<HistoryArchive>();
        envelopes
                .store()
                .list(
                        prefix,
                        object -> {
                            String text = object.key().text();
                            if (text.endsWith("/history")) {
                                String id =
                                        text.substring(
                                                HistoryId.FOLDER.length(),
                                                text.length() - "/history".length());
                                if (HistoryId.isHistoryId(id)) {
                                    found.add(open(new HistoryId(id)));
                                }
                            }
                        });
        found.sort(
                Comparator.comparing((HistoryArchive history) -> history.history().server())
                        .thenComparing(history -> history.history().created())
                        .thenComparing(history -> history.history().history()));
        return List.copyOf(found);
    }
}
