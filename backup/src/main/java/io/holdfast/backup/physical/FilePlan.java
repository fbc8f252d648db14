package io.holdfast.backup.physical;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What is copied of a server: decided while the backup lock keeps files from coming and going.
///
/// @param rows tables without transactions, which are copied last and under a lock
/// @param folders relative to the data directory
/// @param hasEncrypted whether files need the server's keyring
/// @param notes what is left out, for people
record FilePlan(
        List<TablespaceFile> tablespaces,
        List<OtherFile> others,
        List<RowFiles> rows,
        List<String> folders,
        boolean hasEncrypted,
        List<String> notes) {

    /// A file that is not InnoDB's.
    ///
    /// @param path relative to the data directory
    /// @param identity as in [FileIdentity]; null if unknown
    record OtherFile(String path, Path file, long bytes, @Nullable String identity) {
        private static final long SMALL_BYTES = 1 << 20;

        static OtherFile of(String path, Path file) {
            return new OtherFile(path, file, FirstPages.bytes(file), FileIdentity.of(file));
        }

        /// Whether a copy that was made after an earlier plan will do. The large ones are logs,
        /// which only grow, and tables whose rows may be of any moment; small ones are rather
        /// copied again.
        boolean isStill(OtherFile before) {
            return bytes > SMALL_BYTES
                    && identity != null
                    && identity.equals(before.identity)
                    && bytes >= before.bytes;
        }
    }

    FilePlan {
        tablespaces = List.copyOf(tablespaces);
        others = List.copyOf(others);
        rows = List.copyOf(rows);
        folders = List.copyOf(folders);
        notes = List.copyOf(notes);
    }

    long bytes() {
        return tablespaces.stream().mapToLong(TablespaceFile::bytes).sum()
                + others.stream().mapToLong(OtherFile::bytes).sum()
                + rows.stream().mapToLong(RowFiles::bytes).sum();
    }
}
