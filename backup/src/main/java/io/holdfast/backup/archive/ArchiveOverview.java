package io.holdfast.backup.archive;

import io.holdfast.core.BinlogPosition;
import io.holdfast.core.GtidSet;
import io.holdfast.repository.BackupHead;
import io.holdfast.repository.BackupId;
import io.holdfast.repository.BackupListing;
import io.holdfast.repository.Repository;
import io.holdfast.repository.archive.Archive;
import io.holdfast.repository.archive.Continuity;
import io.holdfast.repository.archive.Gap;
import io.holdfast.repository.archive.History;
import io.holdfast.repository.archive.HistoryArchive;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// How far the archive of one history reaches and what can be restored with it.
///
/// @param inRepository behind the last byte of the last part; null if there is none
/// @param lastCommitted when the newest transaction in the repository was committed; null without
///   any
/// @param inJournal what the archiver's own status says, if it is on this machine and writes this
///   history
/// @param ranges what can be restored, proven free of gaps; empty without a backup
/// @param gaps where the history is not whole
public record ArchiveOverview(
        History history,
        @Nullable BinlogPosition inRepository,
        @Nullable Instant lastCommitted,
        long byteCount,
        @Nullable ArchiveStatus inJournal,
        List<Range> ranges,
        List<Gap> gaps) {
    /// Copies the lists.
    public ArchiveOverview {
        ranges = List.copyOf(ranges);
        gaps = List.copyOf(gaps);
    }

    /// A restorable range: any moment from a backup's to the end of the unbroken archive behind it.
    ///
    /// @param oldest the backup it begins with
    /// @param from that backup's moment
    /// @param executed what a server restored to the end has executed
    public record Range(
            BackupId oldest,
            BinlogPosition from,
            Instant fromTime,
            BinlogPosition to,
            @Nullable Instant toTime,
            GtidSet executed) {}

    /// Looks at every history of a repository.
    ///
    /// @param journals the folder of this machine's journals, one per server UUID
    public static List<ArchiveOverview> of(Repository repository, Path journals) {
        List<BackupHead> backups =
                repository.catalogue().provenBackups().stream()
                        .flatMap(listing -> whole(listing).stream())
                        .filter(head -> head.position() != null)
                        .sorted(Comparator.comparing(BackupHead::consistentAt))
                        .toList();
        return new Archive(repository)
                .histories().stream().map(history -> of(history, backups, journals)).toList();
    }

    private static Optional<BackupHead> whole(BackupListing listing) {
        return switch (listing) {
            case BackupListing.Whole(BackupHead head) -> Optional.of(head);
            case BackupListing.Unreadable _ -> Optional.empty();
        };
    }

    private static ArchiveOverview of(
            HistoryArchive archive, List<BackupHead> backups, Path journals) {
        Continuity continuity = archive.continuity();
        var ranges = new ArrayList<Range>();
        long byteCount = 0;
        Instant last = null;
        for (Continuity.Run run : continuity.runs()) {
            byteCount += run.byteCount();
            last = lastCommitted(run);
            for (BackupHead backup : backups) {
                Range range = range(archive.history(), run, backup);
                if (range != null) {
                    ranges.add(range);
                    break; // the oldest one: later ones lie inside its range
                }
            }
        }
        return new ArchiveOverview(
                archive.history(),
                continuity.runs().isEmpty() ? null : continuity.runs().getLast().end(),
                last,
                byteCount,
                status(archive.history(), journals),
                ranges,
                continuity.gaps());
    }

    private static @Nullable Instant lastCommitted(Continuity.Run run) {
        for (Continuity.Piece piece : run.pieces().reversed()) {
            Instant committed = piece.description().facts().lastCommitted();
            if (committed != null) {
                return committed;
            }
        }
        return null;
    }

    private static @Nullable Range range(History history, Continuity.Run run, BackupHead backup) {
        BinlogPosition at = backup.position();
        boolean isUsable =
                at != null
                        && backup.server().uuid().equals(history.server())
                        && (backup.history() == null
                                || backup.history().equals(history.history().text()))
                        && run.begin().compareTo(at) <= 0
                        && at.compareTo(run.end()) <= 0
                        && backup.gtidSet().containsAll(run.gtidsBefore())
                        && run.executed().containsAll(backup.gtidSet());
        return at == null || !isUsable
                ? null
                : new Range(
                        backup.backup(),
                        at,
                        backup.consistentAt(),
                        run.end(),
                        lastCommitted(run),
                        run.executed());
    }

    private static @Nullable ArchiveStatus status(History history, Path journals) {
        return ArchiveStatus.read(journals.resolve(history.server().toString()))
                .filter(status -> history.history().text().equals(status.history()))
                .orElse(null);
    }
}
