package io.holdfast.recovery.physical;

import io.holdfast.core.BinlogPosition;
import io.holdfast.core.GtidSet;
import io.holdfast.repository.BackupId;
import io.holdfast.repository.BackupKind;
import io.holdfast.repository.BackupReader;
import io.holdfast.repository.BackupState;
import io.holdfast.repository.BackupWriter;
import io.holdfast.repository.PhysicalSection;
import io.holdfast.repository.Repository;
import io.holdfast.repository.ServerIdentity;
import io.holdfast.repository.StreamWriter;
import io.holdfast.repository.format.StreamRef;
import io.holdfast.repository.logical.JsonLines;
import io.holdfast.repository.physical.PageSegment;
import io.holdfast.repository.physical.PhysicalFile;
import io.holdfast.store.MemoryStore;
import io.holdfast.store.ObjectStore;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// A physical backup, made piece by piece and by its document alone. It owes nothing to the code
/// that makes them.
public final class Backups implements AutoCloseable {
    private static final UUID SERVER = new UUID(1, 2);

    private final Repository repository;
    private final BackupWriter writer;
    private final List<PhysicalFile> files = new ArrayList<>();
    private long pages;

    /// What is known of the server besides its files.
    public record Facts(
            ServerIdentity identity,
            @Nullable String history,
            GtidSet gtids,
            @Nullable BinlogPosition position,
            Instant at,
            Map<String, String> settings) {
        static final Facts NONE =
                new Facts(
                        new ServerIdentity(SERVER, "9.7.4", "", "here", 0, 1),
                        null,
                        GtidSet.EMPTY,
                        null,
                        Instant.EPOCH,
                        Map.of());
    }

    Backups() {
        this(new MemoryStore());
    }

    Backups(ObjectStore store) {
        this(Repository.create(store), SERVER);
    }

    public Backups(Repository repository, UUID server) {
        this.repository = repository;
        this.writer = repository.beginBackup(server, "made by a test");
    }

    /// Opens a stream of it. The caller finishes and closes it.
    public StreamWriter open() {
        return writer.openStream();
    }

    public StreamRef stream(byte[] bytes) {
        try (StreamWriter stream = writer.openStream()) {
            stream.write(bytes);
            return stream.finish();
        }
    }

    /// Stores a map of pages.
    public StreamRef map(PageSegment segment) {
        pages += segment.pageCount();
        return stream(segment.encode());
    }

    public void add(PhysicalFile file) {
        files.add(file);
    }

    BackupReader of(StreamRef redo, long startLsn, long endLsn) {
        return repository.openBackup(commit(Facts.NONE, redo, startLsn, endLsn));
    }

    /// Makes it exist.
    public BackupId commit(Facts facts, StreamRef redo, long startLsn, long endLsn) {
        StreamRef lines;
        try (StreamWriter stream = writer.openStream()) {
            var out = new JsonLines.Writer(stream);
            files.forEach(out::write);
            out.end();
            lines = stream.finish();
        }
        return writer.commit(
                        new BackupState(
                                BackupKind.PHYSICAL,
                                facts.identity(),
                                facts.history(),
                                facts.gtids(),
                                facts.position(),
                                facts.at(),
                                facts.settings(),
                                List.of(),
                                null,
                                new PhysicalSection(
                                        lines,
                                        redo,
                                        startLsn,
                                        endLsn,
                                        6,
                                        false,
                                        16_384,
                                        PhysicalSection.Method.FULL,
                                        null,
                                        Instant.EPOCH,
                                        files.size(),
                                        pages,
                                        pages)))
                .backup();
    }

    BackupReader ofFiles() {
        return of(StreamRef.EMPTY, 8_704, 8_704);
    }

    @Override
    public void close() {
        writer.close();
    }
}
