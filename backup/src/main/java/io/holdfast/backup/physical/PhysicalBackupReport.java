package io.holdfast.backup.physical;

import io.holdfast.backup.BackupReport;
import io.holdfast.core.BinlogPosition;
import io.holdfast.core.GtidSet;
import io.holdfast.repository.BackupId;
import io.holdfast.repository.PhysicalSection;
import io.holdfast.repository.ServerIdentity;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a physical backup did.
///
/// @param consistentAt the moment that a restore comes to, by this machine's clock
/// @param ddlBlocked how long DDL was kept out, all times together
/// @param copiedAgain tablespaces that were copied after DDL had been let in; null if it was not
/// @param method how the changed pages were found
/// @param base whose pages the backup shares; null if it has them all itself
/// @param unfinished backups that were broken off and whose stored pages it took where they had any
/// @param whyNot nothing cheaper was done: no incremental backup, or no page tracking; empty if it
///   was
/// @param startLsn recovery begins here
/// @param endLsn recovery ends here
/// @param fileCount tablespace files and others
/// @param pageCount of all tablespaces
/// @param changedPageCount of these, how many were stored now
/// @param readBytes of the server's files and its redo
/// @param redoBytes of these the redo
/// @param rereadPages pages that were caught in the middle of a write and read again
/// @param storedBytes bytes in the repository
/// @param notes what a person should know: files left out
public record PhysicalBackupReport(
        BackupId backup,
        ServerIdentity server,
        GtidSet gtidSet,
        @Nullable BinlogPosition position,
        Instant consistentAt,
        Duration total,
        Duration ddlBlocked,
        @Nullable Integer copiedAgain,
        PhysicalSection.Method method,
        @Nullable BackupId base,
        List<BackupId> unfinished,
        String whyNot,
        long startLsn,
        long endLsn,
        long fileCount,
        long pageCount,
        long changedPageCount,
        long readBytes,
        long redoBytes,
        long rereadPages,
        long storedBytes,
        List<String> notes)
        implements BackupReport {
    public PhysicalBackupReport {
        unfinished = List.copyOf(unfinished);
        notes = List.copyOf(notes);
    }
}
