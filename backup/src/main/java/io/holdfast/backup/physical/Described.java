package io.holdfast.backup.physical;

import io.holdfast.backup.source.CurrentHistory;
import io.holdfast.innodb.RedoFileHeader;
import io.holdfast.repository.BackupId;
import io.holdfast.repository.BackupKind;
import io.holdfast.repository.BackupState;
import io.holdfast.repository.PhysicalSection;
import io.holdfast.repository.ReplicationChannel;
import io.holdfast.repository.Repository;
import io.holdfast.repository.format.StreamRef;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What the manifest of a backup says of the server, and what its stages say before.
record Described(
        Repository repository,
        PhysicalSource source,
        PhysicalSection.Method method,
        @Nullable BackupId base) {

    /// For stages: the moment when copying begins, and no streams yet.
    ///
    /// @param startLsn the checkpoint that the redo is followed from
    BackupState atStart(long startLsn, LogMoment start) {
        return at(
                start,
                List.of(),
                new PhysicalSection(
                        StreamRef.EMPTY,
                        StreamRef.EMPTY,
                        startLsn,
                        start.lsn(),
                        RedoFileHeader.FORMAT,
                        false,
                        source.pageBytes(),
                        method,
                        base,
                        source.started(),
                        0,
                        0,
                        0));
    }

    /// For the manifest.
    BackupState atEnd(EndMoment end, PhysicalSection section) {
        return at(end.moment(), end.channels(), section);
    }

    private BackupState at(
            LogMoment moment, List<ReplicationChannel> channels, PhysicalSection section) {
        return new BackupState(
                BackupKind.PHYSICAL,
                source.identity(),
                CurrentHistory.of(repository, source.identity().uuid(), moment.gtids()),
                moment.gtids(),
                moment.position(),
                moment.at(),
                source.settings(),
                channels,
                null,
                section);
    }
}
