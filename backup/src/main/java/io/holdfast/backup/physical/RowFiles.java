package io.holdfast.backup.physical;

import io.holdfast.core.TableName;
import java.util.List;

/// The files of a table without transactions: rows that no redo makes consistent. They are right
/// only if they are copied while nobody writes the table.
///
/// @param files their lengths are those at planning, when the table was written
record RowFiles(TableName table, List<FilePlan.OtherFile> files) {
    RowFiles {
        files = List.copyOf(files);
    }

    long bytes() {
        return files.stream().mapToLong(FilePlan.OtherFile::bytes).sum();
    }
}
