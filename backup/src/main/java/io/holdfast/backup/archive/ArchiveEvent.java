package io.holdfast.backup.archive;

import io.holdfast.core.BinlogPosition;
import io.holdfast.core.Problem;
import io.holdfast.repository.archive.PartRange;

/// What an archiver has to say while it runs.
public sealed interface ArchiveEvent {
    /// It reads a server's log from here on.
    record Connected(String server, BinlogPosition at) implements ArchiveEvent {}

    /// A history began.
    ///
    /// @param reason the cause's name, then what was seen
    record HistoryBegan(String historyId, String reason, BinlogPosition at)
            implements ArchiveEvent {}

    /// The connection or the disk failed; it tries again after a pause.
    record Interrupted(Problem problem, long retryMillis) implements ArchiveEvent {}

    /// Something that a person should act on.
    record Warned(Problem problem) implements ArchiveEvent {}

    /// A part is in the repository.
    record PartStored(PartRange range, long transactions) implements ArchiveEvent {}

    /// How it stands, about once a second.
    record Progressed(ArchiveStatus status) implements ArchiveEvent {}
}
