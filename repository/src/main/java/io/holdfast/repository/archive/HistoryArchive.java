package io.holdfast.repository.archive;

import io.holdfast.core.BinlogPosition;
import io.holdfast.core.Text;
import io.holdfast.repository.format.ContainerOutput;
import io.holdfast.repository.format.Envelopes;
import io.holdfast.repository.format.ObjectKind;
import io.holdfast.store.ObjectKey;
import java.io.OutputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/// The archive of one history: its parts, indexes and table definitions. Remembers the descriptions
/// of parts it has read, which never change. Thread-safe.
public final class HistoryArchive {
    private final Envelopes envelopes;
    private final History history;
    private final Map<PartName, PartDescription> described = new ConcurrentHashMap<>();

    HistoryArchive(Envelopes envelopes, History history) {
        this.envelopes = envelopes;
        this.history = history;
    }

    public History history() {
        return history;
    }

    public HistoryId id() {
        return history.history();
    }

    Envelopes envelopes() {
        return envelopes;
    }

    /// Every part, in log order, from their keys alone.
    public List<PartName> parts() {
        var names = new ArrayList<PartName>();
        envelopes
                .store()
                .list(
                        PartName.prefix(id()),
                        object -> PartName.parse(object.key()).ifPresent(names::add));
        names.sort(null);
        return List.copyOf(names);
    }

    /// Begins a part.
    public ArchivePartWriter createPart(PartRange range) {
        return new ArchivePartWriter(envelopes, id(), range);
    }

    /// Opens a part.
    ///
    /// @throws io.holdfast.core.CorruptDataException if it is missing or damaged
    public ArchivePartReader openPart(PartName name) {
        ArchivePartReader reader = ArchivePartReader.open(envelopes, name);
        described.put(name, reader.description());
        return reader;
    }

    /// What a part says of itself; read once.
    ///
    /// @throws io.holdfast.core.CorruptDataException if it is missing or damaged
    public PartDescription describe(PartName name) {
        PartDescription known = described.get(name);
        return known != null ? known : openPart(name).description();
    }

    /// A part's index.
    ///
    /// @throws io.holdfast.core.CorruptDataException if it is missing or damaged; it can be made
    ///   again from the part
    public PartIndex index(PartName name) {
        return PartIndexes.read(envelopes, name);
    }

    /// Puts the index of a part that has lost its own.
    ///
    /// @throws io.holdfast.core.RefusedException if it has one
    public void putIndex(PartName name, PartIndex index) {
        PartIndexes.write(envelopes, name, index);
    }

    /// Which runs of the log are archived without a gap, at this moment.
    ///
    /// @throws io.holdfast.core.CorruptDataException if a part's description cannot be read
    public Continuity continuity() {
        var parts = new ArrayList<Continuity.Described>();
        for (PartName name : parts()) {
            parts.add(new Continuity.Described(name, describe(name)));
        }
        return Continuity.prove(parts);
    }

    /// Table definitions as they hold from a place on.
    ///
    /// @param complete whether all tables are listed, not only those that changed
    public record Definitions(
            HistoryId history, BinlogPosition position, boolean complete, Instant created) {}

    /// Stores table definitions: whatever JSON lines the caller writes.
    ///
    /// @throws io.holdfast.core.UnavailableException if the store fails
    public void putDefinitions(
            BinlogPosition position, boolean complete, Consumer<OutputStream> lines) {
        ObjectKey key =
                ObjectKey.of(
                        definitionsPrefix()
                                + Text.format(
                                        "%010d-%016d-%08x.definitions",
                                        position.fileNumber(),
                                        position.offset(),
                                        envelopes.random().nextInt()));
        try (ContainerOutput out = envelopes.createOutput(key, ObjectKind.DEFINITIONS)) {
            lines.accept(out);
            out.commit(new Definitions(id(), position, complete, envelopes.now()));
        }
    }

    /// The definitions' objects in log order.
    public List<ObjectKey> definitions() {
        var keys = new ArrayList<ObjectKey>();
        envelopes.store().list(definitionsPrefix(), object -> keys.add(object.key()));
        return List.copyOf(keys);
    }

    /// What a definitions object says of itself.
    ///
    /// @throws io.holdfast.core.CorruptDataException if it is missing or damaged
    public Definitions describeDefinitions(ObjectKey key) {
        return envelopes.readDescription(
                envelopes.open(key, ObjectKind.DEFINITIONS), Definitions.class);
    }

    /// Opens the lines of a definitions object.
    ///
    /// @throws io.holdfast.core.CorruptDataException if it is missing or damaged
    public java.io.InputStream openDefinitions(ObjectKey key) {
        return envelopes.open(key, ObjectKind.DEFINITIONS).content(0);
    }

    private String definitionsPrefix() {
        return id().folder() + "definitions/";
    }
}
