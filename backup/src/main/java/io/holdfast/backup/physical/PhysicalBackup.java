package io.holdfast.backup.physical;

import io.holdfast.backup.source.BackupLock;
import io.holdfast.backup.source.CurrentHistory;
import io.holdfast.client.ConnectOptions;
import io.holdfast.client.Session;
import io.holdfast.core.CorruptDataException;
import io.holdfast.core.Progress;
import io.holdfast.core.UnavailableException;
import io.holdfast.innodb.RedoBlock;
import io.holdfast.innodb.RedoFileHeader;
import io.holdfast.innodb.RedoFileName;
import io.holdfast.repository.BackupKind;
import io.holdfast.repository.BackupState;
import io.holdfast.repository.BackupWriter;
import io.holdfast.repository.Manifest;
import io.holdfast.repository.PhysicalSection;
import io.holdfast.repository.Repository;
import io.holdfast.repository.StreamWriter;
import io.holdfast.repository.format.StreamRef;
import io.holdfast.repository.logical.JsonLines;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Takes a full physical backup of a running server: its pages as they lie in its files, and the
/// redo log from a checkpoint before the first page was read to the moment after the last.
///
/// Why that is a backup: a page that was copied is at least as new as the checkpoint, because older
/// changes were on disk by then; and every later change to it is in the redo. A server that starts
/// on both, as after a crash, comes to the state at the redo's end, which is what the manifest's
/// GTID set and position belong to.
///
/// The order, each step of which needs those before:
///
/// 1. The backup lock: no file appears, vanishes or becomes another. Before the next step, because
///    waiting for a long DDL would let the redo pile up.
/// 2. The server keeps its redo for us.
/// 3. The checkpoint is read and the follower begins there.
/// 4. Files are listed and copied.
/// 5. The end moment is read, the follower comes to it, the server may forget its redo.
/// 6. The lock was held all the time, and is let go.
/// 7. The redo goes to the repository, then the manifest.
public final class PhysicalBackup {
    /// Redo that the server must read again at a restore; below that a checkpoint is not worth the
    /// writing of all changed pages.
    private static final long CHECKPOINT_AGE_BYTES = 64L << 20;

    private static final Duration LOG_WRITTEN_MAX = Duration.ofSeconds(60);

    private final ConnectOptions connect;
    private final Repository repository;
    private final PhysicalBackupOptions options;
    private final Progress progress;

    public PhysicalBackup(
            ConnectOptions connect,
            Repository repository,
            PhysicalBackupOptions options,
            Progress progress) {
        this.connect = connect;
        this.repository = repository;
        this.options = options;
        this.progress = progress;
    }

    /// Asks a server whether this account may take such a backup of it from here; touches nothing.
    ///
    /// @throws io.holdfast.core.RefusedException naming every privilege that is missing, or why the
    ///   data directory cannot be copied
    /// @throws UnavailableException if it cannot be reached
    public static void mustBeAllowed(ConnectOptions connect) {
        PhysicalSource _ = PhysicalSource.examine(connect);
    }

    /// Takes the backup. When this returns it exists; when it throws it does not, no lock is held
    /// on the server, and the server keeps no redo for it.
    ///
    /// @throws io.holdfast.core.RefusedException if a privilege is missing, the data directory is
    ///   not this server's or not readable, something in it cannot be backed up this way, or
    ///   another backup of the server is under way
    /// @throws io.holdfast.core.CorruptDataException with `PAGE_CORRUPT` if a page is damaged on
    ///   the server's own disk
    /// @throws UnavailableException if the server, the disk or the store fails, or the backup would
    ///   hold the server up
    public PhysicalBackupReport run() {
        long began = System.nanoTime();
        PhysicalSource source = PhysicalSource.examine(connect);
        try (BackupWriter backup =
                        repository.beginBackup(
                                source.identity().uuid(),
                                "physical backup of " + connect.address());
                RedoSpool spool = RedoSpool.create(options.spoolFolder(), options.spoolBytesMax());
                Session session = source.open()) {
            shortenRedo(session);
            var capture = new Capture(source, backup, spool, session);
            capture.run();
            Manifest manifest = backup.commit(capture.state());
            return capture.report(manifest, Duration.ofNanos(System.nanoTime() - began));
        }
    }

    /// Has the server write out all changed pages if that saves much redo.
    private void shortenRedo(Session session) {
        long age =
                PhysicalSource.number(session, "Innodb_redo_log_current_lsn")
                        - PhysicalSource.number(session, "Innodb_redo_log_checkpoint_lsn");
        if (age > CHECKPOINT_AGE_BYTES) {
            progress.say("waiting for the server's checkpoint");
            session.execute("DO innodb_redo_log_sharp_checkpoint()");
        }
    }

    /// One backup's worth of streams.
    private final class Capture {
        private final PhysicalSource source;
        private final BackupWriter backup;
        private final RedoSpool spool;
        private final Session session;
        private final StreamWriter files;
        private final JsonLines.Writer lines;
        private @Nullable Taken taken;

        Capture(PhysicalSource source, BackupWriter backup, RedoSpool spool, Session session) {
            this.source = source;
            this.backup = backup;
            this.spool = spool;
            this.session = session;
            this.files = backup.openStream();
            this.lines = new JsonLines.Writer(files);
        }

        /// All that is known at the end.
        private record Taken(
                long startLsn,
                EndMoment end,
                FilePlan plan,
                FileCopies copies,
                long rereadPages,
                Duration ddlBlocked,
                StreamRef files,
                StreamRef redo) {}

        void run() {
            boolean isWhole = false;
            try {
                taken = take();
                isWhole = true;
            } finally {
                if (!isWhole) {
                    files.close();
                }
            }
        }

        private Taken take() {
            try (BackupLock lock = InstanceLock.take(source, options.ddlBlockMax())) {
                RedoConsumer consumer = RedoConsumer.register(connect);
                LogMoment start;
                RedoFollower follower;
                boolean isFollowed = false;
                try {
                    start = LogMoment.read(session);
                    follower = RedoFollower.start(consumer, walk(start));
                    isFollowed = true;
                } finally {
                    if (!isFollowed) {
                        consumer.close();
                    }
                }
                try (follower) {
                    return take(lock, start, follower);
                }
            }
        }

        private RedoWalk walk(LogMoment start) {
            String home = source.variable("innodb_log_group_home_dir");
            var folder = new RedoFolder(source.resolve(home).resolve(RedoFileName.FOLDER));
            return new RedoWalk(folder, start.checkpointLsn(), spool);
        }

        private Taken take(BackupLock lock, LogMoment start, RedoFollower follower) {
            FilePlan plan = FilePlanner.plan(source, session, options.allowInconsistent());
            try (Progress.Work work =
                    progress.begin("copying files", Progress.Unit.BYTES, plan.bytes())) {
                var segments =
                        new SegmentCopy(
                                backup,
                                new RateLimit(options.bytesPerSecond()),
                                () -> demandPossible(lock, follower),
                                work);
                var copies = new FileCopies(backup, lines, segments);
                copy(copies, plan, lock);
                lines.end();
                demandPossible(lock, follower);
                EndMoment end = EndMoment.read(session, source.isReplica());
                follower.finishAt(end.moment().lsn(), LOG_WRITTEN_MAX);
                PhysicalSource.demandRedo(session);
                if (!lock.release()) {
                    throw InstanceLock.lost(connect, lock.held());
                }
                return new Taken(
                        start.checkpointLsn(),
                        end,
                        plan,
                        copies,
                        segments.rereadPages(),
                        lock.held(),
                        files.finish(),
                        storeRedo(follower.walk(), end.moment().lsn()));
            }
        }

        /// Pages of a server that has died in the middle of writing them are no damage.
        private void copy(FileCopies copies, FilePlan plan, BackupLock lock) {
            try {
                copies.run(plan, options.threads());
            } catch (CorruptDataException damage) {
                if (lock.isHeld()) {
                    throw damage;
                }
                throw InstanceLock.lost(connect, lock.held());
            }
        }

        private void demandPossible(BackupLock lock, RedoFollower follower) {
            follower.demandWell();
            if (lock.isReleased()) {
                throw InstanceLock.lost(connect, lock.held());
            }
        }

        /// Stores what the spool holds, up to the block of the end, which may not be full and may
        /// not even have begun.
        private StreamRef storeRedo(RedoWalk walk, long endLsn) {
            if (walk.hasEncrypted()) {
                throw EncryptedFile.refused(source.dataFolder().resolve(RedoFileName.FOLDER));
            }
            long wanted = RedoBlock.start(endLsn) + RedoBlock.BYTES - walk.firstLsn();
            try (StreamWriter redo = backup.openStream()) {
                spool.copyTo(redo, Math.min(wanted, spool.bytes()));
                if (spool.bytes() < wanted) {
                    redo.write(walk.tail());
                }
                return redo.finish();
            }
        }

        private Taken taken() {
            if (taken == null) {
                throw new IllegalStateException("nothing was copied yet");
            }
            return taken;
        }

        BackupState state() {
            Taken all = taken();
            LogMoment end = all.end().moment();
            return new BackupState(
                    BackupKind.PHYSICAL,
                    source.identity(),
                    CurrentHistory.of(repository, source.identity().uuid(), end.gtids()),
                    end.gtids(),
                    end.position(),
                    end.at(),
                    source.settings(),
                    all.end().channels(),
                    null,
                    new PhysicalSection(
                            all.files(),
                            all.redo(),
                            all.startLsn(),
                            end.lsn(),
                            RedoFileHeader.FORMAT,
                            false,
                            source.pageBytes(),
                            PhysicalSection.Method.FULL,
                            null,
                            source.started(),
                            lines.count(),
                            all.copies().pageCount(),
                            all.copies().storedCount()));
        }

        PhysicalBackupReport report(Manifest manifest, Duration total) {
            Taken all = taken();
            LogMoment end = all.end().moment();
            return new PhysicalBackupReport(
                    backup.id(),
                    source.identity(),
                    end.gtids(),
                    end.position(),
                    end.at(),
                    total,
                    all.ddlBlocked(),
                    all.startLsn(),
                    end.lsn(),
                    all.plan().tablespaces().size() + all.plan().others().size(),
                    all.copies().pageCount(),
                    all.plan().bytes() + all.redo().bytes(),
                    all.redo().bytes(),
                    all.rereadPages(),
                    manifest.storedBytes(),
                    all.plan().notes());
        }
    }
}
