package io.holdfast.recovery.physical;

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

/// A physical backup, in memory if nothing else is said, made piece by piece.
final class Backups implements AutoCloseable {
    private final Repository repository;
    private final BackupWriter writer;
    private final List<PhysicalFile> files = new ArrayList<>();
    private long pages;

    Backups() {
        this(new MemoryStore());
    }

    Backups(ObjectStore store) {
        this.repository = Repository.create(store);
        this.writer = repository.beginBackup(new UUID(1, 2), "test");
    }

    StreamRef stream(byte[] bytes) {
        try (StreamWriter stream = writer.openStream()) {
            stream.write(bytes);
            return stream.finish();
        }
    }

    StreamRef map(PageSegment segment) {
        pages += segment.pageCount();
        return stream(segment.encode());
    }

    void add(PhysicalFile file) {
        files.add(file);
    }

    BackupReader of(StreamRef redo, long startLsn, long endLsn) {
        StreamRef lines;
        try (StreamWriter stream = writer.openStream()) {
            var out = new JsonLines.Writer(stream);
            files.forEach(out::write);
            out.end();
            lines = stream.finish();
        }
        BackupId id =
                writer.commit(
                                new BackupState(
                                        BackupKind.PHYSICAL,
                                        new ServerIdentity(
                                                new UUID(1, 2), "9.7.4", "", "here", 0, 1),
                                        null,
                                        GtidSet.EMPTY,
                                        null,
                                        Instant.EPOCH,
                                        Map.of(),
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
        return repository.openBackup(id);
    }

    BackupReader ofFiles() {
        return of(StreamRef.EMPTY, 8_704, 8_704);
    }

    @Override
    public void close() {
        writer.close();
    }
}
