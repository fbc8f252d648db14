package io.holdfast.backup.physical;

import io.holdfast.core.TableName;
import java.util.List;

/// The files of a table without transactions: rows that no redo makes consistent. They are right
/// only if they are copied while nobody writes the table.
///
/// @param tables that one of which it is; several if only the server can tell from the files' names
/// @param files their lengths are those at planning, when the table was written
record RowFiles(List<TableName> tables, List<FilePlan.OtherFile> files) {
    RowFiles {
        tables = List.copyOf(tables);
        files = List.copyOf(files);
    }

    long bytes() {
        return files.stream().mapToLong(FilePlan.OtherFile::bytes).sum();
    }
}
