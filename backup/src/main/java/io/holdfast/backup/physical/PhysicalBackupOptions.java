package io.holdfast.backup.physical;

import io.holdfast.core.TableName;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// How a physical backup is made.
///
/// @param threads copying threads, at least 1
/// @param ddlBlockMax how long DDL may be held back at a time; past it the backup ends without
///   result, unless it may go on
/// @param openAfter how long DDL is held back at first, after which the backup goes on without the
///   lock and copies again what DDL changes; null if it may not
/// @param bytesPerSecond how fast the server's files are read by all threads together; 0 for no
///   limit
/// @param spoolFolder where redo is kept until the pages are copied
/// @param spoolBytesMax how much of it
/// @param allowInconsistent tables without transactions that are copied as they are
/// @param isFull whether no earlier backup is to be the base
/// @param stageEvery how long to wait until the repository is told again what was stored
public record PhysicalBackupOptions(
        int threads,
        Duration ddlBlockMax,
        @Nullable Duration openAfter,
        long bytesPerSecond,
        Path spoolFolder,
        long spoolBytesMax,
        Set<TableName> allowInconsistent,
        boolean isFull,
        Duration stageEvery) {

    public static final Duration DDL_BLOCK_MAX_DEFAULT = Duration.ofMinutes(10);
    public static final Duration STAGE_EVERY_DEFAULT = Duration.ofSeconds(30);
    public static final long SPOOL_BYTES_MAX_DEFAULT = 16L << 30;

    public PhysicalBackupOptions {
        if (threads < 1
                || bytesPerSecond < 0
                || spoolBytesMax < 1
                || ddlBlockMax.isNegative()
                || stageEvery.isNegative()) {
            throw new IllegalArgumentException("counts are at least 1");
        }
        allowInconsistent = Set.copyOf(allowInconsistent);
    }

    /// Four threads without a limit, DDL held back for at most ten minutes, 16 GiB of redo.
    public static PhysicalBackupOptions in(Path spoolFolder) {
        return new PhysicalBackupOptions(
                4,
                DDL_BLOCK_MAX_DEFAULT,
                null,
                0,
                spoolFolder,
                SPOOL_BYTES_MAX_DEFAULT,
                Set.of(),
                false,
                STAGE_EVERY_DEFAULT);
    }

    public PhysicalBackupOptions withThreads(int count) {
        return new PhysicalBackupOptions(
                count,
                ddlBlockMax,
                openAfter,
                bytesPerSecond,
                spoolFolder,
                spoolBytesMax,
                allowInconsistent,
                isFull,
                stageEvery);
    }

    public PhysicalBackupOptions withDdlBlockMax(Duration atMost) {
        return new PhysicalBackupOptions(
                threads,
                atMost,
                openAfter,
                bytesPerSecond,
                spoolFolder,
                spoolBytesMax,
                allowInconsistent,
                isFull,
                stageEvery);
    }

    /// A backup that lets DDL go on when it was held back for that long.
    public PhysicalBackupOptions withReducedLock(Duration after) {
        return new PhysicalBackupOptions(
                threads,
                ddlBlockMax,
                after,
                bytesPerSecond,
                spoolFolder,
                spoolBytesMax,
                allowInconsistent,
                isFull,
                stageEvery);
    }

    public PhysicalBackupOptions withRate(long bytes) {
        return new PhysicalBackupOptions(
                threads,
                ddlBlockMax,
                openAfter,
                bytes,
                spoolFolder,
                spoolBytesMax,
                allowInconsistent,
                isFull,
                stageEvery);
    }

    public PhysicalBackupOptions withSpoolBytesMax(long bytes) {
        return new PhysicalBackupOptions(
                threads,
                ddlBlockMax,
                openAfter,
                bytesPerSecond,
                spoolFolder,
                bytes,
                allowInconsistent,
                isFull,
                stageEvery);
    }

    public PhysicalBackupOptions withAllowInconsistent(Set<TableName> tables) {
        return new PhysicalBackupOptions(
                threads,
                ddlBlockMax,
                openAfter,
                bytesPerSecond,
                spoolFolder,
                spoolBytesMax,
                tables,
                isFull,
                stageEvery);
    }

    /// A backup with all pages of its own.
    public PhysicalBackupOptions withFull(boolean isFullOnly) {
        return new PhysicalBackupOptions(
                threads,
                ddlBlockMax,
                openAfter,
                bytesPerSecond,
                spoolFolder,
                spoolBytesMax,
                allowInconsistent,
                isFullOnly,
                stageEvery);
    }

    public PhysicalBackupOptions withStageEvery(Duration every) {
        return new PhysicalBackupOptions(
                threads,
                ddlBlockMax,
                openAfter,
                bytesPerSecond,
                spoolFolder,
                spoolBytesMax,
                allowInconsistent,
                isFull,
                every);
    }
}
