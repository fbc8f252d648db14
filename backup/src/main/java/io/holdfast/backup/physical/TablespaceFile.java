package io.holdfast.backup.physical;

import io.holdfast.innodb.PageSize;
import io.holdfast.innodb.SpaceId;
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
/// @param nextSegment as in page 0 of its tablespace
/// @param keySum as in page 0 of its tablespace
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
        long nextSegment,
        long keySum,
        @Nullable String identity,
        long bytes) {

    /// What the file is found by in a later plan, whatever it is called then.
    String name() {
        return space + " " + (identity == null ? path : identity);
    }

    /// Whether nothing happened to the file since an earlier plan that its redo does not tell. Both
    /// plans were made while no DDL ran; this one, after all pages that DDL had changed were
    /// written.
    ///
    /// - Another file lies there: it has another identity. Without any, nothing is known.
    /// - Pages were written without redo: only for an index that was built, and each index takes
    ///   segments, whose numbers are given out once. It does not matter whether the index is still
    ///   there. Undo tablespaces have segments of transactions instead, and no indexes.
    /// - Pages were encrypted, decrypted, or encrypted with another key.
    boolean isStill(TablespaceFile before) {
        return identity != null
                && identity.equals(before.identity)
                && space == before.space
                && flags == before.flags
                && keySum == before.keySum
                && (nextSegment == before.nextSegment || SpaceId.isUndo(space));
    }

    int pageBytes() {
        return pageSize.physicalBytes();
    }

    /// Whole pages of the file when it was first looked at.
    long pageCount() {
        return bytes / pageBytes();
    }
}
