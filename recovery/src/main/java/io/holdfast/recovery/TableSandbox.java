package io.holdfast.recovery;

import io.holdfast.core.Progress;
import io.holdfast.recovery.physical.CrashRecovery;
import io.holdfast.recovery.physical.PageLaying;
import io.holdfast.recovery.physical.TableFiles;
import io.holdfast.recovery.sandbox.RecoveredFolder;
import io.holdfast.recovery.sandbox.Sandbox;
import io.holdfast.recovery.sandbox.ShapeSettings;
import io.holdfast.repository.BackupReader;
import io.holdfast.repository.BackupState;
import java.util.concurrent.ThreadLocalRandom;

/// Makes a server of a physical backup that has one table, and only the files of that.
///
/// A mysqld recovers them and gives up the tablespaces that are not there. All pages of the table
/// are proven by their checksums before, as this start would pass over damaged ones. The next start
/// is an ordinary one.
final class TableSandbox {
    private final BackupReader backup;
    private final TableFiles files;
    private final Restore.NewServer wanted;
    private final Phases phases;
    private final Progress progress;
    private final ShapeSettings shape;
    private final Sandbox.Role role;

    TableSandbox(
            BackupReader backup,
            TableFiles files,
            Restore.NewServer wanted,
            Phases phases,
            Progress progress) {
        this.backup = backup;
        this.files = files;
        this.wanted = wanted;
        this.phases = phases;
        this.progress = progress;
        BackupState state = backup.manifest().state();
        this.shape = Groundwork.shape(state);
        this.role =
                new Sandbox.Role(
                        !state.gtidSet().isEmpty(),
                        ThreadLocalRandom.current().nextLong(0x8000_0000L, 0xFFFF_FFF0L));
    }

    /// Lays the files down and has them recovered.
    void make(RecoveredFolder folder) {
        var laying = new PageLaying(backup, folder, files::isNeeded, wanted.threads(), progress);
        phases.run("laying down the table's pages", laying::layFiles);
        phases.run(
                "putting the redo log in place",
                () ->
                        laying.layRedo(
                                ThreadLocalRandom.current().nextLong(1, 1L << 32),
                                "MySQL " + wanted.home().version()));
        BackupState state = backup.manifest().state();
        long redoBytes = state.physical() == null ? 0 : state.physical().redo().bytes();
        Sandbox.Pace pace = Sandbox.Pace.recovering(0, redoBytes);
        phases.run(
                "crash recovery in a sandbox",
                () ->
                        new CrashRecovery(backup)
                                .proveReached(
                                        Sandbox.recoverRest(
                                                wanted.home(),
                                                folder,
                                                shape,
                                                role,
                                                pace,
                                                wanted.mysqldOptions())));
    }

    /// Starts it. The caller closes it.
    Sandbox start(RecoveredFolder folder) {
        return Sandbox.start(
                wanted.home(), folder, shape, role, Sandbox.Pace.fast(0), wanted.mysqldOptions());
    }
}
