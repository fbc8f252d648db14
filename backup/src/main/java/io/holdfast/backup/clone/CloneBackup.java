package io.holdfast.backup.clone;

import io.holdfast.backup.BackupError;
import io.holdfast.backup.physical.BaseChoice;
import io.holdfast.backup.physical.PhysicalBackupReport;
import io.holdfast.backup.source.CurrentHistory;
import io.holdfast.client.CloneDonor;
import io.holdfast.client.ConnectOptions;
import io.holdfast.client.Session;
import io.holdfast.core.CorruptDataException;
import io.holdfast.core.GtidSet;
import io.holdfast.core.Problem;
import io.holdfast.core.Progress;
import io.holdfast.core.RefusedException;
import io.holdfast.core.SqlErrorException;
import io.holdfast.core.UnavailableException;
import io.holdfast.innodb.RedoFileHeader;
import io.holdfast.repository.BackupKind;
import io.holdfast.repository.BackupReader;
import io.holdfast.repository.BackupState;
import io.holdfast.repository.BackupWriter;
import io.holdfast.repository.Manifest;
import io.holdfast.repository.PackUse;
import io.holdfast.repository.PhysicalSection;
import io.holdfast.repository.Repository;
import java.time.Duration;
import java.util.List;

/// Takes a physical backup of a server on another host, through the server's clone protocol.
///
/// The order, each step of which needs those before:
///
/// 1. What cannot be cloned, or not be proven here, is refused.
/// 2. The donor takes its backup lock and sends everything; what the newest earlier backup does not
///    have goes straight into the repository.
/// 3. The donor is let go.
/// 4. The backup lists as incomplete.
/// 5. A server of the same version recovers from it in a sandbox, and tells what it has executed.
/// 6. The manifest makes it a backup.
public final class CloneBackup {
    /// DDL that comes while the donor waits for running DDL waits behind it.
    private static final Duration LOCK_WAIT_MAX = Duration.ofSeconds(60);

    private static final int LOCK_WAIT_TIMEOUT = 1205;
    private static final int TOO_MANY_CLONES = 3634;
    private static final int DDL_IN_PROGRESS = 3633;

    private final ConnectOptions connect;
    private final Repository repository;
    private final CloneBackupOptions options;
    private final SnapshotProof proof;
    private final Progress progress;

    public CloneBackup(
            ConnectOptions connect,
            Repository repository,
            CloneBackupOptions options,
            SnapshotProof proof,
            Progress progress) {
        this.connect = connect;
        this.repository = repository;
        this.options = options;
        this.proof = proof;
        this.progress = progress;
    }

    /// Asks a server whether this account may clone it, and this machine whether it can prove the
    /// clone; touches nothing.
    ///
    /// @throws RefusedException naming what is in the way
    /// @throws UnavailableException if the server cannot be reached
    public static void mustBeAllowed(ConnectOptions connect, SnapshotProof proof) {
        CloneSource _ = examine(connect, proof);
    }

    private static CloneSource examine(ConnectOptions connect, SnapshotProof proof) {
        CloneSource source = CloneSource.examine(connect);
        proof.mustBePossible(source.identity().version(), source.bytes());
        return source;
    }

    /// Takes the backup. When this returns it exists; when it throws it does not, but may list as
    /// incomplete, and the server is not being cloned any more.
    ///
    /// @throws RefusedException if the server cannot be backed up this way, or another backup or
    ///   clone of it is under way
    /// @throws CorruptDataException with `PAGE_CORRUPT` if a page is damaged on the server's own
    ///   disk
    /// @throws UnavailableException if the server, the disk or the store fails, or DDL would be
    ///   held back for too long
    public PhysicalBackupReport run() {
        long began = System.nanoTime();
        CloneSource source = examine(connect, proof);
        try (BackupWriter backup =
                        repository.beginBackup(
                                source.identity().uuid(), "clone of " + connect.address());
                Session beside = source.open()) {
            BaseChoice choice =
                    options.isFull()
                            ? BaseChoice.none("it was asked for")
                            : BaseChoice.of(repository, source.fit(repository, beside), List.of());
            return run(began, source, backup, beside, choice);
        }
    }

    private PhysicalBackupReport run(
            long began,
            CloneSource source,
            BackupWriter backup,
            Session beside,
            BaseChoice choice) {
        try (var capture =
                new CloneCapture(source, beside, backup, options, choice.base(), progress)) {
            long lockedNanos = System.nanoTime();
            copy(capture);
            Duration locked = Duration.ofNanos(System.nanoTime() - lockedNanos);
            CloneCapture.Taken taken = capture.finish();
            List<PackUse> earlier = choice.uses();
            choice.demandNothingIsDeleted(repository);
            BackupReader proposed =
                    backup.propose(state(source, taken, choice, taken.before()), earlier);
            GtidSet gtids = prove(proposed, beside, taken);
            choice.demandNothingIsDeleted(repository);
            Manifest manifest = backup.commit(state(source, taken, choice, gtids), earlier);
            return report(
                    source,
                    manifest,
                    taken,
                    choice,
                    Duration.ofNanos(System.nanoTime() - began),
                    locked);
        }
    }

    private void copy(CloneCapture capture) {
        Duration max = options.ddlBlockMax();
        try (CloneDonor donor = open(max.compareTo(LOCK_WAIT_MAX) < 0 ? max : LOCK_WAIT_MAX);
                var watch = new CloneWatch(donor, max)) {
            try {
                donor.copy(capture);
            } catch (UnavailableException failure) {
                if (!watch.isOver()) {
                    throw failure;
                }
                throw new UnavailableException(
                        Problem.of(BackupError.BACKUP_LOCK_LOST)
                                .what(
                                        "DDL was held back for %d s, and not all had come",
                                        max.toSeconds())
                                .where("server %s", connect.address())
                                .remedy(
                                        "Allow more time with `--ddl-block-max`, or more speed with"
                                                + " `--rate`."),
                        failure);
            }
        }
    }

    private CloneDonor open(Duration lockWait) {
        try {
            return CloneDonor.open(connect, lockWait);
        } catch (SqlErrorException failure) {
            throw switch (failure.number()) {
                case LOCK_WAIT_TIMEOUT, DDL_IN_PROGRESS ->
                        new UnavailableException(
                                Problem.of(BackupError.DDL_IN_THE_WAY)
                                        .what(
                                                "the backup lock was not to be had within %d s",
                                                Math.max(1, lockWait.toSeconds()))
                                        .where("server %s", connect.address())
                                        .remedy(
                                                "Wait for the running DDL: SELECT * FROM"
                                                        + " performance_schema.metadata_locks WHERE"
                                                        + " OBJECT_TYPE = 'BACKUP LOCK';"),
                                failure);
                case TOO_MANY_CLONES ->
                        new RefusedException(
                                Problem.of(BackupError.CLONE_UNDER_WAY)
                                        .what("the server is being cloned already")
                                        .where("server %s", connect.address())
                                        .remedy(
                                                "Wait until it ends; or end it: SHOW PROCESSLIST on"
                                                        + " the server, KILL the connection whose"
                                                        + " command is Clone."),
                                failure);
                default -> failure;
            };
        }
    }

    /// @return what the snapshot has executed
    private GtidSet prove(BackupReader proposed, Session beside, CloneCapture.Taken taken) {
        progress.say("proving the backup: a server recovers from it in a sandbox");
        GtidSet recovered = proof.recover(proposed);
        GtidSet foreign = recovered.subtract(taken.after());
        if (!foreign.isEmpty()) {
            // A commit may be in the redo a moment before the server says so.
            foreign = recovered.subtract(CloneSource.executed(beside));
        }
        if (!foreign.isEmpty()) {
            throw new CorruptDataException(
                    Problem.of(BackupError.CLONE_MOMENT_DIFFERENT)
                            .what(
                                    "the recovered server has executed what the original has not: %s",
                                    brief(foreign))
                            .where("backup %s", proposed.manifest().backup())
                            .remedy("Run the backup again; report it if it repeats."));
        }
        // Statements that change no InnoDB table leave their GTIDs in the binary log alone.
        return recovered.union(taken.before());
    }

    private static String brief(GtidSet set) {
        String text = set.toString();
        return text.length() > 300 ? text.substring(0, 300) + "…" : text;
    }

    private BackupState state(
            CloneSource source, CloneCapture.Taken taken, BaseChoice choice, GtidSet gtids) {
        return new BackupState(
                BackupKind.PHYSICAL,
                source.identity(),
                CurrentHistory.of(repository, source.identity().uuid(), gtids),
                gtids,
                null,
                taken.snapshot(),
                source.settings(),
                source.channels(),
                null,
                new PhysicalSection(
                        taken.files(),
                        taken.redo().blocks(),
                        taken.redo().startLsn(),
                        taken.redo().endLsn(),
                        RedoFileHeader.FORMAT,
                        false,
                        source.pageBytes(),
                        PhysicalSection.Method.CLONE,
                        choice.backup(),
                        source.started(),
                        taken.lineCount(),
                        taken.pageCount(),
                        taken.storedCount()));
    }

    private static PhysicalBackupReport report(
            CloneSource source,
            Manifest manifest,
            CloneCapture.Taken taken,
            BaseChoice choice,
            Duration total,
            Duration locked) {
        return new PhysicalBackupReport(
                manifest.backup(),
                source.identity(),
                manifest.state().gtidSet(),
                null,
                taken.snapshot(),
                total,
                locked,
                null,
                PhysicalSection.Method.CLONE,
                choice.backup(),
                List.of(),
                choice.whyNot(),
                taken.redo().startLsn(),
                taken.redo().endLsn(),
                taken.fileCount(),
                taken.pageCount(),
                taken.storedCount(),
                taken.receivedBytes(),
                taken.redo().blocks().bytes(),
                taken.tornCount(),
                manifest.storedBytes(),
                List.of());
    }
}
