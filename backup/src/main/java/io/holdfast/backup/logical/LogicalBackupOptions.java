package io.holdfast.backup.logical;

import io.holdfast.core.TableName;
import java.time.Duration;
import java.util.Set;

/// How a logical backup is made.
///
/// @param threads reading threads, each with a session of its own; at least 1
/// @param chunkBytes rows in a chunk, before compression, about
/// @param ddlBlockMax how long DDL may be blocked by the server's backup lock
/// @param snapshotTries how often the moment's lock is tried for, with growing pauses
/// @param backupTries how often a whole new snapshot is taken because tables changed meanwhile
/// @param otherEnginesBytesMax how large tables without transactions may be together
/// @param allowInconsistent tables without transactions whose rows may be of another moment
public record LogicalBackupOptions(
        int threads,
        long chunkBytes,
        Duration ddlBlockMax,
        int snapshotTries,
        int backupTries,
        long otherEnginesBytesMax,
        Set<TableName> allowInconsistent) {

    public static final Duration DDL_BLOCK_MAX_DEFAULT = Duration.ofMinutes(10);
    public static final long OTHER_ENGINES_BYTES_MAX_DEFAULT = 64L << 20;

    public LogicalBackupOptions {
        if (threads < 1 || chunkBytes < 1 || snapshotTries < 1 || backupTries < 1) {
            throw new IllegalArgumentException("counts are at least 1");
        }
        allowInconsistent = Set.copyOf(allowInconsistent);
    }

    /// Four threads, chunks of 32 MiB, DDL blocked for at most ten minutes.
    public static LogicalBackupOptions defaults() {
        return new LogicalBackupOptions(
                4,
                32L << 20,
                DDL_BLOCK_MAX_DEFAULT,
                20,
                3,
                OTHER_ENGINES_BYTES_MAX_DEFAULT,
                Set.of());
    }

    public LogicalBackupOptions withThreads(int count) {
        return new LogicalBackupOptions(
                count,
                chunkBytes,
                ddlBlockMax,
                snapshotTries,
                backupTries,
                otherEnginesBytesMax,
                allowInconsistent);
    }

    public LogicalBackupOptions withChunkBytes(long bytes) {
        return new LogicalBackupOptions(
                threads,
                bytes,
                ddlBlockMax,
                snapshotTries,
                backupTries,
                otherEnginesBytesMax,
                allowInconsistent);
    }

    public LogicalBackupOptions withDdlBlockMax(Duration atMost) {
        return new LogicalBackupOptions(
                threads,
                chunkBytes,
                atMost,
                snapshotTries,
                backupTries,
                otherEnginesBytesMax,
                allowInconsistent);
    }

    public LogicalBackupOptions withTries(int snapshots, int backups) {
        return new LogicalBackupOptions(
                threads,
                chunkBytes,
                ddlBlockMax,
                snapshots,
                backups,
                otherEnginesBytesMax,
                allowInconsistent);
    }

    public LogicalBackupOptions withOtherEngines(long bytesMax, Set<TableName> inconsistent) {
        return new LogicalBackupOptions(
                threads,
                chunkBytes,
                ddlBlockMax,
                snapshotTries,
                backupTries,
                bytesMax,
                inconsistent);
    }
}
