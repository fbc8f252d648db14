package io.holdfast.backup.physical;

import io.holdfast.backup.BackupError;
import io.holdfast.backup.source.BackupLock;
import io.holdfast.client.Session;
import io.holdfast.core.CorruptDataException;
import io.holdfast.core.Problem;
import io.holdfast.core.Progress;
import io.holdfast.core.UnavailableException;
import io.holdfast.innodb.RedoBlock;
import io.holdfast.innodb.RedoFileHeader;
import io.holdfast.innodb.RedoFileName;
import io.holdfast.repository.BackupId;
import io.holdfast.repository.BackupState;
import io.holdfast.repository.BackupWriter;
import io.holdfast.repository.Manifest;
import io.holdfast.repository.PackUse;
import io.holdfast.repository.PhysicalSection;
import io.holdfast.repository.Repository;
import io.holdfast.repository.StreamWriter;
import io.holdfast.repository.format.StreamRef;
import io.holdfast.repository.logical.JsonLines;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One attempt at a physical backup, with or without a base: its streams, and what they came to.
/// See [PhysicalBackup] for the order of things. Confined to one thread.
final class Capture {
    private static final Duration LOG_WRITTEN_MAX = Duration.ofSeconds(60);

    private final Repository repository;
    private final PhysicalBackupOptions options;
    private final Progress progress;
    private final PhysicalSource source;
    private final BackupWriter backup;
    private final RedoSpool spool;
    private final Session session;
    private final PageTracking tracking;
    private final BaseChoice choice;
    private @Nullable Increment increment;
    private String whyNot = "";
    private @Nullable Stages stages;
    private final StreamWriter files;
    private final JsonLines.Writer lines;
    private @Nullable Taken taken;

    /// What an attempt works with; all of it is its owner's.
    ///
    /// @param session of the backup's account
    record Tools(
            Repository repository,
            PhysicalBackupOptions options,
            Progress progress,
            PhysicalSource source,
            BackupWriter backup,
            RedoSpool spool,
            Session session,
            PageTracking tracking) {}

    Capture(Tools tools, BaseChoice choice) {
        this.repository = tools.repository();
        this.options = tools.options();
        this.progress = tools.progress();
        this.source = tools.source();
        this.backup = tools.backup();
        this.spool = tools.spool();
        this.session = tools.session();
        this.tracking = tools.tracking();
        this.choice = choice;
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

    /// Copies everything; nothing exists before [#commit], but what was stored is noted for the
    /// next backup should this one fail.
    void run() {
        boolean isWhole = false;
        try {
            taken = take();
            isWhole = true;
        } finally {
            if (!isWhole) {
                files.close();
                if (stages != null) {
                    stages.last();
                }
            }
        }
    }

    private Taken take() {
        try (BackupLock lock = InstanceLock.take(source, options.ddlBlockMax())) {
            long lockedLsn = tracking.isOn() ? checkpointNow() : 0;
            RedoConsumer consumer = RedoConsumer.register(source.options());
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
                increment = increment(start, lockedLsn);
                return take(lock, start, follower);
            }
        }
    }

    /// Has the server write all changed pages to their files, so that its list has them: what an
    /// index build wrote without redo is nowhere else. And the next backup's list begins at this
    /// one's checkpoint, which must not lie before the tracking.
    ///
    /// @return the end of the redo log before that
    private long checkpointNow() {
        long lsn = LogMoment.read(session).lsn();
        progress.say("waiting for the server's checkpoint");
        session.execute("DO innodb_redo_log_sharp_checkpoint()");
        return lsn;
    }

    /// Decides how changed pages are found.
    ///
    /// @param lockedLsn end of the redo log when DDL had ended
    private @Nullable Increment increment(LogMoment start, long lockedLsn) {
        Base base = choice.base();
        if (base == null) {
            whyNot = choice.why();
            return choice.unfinished().isEmpty() ? null : Increment.scan(choice.unfinished(), null);
        }
        whyNot = tracking.problemSince(base, source.started());
        if (whyNot.isEmpty() && start.checkpointLsn() < lockedLsn) {
            whyNot = "the server's checkpoint did not come to the moment of the lock";
        }
        if (!whyNot.isEmpty()) {
            return Increment.scan(choice.unfinished(), base);
        }
        PageTracking.Answer answer =
                PageTracking.ask(
                        session, source.dataFolder(), base.sinceLsn(), start.checkpointLsn());
        whyNot = answer.problem();
        TrackedPages pages = answer.pages();
        return pages == null
                ? Increment.scan(choice.unfinished(), base)
                : Increment.tracked(base, pages, start.checkpointLsn());
    }

    private RedoWalk walk(LogMoment start) {
        String home = source.variable("innodb_log_group_home_dir");
        var folder = new RedoFolder(source.resolve(home).resolve(RedoFileName.FOLDER));
        return new RedoWalk(folder, start.checkpointLsn(), spool);
    }

    private Taken take(BackupLock lock, LogMoment start, RedoFollower follower) {
        FilePlan plan = FilePlanner.plan(source, session, options.allowInconsistent());
        var noted = new Stages(backup, described().atStart(start), options.stageEvery());
        stages = noted;
        try (Progress.Work work =
                progress.begin("copying files", Progress.Unit.BYTES, plan.bytes())) {
            var segments =
                    new SegmentCopy(
                            backup,
                            new RateLimit(options.bytesPerSecond()),
                            () -> demandPossible(lock, follower),
                            work);
            var copies = new FileCopies(backup, lines, segments, noted, increment);
            copy(copies, plan, lock);
            demandPossible(lock, follower);
            EndMoment end = end(plan, copies, lock);
            lines.end();
            follower.finishAt(end.moment().lsn(), LOG_WRITTEN_MAX);
            PhysicalSource.demandRedo(session);
            if (!lock.release()) {
                throw InstanceLock.lost(source.options(), lock.held());
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

    /// Reads the end moment, and copies what is not in the redo as it is then.
    private EndMoment end(FilePlan plan, FileCopies copies, BackupLock lock) {
        if (plan.rows().isEmpty()) {
            return EndMoment.read(session, source.isReplica());
        }
        try (FilesAside aside = FilesAside.in(options.spoolFolder())) {
            EndMoment end;
            try (WriteLock _ = WriteLock.take(lock, plan.rows(), session.server())) {
                plan.rows().forEach(rows -> rows.files().forEach(aside::take));
                end = EndMoment.read(session, source.isReplica());
            }
            copies.run(aside.copies());
            return end;
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
            throw InstanceLock.lost(source.options(), lock.held());
        }
    }

    private void demandPossible(BackupLock lock, RedoFollower follower) {
        follower.demandWell();
        if (lock.isReleased()) {
            throw InstanceLock.lost(source.options(), lock.held());
        }
    }

    /// Stores what the spool holds, up to the block of the end, which may not be full and may not
    /// even have begun.
    private StreamRef storeRedo(RedoWalk walk, long endLsn) {
        if (walk.hasEncrypted()) {
            throw EncryptedFile.redo(source.dataFolder().resolve(RedoFileName.FOLDER));
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

    /// Makes the backup exist.
    ///
    /// @throws CorruptDataException if the base was refuted at last
    /// @throws UnavailableException if objects are being deleted that it may need
    Manifest commit() {
        Manifest manifest = increment == null ? backup.commit(state()) : commitOn(increment);
        backup.forgetUnfinished();
        return manifest;
    }

    private Manifest commitOn(Increment earlier) {
        List<PackUse> uses = earlier.uses();
        if (BaseChoice.isExpiring(repository)) {
            throw new UnavailableException(
                    Problem.of(BackupError.BASE_REFUTED)
                            .what("objects of the repository are being deleted since")
                            .where("backup %s", backup.id())
                            .remedy("Run the backup again when `expire` has ended."));
        }
        return backup.commit(state(), uses);
    }

    private BackupState state() {
        Taken all = taken();
        LogMoment end = all.end().moment();
        return described()
                .atEnd(
                        all.end(),
                        new PhysicalSection(
                                all.files(),
                                all.redo(),
                                all.startLsn(),
                                end.lsn(),
                                RedoFileHeader.FORMAT,
                                false,
                                source.pageBytes(),
                                method(),
                                baseId(),
                                source.started(),
                                lines.count(),
                                all.copies().pageCount(),
                                all.copies().storedCount(),
                                all.plan().hasEncrypted() ? source.keyring() : null));
    }

    private Described described() {
        return new Described(repository, source, method(), baseId());
    }

    private PhysicalSection.Method method() {
        if (increment == null) {
            return PhysicalSection.Method.FULL;
        }
        return increment.isTracked()
                ? PhysicalSection.Method.TRACKING
                : PhysicalSection.Method.SCAN;
    }

    private @Nullable BackupId baseId() {
        return choice.base() == null ? null : choice.base().backup();
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
                method(),
                baseId(),
                increment == null ? List.of() : increment.unfinished(),
                whyNot,
                all.startLsn(),
                end.lsn(),
                all.plan().tablespaces().size() + all.plan().others().size(),
                all.copies().pageCount(),
                all.copies().storedCount(),
                all.plan().bytes() + all.redo().bytes(),
                all.redo().bytes(),
                all.rereadPages(),
                manifest.storedBytes(),
                all.plan().notes());
    }
}
