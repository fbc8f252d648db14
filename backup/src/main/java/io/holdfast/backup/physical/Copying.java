package io.holdfast.backup.physical;

import io.holdfast.backup.BackupError;
import io.holdfast.backup.source.BackupLock;
import io.holdfast.client.Session;
import io.holdfast.core.CorruptDataException;
import io.holdfast.core.Problem;
import io.holdfast.core.Progress;
import io.holdfast.core.RefusedException;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// Copies a server's files up to the end moment: under the backup lock, or with a reduced lock
/// partly without, and then those again that DDL has changed.
///
/// Why that is sound although the redo is not parsed: see `docs/decisions/0005-reduced-lock.md`. In
/// short: a plan is made under the lock, so that no DDL runs at that moment; what DDL does to a
/// file is either in the redo or shows in the file's first page or identity
/// ([TablespaceFile#isStill]); and the last plan is made when the first pages are on disk as they
/// are in the server's memory, under a lock that is held until the end moment.
///
/// Confined to one thread.
final class Copying {
    /// What is left after so many passes is copied under the lock, however much it is.
    private static final int OPEN_PASSES_MAX = 4;

    /// So much is copied under the lock without a further pass.
    private static final long LAST_BYTES_MAX = 64L << 20;

    private static final String ALTER_INSTANCE_COUNT = "Com_alter_instance";

    private final PhysicalSource source;
    private final PhysicalBackupOptions options;
    private final Progress progress;
    private final Session session;
    private final RedoFollower follower;
    private final FileCopies copies;
    private final RateLimit rate;
    private final Capture.Tools tools;
    private Duration ddlBlocked = Duration.ZERO;
    private long rereadPages;
    private int copiedAgain;

    Copying(Capture.Tools tools, RedoFollower follower, FileCopies copies) {
        this.tools = tools;
        this.source = tools.source();
        this.options = tools.options();
        this.progress = tools.progress();
        this.session = tools.session();
        this.follower = follower;
        this.copies = copies;
        this.rate = new RateLimit(options.bytesPerSecond());
    }

    /// What the copying came to.
    ///
    /// @param plan the last one
    /// @param ddlBlocked by all locks together
    /// @param copiedAgain tablespaces that were copied after the first pass; null if the first lock
    ///   was held to the end
    record Outcome(
            FilePlan plan,
            FileCopies copies,
            EndMoment end,
            long rereadPages,
            Duration ddlBlocked,
            @Nullable Integer copiedAgain) {}

    /// Copies everything. The lock is let go when this returns.
    Outcome run(BackupLock first) {
        FilePlan plan = plan(first);
        if (!plan.rows().isEmpty()) {
            WriteLock.demandAllowed(session, plan.rows());
        }
        long alterInstanceCount = PhysicalSource.number(session, ALTER_INSTANCE_COUNT);
        Duration openAfter = options.openAfter();
        if (openAfter != null) {
            first.shorten(openAfter);
        }
        pass("copying files", plan, openAfter == null ? first : null, () -> !first.isHeld());
        EndMoment end = openAfter == null || first.isHeld() ? end(plan, first) : null;
        ddlBlocked = first.held();
        if (end != null) {
            return outcome(plan, end, null);
        }
        if (openAfter == null) {
            throw InstanceLock.lost(source.options(), first.held());
        }
        return follow(alterInstanceCount);
    }

    /// Copies what DDL has changed, until so little is left that it can be done under the lock.
    private Outcome follow(long alterInstanceCount) {
        for (int open = 1; ; open++) {
            progress.say("waiting for the server's checkpoint");
            checkpoint(); // so that the one under the lock has little to write
            try (BackupLock lock = InstanceLock.takeAgain(source, options.ddlBlockMax())) {
                demandRedoAllTheTime(alterInstanceCount);
                writeFirstPages(lock);
                FilePlan plan = plan(lock);
                List<TablespaceFile> uncopied = copies.uncopied(plan);
                long bytes = uncopied.stream().mapToLong(TablespaceFile::bytes).sum();
                copiedAgain += uncopied.size();
                boolean isLast = bytes <= LAST_BYTES_MAX || open == OPEN_PASSES_MAX;
                if (!isLast) {
                    var _ = lock.release();
                }
                String title = "copying what DDL has changed";
                pass(title, plan, isLast ? lock : null, () -> !isLast);
                EndMoment end = isLast ? end(plan, lock) : null;
                ddlBlocked = ddlBlocked.plus(lock.held());
                if (end != null) {
                    return outcome(plan, end, copiedAgain);
                }
                if (isLast) {
                    throw InstanceLock.lost(source.options(), lock.held());
                }
            }
        }
    }

    private Outcome outcome(FilePlan plan, EndMoment end, @Nullable Integer again) {
        return new Outcome(plan, copies, end, rereadPages, ddlBlocked, again);
    }

    /// A plan of a moment without DDL.
    private FilePlan plan(BackupLock lock) {
        FilePlan plan = FilePlanner.plan(source, session, options.allowInconsistent());
        if (!lock.isHeld()) {
            throw InstanceLock.lost(source.options(), lock.held());
        }
        return plan;
    }

    /// @param lock without which the pass would be in vain; null if it may go on without
    private void pass(
            String title, FilePlan plan, @Nullable BackupLock lock, BooleanSupplier mayBeDdl) {
        try (Progress.Work work = progress.begin(title, Progress.Unit.BYTES, plan.bytes())) {
            Runnable mayGoOn = () -> demandPossible(lock);
            var segments = new SegmentCopy(tools.backup(), rate, mayGoOn, work);
            copies.run(
                    plan,
                    new FileCopies.Pass(
                            segments, options.threads(), lock == null ? mayBeDdl : () -> false));
            rereadPages += segments.rereadPages();
        } catch (CorruptDataException damage) {
            // Pages of a server that has died in the middle of writing them are no damage.
            if (lock == null || lock.isHeld()) {
                throw damage;
            }
            throw InstanceLock.lost(source.options(), lock.held());
        }
        demandPossible(lock);
    }

    private void demandPossible(@Nullable BackupLock lock) {
        follower.demandWell();
        if (lock != null && lock.isReleased()) {
            throw InstanceLock.lost(source.options(), lock.held());
        }
    }

    /// Reads the end moment, copies what is not in the redo as it is then, and lets the lock go.
    ///
    /// @return null if the lock had not been held until the moment
    private @Nullable EndMoment end(FilePlan plan, BackupLock lock) {
        if (plan.rows().isEmpty()) {
            return held(EndMoment.read(session, source.isReplica()), lock);
        }
        try (FilesAside aside = FilesAside.in(options.spoolFolder())) {
            EndMoment end;
            try (WriteLock _ = WriteLock.take(lock, plan.rows(), session.server())) {
                plan.rows().forEach(rows -> rows.files().forEach(aside::take));
                end = EndMoment.read(session, source.isReplica());
            }
            EndMoment held = held(end, lock);
            copies.copyRows(aside.copies());
            return held;
        }
    }

    private @Nullable EndMoment held(EndMoment end, BackupLock lock) {
        PhysicalSource.demandRedo(session);
        return lock.release() ? end : null;
    }

    private void checkpoint() {
        session.execute("DO innodb_redo_log_sharp_checkpoint()");
    }

    /// Has the server write all pages that DDL has changed to their files.
    private void writeFirstPages(BackupLock lock) {
        long lockedLsn = LogMoment.read(session).lsn();
        do {
            demandPossible(lock);
            checkpoint();
        } while (LogMoment.read(session).checkpointLsn() < lockedLsn);
    }

    /// Redo logging may have been switched off and on again while DDL was let in, which leaves no
    /// trace but the count of such statements. (One that waited behind the first lock was counted
    /// before; the one that switched it on again was not, unless it waited there, too.)
    private void demandRedoAllTheTime(long alterInstanceCount) {
        long now = PhysicalSource.number(session, ALTER_INSTANCE_COUNT);
        if (now != alterInstanceCount) {
            throw new RefusedException(
                    Problem.of(BackupError.REDO_LOGGING_OFF)
                            .what(
                                    "ALTER INSTANCE was executed %d times while DDL was let in, and"
                                            + " may have switched redo logging off and on",
                                    now - alterInstanceCount)
                            .where("server %s", session.server())
                            .remedy(
                                    "Run the backup again when nobody alters the instance, or"
                                            + " without `--reduced-lock`."));
        }
    }
}
