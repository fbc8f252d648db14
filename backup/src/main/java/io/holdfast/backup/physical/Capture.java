package io.holdfast.backup.physical;

import io.holdfast.backup.BackupError;
import io.holdfast.backup.source.BackupLock;
import io.holdfast.client.Session;
import io.holdfast.core.ByteSink;
import io.holdfast.core.CorruptDataException;
import io.holdfast.core.Problem;
import io.holdfast.core.Progress;
import io.holdfast.core.RefusedException;
import io.holdfast.core.UnavailableException;
import io.holdfast.innodb.RedoBlock;
import io.holdfast.innodb.RedoDeletions;
import io.holdfast.innodb.RedoFileHeader;
import io.holdfast.innodb.RedoFileName;
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
import java.util.Set;
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
    private final Tools tools;
    private @Nullable Increment increment;
    private String whyNot = "";
    private @Nullable Stages stages;
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
        this.tools = tools;
        this.repository = tools.repository();
        this.options = tools.options();
        this.progress = tools.progress();
        this.source = tools.source();
        this.backup = tools.backup();
        this.spool = tools.spool();
        this.session = tools.session();
        this.tracking = tools.tracking();
        this.choice = choice;
    }

    /// All that is known at the end.
    private record Taken(long startLsn, Copying.Outcome copied, Listed listed, StreamRef redo) {
        LogMoment end() {
            return copied.end().moment();
        }
    }

    /// The list of files.
    private record Listed(StreamRef stream, long lineCount, FileCopies.Sums sums) {}

    /// Copies everything; nothing exists before [#commit], but what was stored is noted for the
    /// next backup should this one fail.
    void run() {
        try {
            taken = take();
        } finally {
            if (taken == null && stages != null) {
                stages.last();
            }
        }
    }

    private Taken take() {
        try (BackupLock lock = InstanceLock.take(source, options.ddlBlockMax())) {
            long lockedLsn = tracking.isOn() ? checkpointNow() : 0;
            try (RedoFollower follower = follow()) {
                long startLsn = follower.startLsn();
                LogMoment start = LogMoment.read(session);
                increment = increment(startLsn, lockedLsn);
                var noted =
                        new Stages(
                                backup, described().atStart(startLsn, start), options.stageEvery());
                stages = noted;
                var copies = new FileCopies(backup, noted, increment);
                Copying.Outcome copied = new Copying(tools, follower, copies).run(lock);
                long endLsn = copied.end().moment().lsn();
                follower.finishAt(endLsn, LOG_WRITTEN_MAX);
                if (copied.copiedAgain() != null) {
                    demandNoneImported(copied.plan(), follower.walk(), endLsn);
                }
                return new Taken(
                        startLsn, copied, list(copied), storeRedo(follower.walk(), endLsn));
            }
        }
    }

    private RedoFollower follow() {
        String home = source.variable("innodb_log_group_home_dir");
        var folder = new RedoFolder(source.resolve(home).resolve(RedoFileName.FOLDER));
        return RedoFollower.start(source.options(), folder, source.redoCapacityBytes(), spool);
    }

    private Listed list(Copying.Outcome copied) {
        try (StreamWriter files = backup.openStream()) {
            var lines = new JsonLines.Writer(files);
            FileCopies.Sums sums = copied.copies().finish(copied.plan(), lines);
            lines.end();
            return new Listed(files.finish(), lines.count(), sums);
        }
    }

    /// A tablespace that is discarded and imported keeps its number. The server makes a checkpoint
    /// between the two; a recovery from an earlier one would take the imported file for the
    /// discarded one, and delete it.
    private void demandNoneImported(FilePlan plan, RedoWalk walk, long endLsn) {
        var deletions = new RedoDeletions(walk.firstLsn(), endLsn);
        copyRedo(walk, endLsn, deletions);
        Set<Long> deleted = deletions.finish();
        for (TablespaceFile file : plan.tablespaces()) {
            if (deleted.contains(file.space())) {
                throw new RefusedException(
                        Problem.of(BackupError.TABLESPACE_IMPORTED)
                                .what("the tablespace was imported while DDL was let in")
                                .where("%s", file.file())
                                .remedy(
                                        "Run the backup again when no tablespace is imported, or"
                                                + " without `--reduced-lock`."));
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
    /// @param startLsn the checkpoint that the redo is followed from
    /// @param lockedLsn end of the redo log when DDL had ended
    private @Nullable Increment increment(long startLsn, long lockedLsn) {
        Base base = choice.base();
        if (base == null) {
            whyNot = choice.why();
            return choice.unfinished().isEmpty() ? null : Increment.scan(choice.unfinished(), null);
        }
        whyNot = tracking.problemSince(base, source.started());
        if (whyNot.isEmpty() && startLsn < lockedLsn) {
            whyNot = "the server's checkpoint did not come to the moment of the lock";
        }
        if (!whyNot.isEmpty()) {
            return Increment.scan(choice.unfinished(), base);
        }
        PageTracking.Answer answer =
                PageTracking.ask(session, source.dataFolder(), base.sinceLsn(), startLsn);
        whyNot = answer.problem();
        TrackedPages pages = answer.pages();
        return pages == null
                ? Increment.scan(choice.unfinished(), base)
                : Increment.tracked(base, pages, startLsn);
    }

    /// Stores what the spool holds, up to the block of the end, which may not be full and may not
    /// even have begun.
    private StreamRef storeRedo(RedoWalk walk, long endLsn) {
        if (walk.hasEncrypted()) {
            throw EncryptedFile.redo(source.dataFolder().resolve(RedoFileName.FOLDER));
        }
        try (StreamWriter redo = backup.openStream()) {
            copyRedo(walk, endLsn, redo);
            return redo.finish();
        }
    }

    private void copyRedo(RedoWalk walk, long endLsn, ByteSink sink) {
        long wanted = RedoBlock.start(endLsn) + RedoBlock.BYTES - walk.firstLsn();
        spool.copyTo(sink, Math.min(wanted, spool.bytes()));
        if (spool.bytes() < wanted) {
            byte[] tail = walk.tail();
            sink.accept(tail, 0, tail.length);
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
        List<PackUse> earlier = choice.uses();
        choice.demandNothingIsDeleted(repository);
        Manifest manifest = backup.commit(state(), earlier);
        backup.forgetUnfinished();
        return manifest;
    }

    private BackupState state() {
        Taken all = taken();
        LogMoment end = all.end();
        return described()
                .atEnd(
                        all.copied().end(),
                        new PhysicalSection(
                                all.listed().stream(),
                                all.redo(),
                                all.startLsn(),
                                end.lsn(),
                                RedoFileHeader.FORMAT,
                                false,
                                source.pageBytes(),
                                method(),
                                choice.backup(),
                                source.started(),
                                all.listed().lineCount(),
                                all.listed().sums().pageCount(),
                                all.listed().sums().storedCount(),
                                all.copied().plan().hasEncrypted() ? source.keyring() : null));
    }

    private Described described() {
        return new Described(repository, source, method(), choice.backup());
    }

    private PhysicalSection.Method method() {
        if (increment == null) {
            return PhysicalSection.Method.FULL;
        }
        return increment.isTracked()
                ? PhysicalSection.Method.TRACKING
                : PhysicalSection.Method.SCAN;
    }

    PhysicalBackupReport report(Manifest manifest, Duration total) {
        Taken all = taken();
        LogMoment end = all.end();
        FilePlan plan = all.copied().plan();
        return new PhysicalBackupReport(
                backup.id(),
                source.identity(),
                end.gtids(),
                end.position(),
                end.at(),
                total,
                all.copied().ddlBlocked(),
                all.copied().copiedAgain(),
                method(),
                choice.backup(),
                increment == null ? List.of() : increment.unfinished(),
                whyNot,
                all.startLsn(),
                end.lsn(),
                plan.tablespaces().size() + plan.others().size(),
                all.listed().sums().pageCount(),
                all.listed().sums().storedCount(),
                plan.bytes() + all.redo().bytes(),
                all.redo().bytes(),
                all.copied().rereadPages(),
                manifest.storedBytes(),
                plan.notes());
    }
}
