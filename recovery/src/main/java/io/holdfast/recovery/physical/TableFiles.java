package io.holdfast.recovery.physical;

import io.holdfast.core.Problem;
import io.holdfast.core.RefusedException;
import io.holdfast.core.TableName;
import io.holdfast.core.Text;
import io.holdfast.innodb.SpaceId;
import io.holdfast.innodb.TablespaceFlags;
import io.holdfast.recovery.error.RecoveryError;
import io.holdfast.repository.BackupReader;
import io.holdfast.repository.physical.PhysicalFile;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;

/// The files of a backup that a server needs to bring one table back: the table's own, those that
/// every server has, and nothing else.
///
/// They are found by their names ([TableFileName]); that the files found are this table's is proven
/// by the server that opens them.
///
/// @param paths of the table's tablespaces
/// @param bytes of these
public record TableFiles(TableName table, List<String> paths, long bytes) {
    private static final String SYSTEM_SCHEMA = "mysql/";

    public TableFiles {
        paths = List.copyOf(paths);
    }

    /// The files of a table that a server can export.
    ///
    /// @throws RefusedException if the table has no tablespace of its own in the backup, or one
    ///   that cannot be brought back alone
    public static TableFiles exportable(BackupReader backup, TableName table) {
        return find(backup, table, space -> mustStandAlone(backup, table, space));
    }

    /// The files of a table whose rows a server is to read: an InnoDB table with a tablespace of
    /// its own, wherever that lay and encrypted or not.
    ///
    /// @throws RefusedException if the backup has no tablespace of that table alone
    public static TableFiles readable(BackupReader backup, TableName table) {
        return find(backup, table, _ -> {});
    }

    private static TableFiles find(
            BackupReader backup, TableName table, Consumer<PhysicalFile.Tablespace> demand) {
        var name = new TableFileName(table);
        Set<String> stems = new TreeSet<>();
        var paths = new ArrayList<String>();
        long[] bytes = new long[1];
        PageLaying.each(
                backup,
                PageLaying.sectionOf(backup),
                file -> {
                    String stem = name.stem(file.path());
                    if (file instanceof PhysicalFile.Tablespace space && stem != null) {
                        demand.accept(space);
                        stems.add(stem);
                        paths.add(space.path());
                        bytes[0] += space.bytes();
                    }
                });
        if (paths.isEmpty()) {
            throw refused(
                    backup,
                    table,
                    "it has no tablespace of its own there: no such table, or one of another engine"
                            + " or in a general tablespace");
        }
        if (stems.size() > 1) {
            throw refused(
                    backup,
                    table,
                    Text.format(
                            "only the server knows which of these is its file: %s",
                            String.join(", ", stems)));
        }
        return new TableFiles(table, paths, bytes[0]);
    }

    /// Whether a file must be there for the table to be brought back.
    public boolean isNeeded(PhysicalFile file) {
        return switch (file) {
            case PhysicalFile.Folder _ -> true;
            case PhysicalFile.Other other ->
                    !other.path().contains("/") || other.path().startsWith(SYSTEM_SCHEMA);
            case PhysicalFile.Tablespace space ->
                    space.space() == SpaceId.SYSTEM
                            || space.space() == SpaceId.DICTIONARY
                            || SpaceId.isUndo(space.space())
                            || paths.contains(space.path());
        };
    }

    private static void mustStandAlone(
            BackupReader backup, TableName table, PhysicalFile.Tablespace space) {
        if (space.outside() != null) {
            throw refused(backup, table, "its file lay outside of the data directory");
        }
        if (new TablespaceFlags((int) space.flags()).isEncrypted()) {
            throw refused(backup, table, "it is encrypted");
        }
    }

    private static RefusedException refused(BackupReader backup, TableName table, String why) {
        return new RefusedException(
                Problem.of(RecoveryError.BACKUP_NOT_USABLE)
                        .what("the table cannot be brought back alone: %s", why)
                        .where("table %s, backup %s", table, backup.manifest().backup())
                        .remedy(
                                "Restore the backup whole, `holdfast restore %s --into DIR --start`, and take the rows"
                                        + " from that server; of an encrypted table, --server instead of --into does.",
                                backup.manifest().backup()));
    }
}
