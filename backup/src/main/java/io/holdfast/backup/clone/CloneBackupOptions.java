package io.holdfast.backup.clone;

import java.nio.file.Path;
import java.time.Duration;

/// How a backup over the clone protocol is made.
///
/// @param ddlBlockMax how long DDL may be held back; past it the backup ends without result
/// @param bytesPerSecond how fast the server is read; 0 for no limit
/// @param spoolFolder where redo and page maps are kept until all pages have come
/// @param spoolBytesMax how much redo
/// @param isFull whether all pages are stored, also those that an earlier backup has
public record CloneBackupOptions(
        Duration ddlBlockMax,
        long bytesPerSecond,
        Path spoolFolder,
        long spoolBytesMax,
        boolean isFull) {
    public CloneBackupOptions {
        if (bytesPerSecond < 0 || spoolBytesMax < 1 || ddlBlockMax.isNegative()) {
            throw new IllegalArgumentException("counts are at least 1");
        }
    }
}
