package io.holdfast.backup.physical;

import io.holdfast.innodb.PageSize;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// A file of InnoDB pages that is to be copied.
///
/// @param file where it lies
/// @param path as [io.holdfast.repository.physical.PhysicalFile#path()]
/// @param outside the absolute path if it lies outside the data directory; null else
/// @param flags as in page 0 of its tablespace
/// @param mayBeEncrypted whether pages of it may be, so that nothing vouches for them
/// @param headerLsn when page 0 of its tablespace was changed last
/// @param identity as in [FileIdentity]; null if unknown
/// @param bytes of the file when it was first looked at
record TablespaceFile(
        Path file,
        String path,
        @Nullable String outside,
        long space,
        int flags,
        PageSize pageSize,
        boolean mayBeEncrypted,
        long headerLsn,
        @Nullable String identity,
        long bytes) {

    int pageBytes() {
        return pageSize.physicalBytes();
    }

    /// Whole pages of the file when it was first looked at.
    long pageCount() {
        return bytes / pageBytes();
    }
}
