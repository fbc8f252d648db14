package io.holdfast.recovery;

import io.holdfast.client.Session;
import io.holdfast.core.Problem;
import io.holdfast.core.Progress;
import io.holdfast.core.RefusedException;
import io.holdfast.core.TableName;
import io.holdfast.core.Text;
import io.holdfast.core.UnavailableException;
import io.holdfast.recovery.Restore.NewServer;
import io.holdfast.recovery.error.RecoveryError;
import io.holdfast.recovery.load.TableDescriber;
import io.holdfast.recovery.load.TableDescription;
import io.holdfast.recovery.load.TableLoad;
import io.holdfast.recovery.load.TableTarget;
import io.holdfast.recovery.physical.PageLaying;
import io.holdfast.recovery.physical.TableFiles;
import io.holdfast.recovery.sandbox.Marker;
import io.holdfast.recovery.sandbox.RecoveredFolder;
import io.holdfast.recovery.sandbox.Sandbox;
import io.holdfast.repository.BackupId;
import io.holdfast.repository.BackupKind;
import io.holdfast.repository.BackupReader;
import io.holdfast.repository.BackupState;
import io.holdfast.repository.Repository;
import io.holdfast.repository.logical.TableContent;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/// Brings one table out of a physical backup: as tablespaces that a server imports, or its rows
/// onto a server that runs.
///
/// 1. The files that every server has are laid down, the table's own, and the redo log, and a
///    mysqld recovers them ([TableSandbox]).
/// 2. Started again, it rolls back what was not committed, and checks the table.
/// 3. It exports the table ([TableExport]), or its rows are copied ([TableLoad]). Then what is left
///    of it is removed.
///
/// The files and statements are in the folder, or the table on the server, only when all of this
/// has passed.
public final class TableRestore {
    private static final long SERVER_BYTES = 512L << 20;
    private static final String SANDBOX = "sandbox";
    private static final String PREFIX = "table-";

    /// A schema of the sandbox that no server has.
    private static final String SHAPE_SCHEMA = "holdfast_shape";

    private final Repository repository;
    private final Progress progress;

    public TableRestore(Repository repository, Progress progress) {
        this.repository = repository;
        this.progress = progress;
    }

    /// Brings it into a folder.
    ///
    /// @param wanted its folder is made; new or empty
    /// @throws RefusedException if the backup has no such table by itself, the mysqld is of another
    ///   version, the folder holds anything, or the table is of a kind that no server exports
    public TableReport intoFolder(BackupId id, TableName table, NewServer wanted) {
        BackupReader backup = physical(id);
        RecoveredFolder.refuseOccupied(wanted.into());
        mustBePossible(backup, wanted);
        TableFiles files = TableFiles.exportable(backup, table);
        mustHaveSpace(wanted.into(), files.bytes());
        Path into = wanted.into().toAbsolutePath().normalize();
        BackupState state = backup.manifest().state();
        RecoveredFolder folder = RecoveredFolder.make(into.resolve(SANDBOX), unfinished(id, state));
        try {
            var phases = new Phases(progress);
            var recovery = new TableSandbox(backup, files, wanted, phases, progress);
            recovery.make(folder);
            TableExport.Exported exported =
                    phases.time(
                            "checking and exporting the table",
                            () -> {
                                try (Sandbox sandbox = recovery.start(folder)) {
                                    return new TableExport(files, folder.data(), into, state)
                                            .export(sandbox);
                                }
                            });
            return new TableReport(
                    table,
                    id.text(),
                    into,
                    exported.files(),
                    state.gtidSet(),
                    exported.notes(),
                    exported.next(),
                    phases.done());
        } finally {
            folder.remove();
        }
    }

    /// Copies its rows onto a server that runs, of this version or a later one, and proves them.
    ///
    /// @param wanted its folder is where the sandbox's is made, and removed again
    /// @param describer of tables in the sandbox
    /// @throws RefusedException if the target has the table already or is not fit for it, the
    ///   backup has no such table, or the mysqld is of another version than the backup's
    /// @throws io.holdfast.core.DifferentException if other rows came back than were sent; like
    ///   after every failure, the target is as it was
    public CopiedTable intoServer(
            BackupId id,
            TableName table,
            NewServer wanted,
            TableTarget target,
            TableDescriber describer) {
        BackupReader backup = physical(id);
        mustBePossible(backup, wanted);
        target.mustBeFit();
        TableFiles files = TableFiles.readable(backup, table);
        ProcessFolder.removeLeft(wanted.into(), PREFIX);
        mustHaveSpace(wanted.into(), files.bytes());
        RecoveredFolder folder = ProcessFolder.make(wanted.into(), PREFIX, id);
        try {
            var phases = new Phases(progress);
            var recovery = new TableSandbox(backup, files, wanted, phases, progress);
            recovery.make(folder);
            try (Sandbox sandbox = phases.time("starting it again", () -> recovery.start(folder))) {
                TableDescription description =
                        phases.time(
                                "checking the table",
                                () -> checked(sandbox, table, target, describer));
                target.mustTake(description);
                TableLoad.Loaded loaded =
                        phases.time(
                                "copying the rows",
                                () ->
                                        new TableLoad(
                                                        sandbox.connectOptions(),
                                                        target.server(),
                                                        progress)
                                                .copy(table, target.table(), description));
                return new CopiedTable(
                        table,
                        id.text(),
                        target.table(),
                        loaded,
                        backup.manifest().state().gtidSet(),
                        notes(description, target),
                        phases.done());
            }
        } finally {
            folder.remove();
        }
    }

    /// How the table is to be made on the target. Under another name it gets no foreign keys, which
    /// would bind the rows of others, and names of its own for its constraints: `LIKE` sees to
    /// both.
    private static TableDescription checked(
            Sandbox sandbox, TableName table, TableTarget target, TableDescriber describer) {
        try (Session session = sandbox.open()) {
            TableCheck.awaitRollback(session, table);
            TableCheck.mustExist(session, table);
            TableCheck.demandSound(session, table);
            TableDescription original = describer.describe(sandbox.connectOptions(), table);
            mustKeepRows(original, table);
            if (target.asOriginal()) {
                return original;
            }
            var shape = new TableName(SHAPE_SCHEMA, target.table().table());
            session.execute("CREATE DATABASE " + TableName.quote(SHAPE_SCHEMA));
            session.execute("CREATE TABLE " + shape.quoted() + " LIKE " + table.quoted());
            String next = content(original).autoIncrement();
            if (next != null) {
                session.execute("ALTER TABLE " + shape.quoted() + " AUTO_INCREMENT = " + next);
            }
            return new TableDescription(
                    describer.describe(sandbox.connectOptions(), shape).table(), List.of());
        }
    }

    private static void mustKeepRows(TableDescription description, TableName table) {
        if (content(description).rows() == TableContent.Rows.NONE) {
            throw TableCheck.refused(table, "its engine keeps its rows elsewhere, or nowhere");
        }
    }

    private static TableContent content(TableDescription description) {
        return Objects.requireNonNull(description.table().table(), "every table has one");
    }

    private static List<String> notes(TableDescription description, TableTarget target) {
        if (!target.asOriginal()) {
            return List.of("triggers and foreign keys are left out of a table of another name");
        }
        return description.table().statements().getFirst().readable().contains(" FOREIGN KEY (")
                ? List.of("foreign keys: it was not checked that the rows they refer to are there")
                : List.of();
    }

    private BackupReader physical(BackupId id) {
        BackupReader backup = repository.openBackup(id);
        if (backup.manifest().state().kind() != BackupKind.PHYSICAL) {
            throw new RefusedException(
                    Problem.of(RecoveryError.BACKUP_NOT_USABLE)
                            .what("the backup is of rows: it has no table's files")
                            .where("backup %s", id)
                            .remedy(
                                    "Restore it whole, `holdfast restore %s --into DIR --start`, or name a physical"
                                            + " backup: 'holdfast list'.",
                                    id));
        }
        return backup;
    }

    private static void mustBePossible(BackupReader backup, NewServer wanted) {
        TargetServer.mustBeOfVersion(wanted.home(), backup.manifest().state().server().version());
        PageLaying.mustBeRestorable(backup);
        TargetKeyring.mustBeThere(backup, wanted.home());
    }

    private static void mustHaveSpace(Path into, long tableBytes) {
        long need = SERVER_BYTES + tableBytes;
        long free = RecoveredFolder.freeBytes(into);
        if (free < need) {
            throw new UnavailableException(
                    Problem.of(RecoveryError.TARGET_SPACE_SHORT)
                            .what(
                                    "%s are free, about %s are needed",
                                    Text.bytes(free), Text.bytes(need))
                            .where("%s", into)
                            .remedy("Choose a folder on a larger disk."));
        }
    }

    private Marker unfinished(BackupId id, BackupState state) {
        String history = state.history();
        return new Marker(
                Marker.Stage.UNFINISHED,
                repository.id().toString(),
                id.text(),
                history == null ? "" : history,
                state.gtidSet(),
                state.position(),
                null,
                Marker.Attempt.NONE);
    }
}
