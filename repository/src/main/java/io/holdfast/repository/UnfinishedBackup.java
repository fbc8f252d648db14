package io.holdfast.repository;

import io.holdfast.repository.physical.StoredSegment;
import java.time.Instant;
import java.util.List;

/// What a physical backup had stored that is under way or was broken off. It restores nothing; the
/// next backup of the server need not store these pages again.
///
/// @param reader of its streams; its manifest was never written: it names all packs, but counts no
///   blocks of them
public record UnfinishedBackup(BackupReader reader, List<StoredSegment> segments) {
    public UnfinishedBackup {
        segments = List.copyOf(segments);
    }

    public BackupId backup() {
        return reader.manifest().backup();
    }

    /// When it began, by the clock of whoever made it. Tells more than the id, which counts
    /// seconds.
    public Instant began() {
        return reader.manifest().state().consistentAt();
    }
}
