package io.holdfast.backup.physical;

import io.holdfast.backup.source.CurrentHistory;
import io.holdfast.client.ConnectOptions;
import io.holdfast.client.Session;
import io.holdfast.core.CorruptDataException;
import io.holdfast.core.Progress;
import io.holdfast.core.UnavailableException;
import io.holdfast.repository.BackupWriter;
import io.holdfast.repository.Manifest;
import io.holdfast.repository.Repository;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Takes a physical backup of a running server: its pages as they lie in its files, and the redo
/// log from a checkpoint before the first page was read to the moment after the last.
///
/// Why that is a backup: a page that was copied is at least as new as the checkpoint, because older
/// changes were on disk by then; and every later change to it is in the redo. A server that starts
/// on both, as after a crash, comes to the state at the redo's end, which is what the manifest's
/// GTID set and position belong to.
///
/// Pages that an earlier backup of the server has already, the *base*, are not stored again: the
/// new backup's maps say where they lie. Which these are is told by the LSN of the base's *start*:
/// a page that is older was on disk before the base read it, so the base has it just so. What the
/// base's own redo would still change of its pages is newer than that, and stored again. So pages
/// of several backups go under one redo, the newest, and nothing is ever applied to a backup.
///
/// The order, each step of which needs those before:
///
/// 1. The backup lock: no file appears, vanishes or becomes another. Before the next step, because
///    waiting for a long DDL would let the redo pile up.
/// 2. The server keeps its redo for us.
/// 3. The checkpoint is read from the redo's files and the follower begins there. The server is not
///    asked: with a small log it may be waiting for us by then.
/// 4. Files are listed and copied.
/// 5. The end moment is read. The lock was held all the time, or was taken again and all copied
///    again that DDL had changed (see [Copying]); it is let go.
/// 6. The follower comes to the end moment, the server may forget its redo.
/// 7. The redo goes to the repository, then the manifest.
///
/// A base that turns out not to be this server's past ends the attempt; another one begins without.
///
/// While files are copied, the repository is told now and then what was stored ([Stages]). What is
/// broken off, by whatever, thus serves the next run in the same way as a base: for its segments,
/// with the LSN of its own start.
public final class PhysicalBackup {
    /// Redo that the server must read again at a restore; below that a checkpoint is not worth the
    /// writing of all changed pages.
    private static final long CHECKPOINT_AGE_BYTES = 64L << 20;

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

    /// Why the server's data directory cannot be reached from here; empty if it can. Other reasons
    /// against such a backup are not looked for.
    ///
    /// @throws UnavailableException if the server cannot be reached
    public static Optional<String> obstacle(ConnectOptions connect) {
        return PhysicalSource.obstacle(connect);
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
        Attempt attempt = attempt(source, began, options.isFull() ? "it was asked for" : "");
        if (attempt.report() == null) {
            progress.say("taking a full backup instead: " + attempt.refutation());
            attempt = attempt(source, began, attempt.refutation());
        }
        return Objects.requireNonNull(attempt.report(), "nothing refutes a full backup");
    }

    /// What an attempt came to.
    ///
    /// @param report null if its base was refuted
    /// @param refutation why; empty if the backup was made
    private record Attempt(@Nullable PhysicalBackupReport report, String refutation) {}

    /// @param whyFull why it must be a full backup; empty if it need not
    private Attempt attempt(PhysicalSource source, long began, String whyFull) {
        try (BackupWriter backup =
                        repository.beginBackup(
                                source.identity().uuid(),
                                "physical backup of " + connect.address());
                RedoSpool spool = RedoSpool.create(options.spoolFolder(), options.spoolBytesMax());
                Session session = source.open()) {
            BaseChoice choice =
                    whyFull.isEmpty()
                            ? BaseChoice.of(repository, fit(source, session), backup.unfinished())
                            : BaseChoice.none(whyFull);
            PageTracking tracking = PageTracking.start(session);
            if (!tracking.isOn()) {
                shortenRedo(session); // with tracking, a checkpoint follows in any case
            }
            var capture =
                    new Capture(
                            new Capture.Tools(
                                    repository,
                                    options,
                                    progress,
                                    source,
                                    backup,
                                    spool,
                                    session,
                                    tracking),
                            choice);
            try {
                capture.run();
                Manifest manifest = capture.commit();
                return new Attempt(
                        capture.report(manifest, Duration.ofNanos(System.nanoTime() - began)), "");
            } catch (CorruptDataException failure) {
                if (choice.refutation() == null) {
                    throw failure;
                }
                backup.forgetStages();
                return new Attempt(null, choice.whyNot());
            }
        }
    }

    private BaseFit fit(PhysicalSource source, Session session) {
        LogMoment now = LogMoment.read(session);
        return new BaseFit(
                source.identity(),
                source.pageBytes(),
                now.lsn(),
                now.gtids(),
                CurrentHistory.of(repository, source.identity().uuid(), now.gtids()),
                source.settings());
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
}
