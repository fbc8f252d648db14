package io.holdfast.recovery;

import io.holdfast.core.Problem;
import io.holdfast.core.Progress;
import io.holdfast.core.RefusedException;
import io.holdfast.core.TableName;
import io.holdfast.core.Text;
import io.holdfast.core.UnavailableException;
import io.holdfast.recovery.Restore.NewServer;
import io.holdfast.recovery.error.RecoveryError;
import io.holdfast.recovery.physical.CrashRecovery;
import io.holdfast.recovery.physical.PageLaying;
import io.holdfast.recovery.physical.TableFiles;
import io.holdfast.recovery.sandbox.Marker;
import io.holdfast.recovery.sandbox.RecoveredFolder;
import io.holdfast.recovery.sandbox.Sandbox;
import io.holdfast.recovery.sandbox.ShapeSettings;
import io.holdfast.repository.BackupId;
import io.holdfast.repository.BackupKind;
import io.holdfast.repository.BackupReader;
import io.holdfast.repository.BackupState;
import io.holdfast.repository.Repository;
import java.nio.file.Path;
import java.util.concurrent.ThreadLocalRandom;

/// Brings one table out of a physical backup, as tablespaces that a running server imports.
///
/// 1. The files that every server has are laid down, the table's own, and the redo log.
/// 2. A mysqld recovers them and gives up the tablespaces that are not there. All pages of the
///    table are proven by their checksums before, as this start would pass over damaged ones.
/// 3. Started again, it rolls back what was not committed, and checks the table.
/// 4. It exports the table ([TableExport]). Then it is killed, and what is left of it removed.
///
/// The files and statements are in the folder only when all of this has passed.
public final class TableRestore {
    private static final long SERVER_BYTES = 512L << 20;
    private static final String SANDBOX = "sandbox";

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
        BackupReader backup = repository.openBackup(id);
        BackupState state = backup.manifest().state();
        mustBePhysical(backup);
        RecoveredFolder.refuseOccupied(wanted.into());
        TargetServer.mustBeOfVersion(wanted.home(), state.server().version());
        PageLaying.mustBeRestorable(backup);
        TargetKeyring.mustBeThere(backup, wanted.home());
        TableFiles files = TableFiles.of(backup, table);
        mustHaveSpace(wanted.into(), files.bytes());
        Path into = wanted.into().toAbsolutePath().normalize();
        RecoveredFolder sandbox =
                RecoveredFolder.make(into.resolve(SANDBOX), unfinished(id, state));
        try {
            return bring(backup, files, sandbox, new Target(into, wanted));
        } finally {
            sandbox.remove();
        }
    }

    private record Target(Path into, NewServer wanted) {}

    private TableReport bring(
            BackupReader backup, TableFiles files, RecoveredFolder folder, Target target) {
        NewServer wanted = target.wanted();
        BackupState state = backup.manifest().state();
        var phases = new Phases(progress);
        var laying = new PageLaying(backup, folder, files::isNeeded, wanted.threads(), progress);
        phases.run("laying down the table's pages", laying::layFiles);
        ThreadLocalRandom random = ThreadLocalRandom.current();
        phases.run(
                "putting the redo log in place",
                () ->
                        laying.layRedo(
                                random.nextLong(1, 1L << 32), "MySQL " + wanted.home().version()));
        ShapeSettings shape = Groundwork.shape(state);
        var role =
                new Sandbox.Role(
                        !state.gtidSet().isEmpty(), random.nextLong(0x8000_0000L, 0xFFFF_FFF0L));
        long redoBytes = state.physical() == null ? 0 : state.physical().redo().bytes();
        Sandbox.Pace pace = Sandbox.Pace.recovering(0, redoBytes);
        phases.run(
                "crash recovery in a sandbox",
                () ->
                        new CrashRecovery(backup)
                                .proveReached(
                                        Sandbox.recoverRest(
                                                wanted.home(), folder, shape, role, pace)));
        TableExport.Exported exported =
                phases.time(
                        "checking and exporting the table",
                        () -> {
                            try (Sandbox sandbox =
                                    Sandbox.start(
                                            wanted.home(),
                                            folder,
                                            shape,
                                            role,
                                            Sandbox.Pace.fast(0),
                                            wanted.mysqldOptions())) {
                                return new TableExport(files, folder.data(), target.into(), state)
                                        .export(sandbox);
                            }
                        });
        return new TableReport(
                files.table(),
                backup.manifest().backup().text(),
                target.into(),
                exported.files(),
                state.gtidSet(),
                exported.notes(),
                exported.next(),
                phases.done());
    }

    private static void mustBePhysical(BackupReader backup) {
        if (backup.manifest().state().kind() != BackupKind.PHYSICAL) {
            BackupId id = backup.manifest().backup();
            throw new RefusedException(
                    Problem.of(RecoveryError.BACKUP_NOT_USABLE)
                            .what("the backup is of rows: it has no table's files")
                            .where("backup %s", id)
                            .remedy(
                                    "Restore it whole, `holdfast restore %s --into DIR --start`, or name a physical"
                                            + " backup: 'holdfast list'.",
                                    id));
        }
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
