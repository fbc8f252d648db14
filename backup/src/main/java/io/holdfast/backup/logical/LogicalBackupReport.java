package io.holdfast.backup.logical;

import io.holdfast.backup.BackupReport;
import io.holdfast.core.BinlogPosition;
import io.holdfast.core.GtidSet;
import io.holdfast.repository.BackupId;
import io.holdfast.repository.ServerIdentity;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a logical backup did.
///
/// @param consistentAt the moment of the snapshot, by this machine's clock
/// @param writersStopped how long no transaction could commit
/// @param ddlBlocked how long DDL was kept out
/// @param snapshots how many snapshots were begun; more than one if the schema changed meanwhile
/// @param lockTries how often the last snapshot's lock was tried for
/// @param rowBytes bytes of rows before compression
/// @param storedBytes bytes in the repository
/// @param notes what a person should know: tables without rows, invalid views
public record LogicalBackupReport(
        BackupId backup,
        ServerIdentity server,
        GtidSet gtidSet,
        @Nullable BinlogPosition position,
        Instant consistentAt,
        Duration total,
        Duration writersStopped,
        Duration ddlBlocked,
        int snapshots,
        int lockTries,
        long objectCount,
        long tableCount,
        long chunkCount,
        long rowCount,
        long rowBytes,
        long storedBytes,
        List<String> notes)
        implements BackupReport {
    public LogicalBackupReport {
        notes = List.copyOf(notes);
    }
}
