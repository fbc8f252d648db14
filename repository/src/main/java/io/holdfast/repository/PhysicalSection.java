package io.holdfast.repository;

import io.holdfast.repository.format.StreamRef;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// What a manifest says of a physical backup.
///
/// @param files JSON lines: every file with where its pages or bytes are
/// @param redo whole redo blocks of 512 bytes, from the one that holds `startLsn` to the one that
///   holds `endLsn`, as they lay in the server's files
/// @param startLsn checkpoint at which recovery begins; pages of the next incremental backup are
///   those changed from here on
/// @param endLsn where recovery ends
/// @param redoFormat as in the header of the server's redo files
/// @param isRedoEncrypted whether the blocks cannot be read without the server's keyring
/// @param pageBytes `innodb_page_size`
/// @param method how the pages were found
/// @param base the backup whose unchanged pages this one refers to; null if there is none
/// @param serverStarted when the server started; page tracking across a restart is not trusted
/// @param fileCount lines in `files`
/// @param pageCount of all tablespaces
/// @param changedPageCount of those how many this backup stored itself
/// @param keyring in words, the keyring without which no server can open files of it; null if none
///   is needed
public record PhysicalSection(
        StreamRef files,
        StreamRef redo,
        long startLsn,
        long endLsn,
        int redoFormat,
        boolean isRedoEncrypted,
        int pageBytes,
        Method method,
        @Nullable BackupId base,
        Instant serverStarted,
        long fileCount,
        long pageCount,
        long changedPageCount,
        @Nullable String keyring) {
    /// A backup that needs no keyring.
    public PhysicalSection(
            StreamRef files,
            StreamRef redo,
            long startLsn,
            long endLsn,
            int redoFormat,
            boolean isRedoEncrypted,
            int pageBytes,
            Method method,
            @Nullable BackupId base,
            Instant serverStarted,
            long fileCount,
            long pageCount,
            long changedPageCount) {
        this(
                files,
                redo,
                startLsn,
                endLsn,
                redoFormat,
                isRedoEncrypted,
                pageBytes,
                method,
                base,
                serverStarted,
                fileCount,
                pageCount,
                changedPageCount,
                null);
    }

    /// How the pages of a backup were found.
    public enum Method {
        /// All pages of all files.
        FULL,
        /// All pages were read, those changed since the base were stored.
        SCAN,
        /// The server listed the changed pages.
        TRACKING,
        /// The server sent all pages over the clone protocol.
        CLONE
    }
}
