package io.holdfast.backup.archive;

import io.holdfast.backup.BackupError;
import io.holdfast.binlog.ChecksumAlgorithm;
import io.holdfast.client.BinlogStream;
import io.holdfast.client.ConnectOptions;
import io.holdfast.client.DumpRequest;
import io.holdfast.client.DumpStart;
import io.holdfast.client.Session;
import io.holdfast.core.BinlogPosition;
import io.holdfast.core.CorruptDataException;
import io.holdfast.core.HoldfastException;
import io.holdfast.core.RefusedException;
import io.holdfast.core.SqlErrorException;
import io.holdfast.core.UnavailableException;
import io.holdfast.repository.BackupHead;
import io.holdfast.repository.BackupListing;
import io.holdfast.repository.Repository;
import io.holdfast.repository.archive.Archive;
import io.holdfast.repository.archive.HistoryArchive;
import io.holdfast.repository.archive.PartRange;
import io.holdfast.repository.lease.Lease;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Archives one server: follows its binary log as a replica does, makes every event durable in the
/// journal, and stores parts of it in the repository, until it is told to stop.
///
/// Model: two threads and what is between them. The one that calls [#run] connects, decides with
/// [Resume] whether the server still has the log that was archived, and feeds the journal. The
/// other ([PartWorker]) reads the journal and stores parts. They share nothing but the journal, so
/// neither a slow repository nor a broken connection stops the other.
///
/// A connection that breaks is made again with growing pauses, for ever, once the server answered.
/// What waiting cannot mend ends the run: missing privileges, a log that is switched off, a damaged
/// journal.
public final class Archiver {
    private final ArchiveOptions options;
    private final ConnectOptions server;
    private final Repository repository;
    private final Archive archive;
    private final Path defaultFolders;
    private final SecureRandom random = new SecureRandom();
    private final Consumer<ArchiveEvent> listener;
    private final CountDownLatch stopped = new CountDownLatch(1);
    private final Pauses pauses;
    private volatile @Nullable Session following;
    private boolean hasAnswered;

    /// Prepares; nothing is opened yet.
    ///
    /// @param defaultFolders where journals are, one folder per server, unless `options` name one;
    ///   see [ArchiveOptions#defaultFolders]
    /// @param listener is told what happens, from several threads
    public Archiver(
            ArchiveOptions options,
            ConnectOptions server,
            Repository repository,
            Path defaultFolders,
            Consumer<ArchiveEvent> listener) {
        this.repository = repository;
        this.archive = new Archive(repository);
        this.options = options;
        this.server = server;
        this.defaultFolders = defaultFolders;
        this.listener = listener;
        this.pauses = new Pauses(stopped);
    }

    /// Asks a server whether it can be archived by this account; touches nothing.
    ///
    /// @throws io.holdfast.core.RefusedException if it writes no binary log, or the account lacks a
    ///   privilege
    /// @throws UnavailableException if it cannot be reached
    public static void mustBeAllowed(ConnectOptions server) {
        try (Session session = Session.open(server)) {
            ServerView _ = ServerObserver.observe(session);
            List<Long> _ = ServerObserver.serverIds(session);
        }
    }

    /// Asks the run to end: everything received is made durable and stored. Thread-safe.
    public void stop() {
        stopped.countDown();
        endStream();
    }

    private void endStream() {
        Session session = following;
        if (session != null) {
            session.abort();
        }
    }

    private boolean isStopped() {
        return stopped.getCount() == 0;
    }

    /// Archives until [#stop()], or until it has caught up if it was asked to.
    ///
    /// @throws HoldfastException if something is wrong that waiting does not mend
    public void run() {
        while (!isStopped()) {
            ServerView view = firstView();
            if (view == null) {
                return;
            }
            Path folder = folder(view);
            try {
                if (archive(view, folder)) {
                    return;
                }
            } catch (UnavailableException e) {
                interrupted(e);
            }
            pauses.pause();
        }
    }

    private Path folder(ServerView view) {
        Path asked = options.journal();
        return asked != null ? asked : defaultFolders.resolve(view.serverUuid().toString());
    }

    /// The server as it is now; null if we were stopped before it answered.
    private @Nullable ServerView firstView() {
        while (!isStopped()) {
            try (Session session = Session.open(server)) {
                ServerView view = ServerObserver.observe(session);
                hasAnswered = true;
                return view;
            } catch (UnavailableException | SqlErrorException e) {
                retry(e);
            }
        }
        return null;
    }

    /// Reports a failure that may pass and waits; throws it if the server never answered.
    private void retry(HoldfastException e) {
        if (isStopped()) {
            return;
        }
        if (!hasAnswered) {
            throw e;
        }
        interrupted(e);
        pauses.pause();
    }

    private void interrupted(HoldfastException e) {
        listener.accept(new ArchiveEvent.Interrupted(e.problem(), pauses.nextMillis()));
    }

    /// @return whether there is nothing left to do; false if the journal is to be opened anew,
    ///   which finds what was durable
    private boolean archive(ServerView first, Path folder) {
        JournalLimits limits = JournalLimits.DEFAULT.withJournalBytesMax(options.journalBytesMax());
        var lag = new CommitLag(Archiver::nowMicros);
        try (Lease _ = archive.lease(first.serverUuid());
                Journal journal = Journal.open(folder, limits, lag)) {
            var state = new ArchiveState(first, folder, journal, lag, listener);
            ArchiveEnd end = ArchiveEnds.find(journal, archive, first.serverUuid());
            if (end == null && options.from() == null) {
                end = ArchiveEnds.takenOver(archive, first);
            }
            try (var definitions = new TableDefinitions(server, listener);
                    var worker =
                            new PartWorker(
                                    journal,
                                    archive,
                                    options,
                                    listener,
                                    "archiver",
                                    new Recorder(definitions, listener),
                                    state,
                                    this::stop);
                    var _ = new PartMerger(archive, first.serverUuid(), listener);
                    var _ = new Watcher(server, state, journal, this::endStream, listener)) {
                try {
                    follow(first, end, folder, journal, state);
                } catch (RefusedException e) {
                    finish(journal, worker, state); // nothing more can come: store what came
                    throw e;
                } catch (UnavailableException e) {
                    interrupted(e); // before what may take long
                    worker.finish(); // what is stored makes room on the journal's disk
                    return false;
                }
                finish(journal, worker, state);
            }
            RuntimeException failure = state.failure();
            if (failure != null) {
                throw failure;
            }
            return true;
        }
    }

    private static void finish(Journal journal, PartWorker worker, ArchiveState state) {
        journal.drain();
        worker.finish();
        state.write();
    }

    private static long nowMicros() {
        java.time.Instant now = java.time.Instant.now();
        return TimeUnit.SECONDS.toMicros(now.getEpochSecond()) + now.getNano() / 1000;
    }

    private void follow(
            ServerView first,
            @Nullable ArchiveEnd known,
            Path folder,
            Journal journal,
            ArchiveState state) {
        ArchiveEnd end = known;
        BinlogPosition goal = options.untilCaughtUp() ? first.position() : null;
        boolean differs = false;
        boolean isProven = false; // before, the journal's end may be one of another log
        while (!isStopped() && !(isProven && hasReached(journal, goal))) {
            ArchivedGtids gtids = null;
            try (Session session = Session.open(server)) {
                following = session;
                state.connected(false);
                Identity identity = Identity.of(folder, ServerObserver.serverIds(session), random);
                end =
                        new ServerMeeting(
                                        session,
                                        server,
                                        identity,
                                        archive,
                                        journal,
                                        startFile(first),
                                        options.giveUp(),
                                        listener,
                                        stopped)
                                .meet(end, differs);
                gtids = new ArchivedGtids(end.gtids(), end.open(), ChecksumAlgorithm.NONE);
                EventMark last = end.last();
                var request =
                        DumpRequest.following(
                                new DumpStart.At(last == null ? end.position() : last.begin()),
                                identity.serverId(),
                                identity.replicaUuid());
                differs = false;
                try (BinlogStream stream = session.dumpBinlog(request)) {
                    state.connected(true);
                    listener.accept(new ArchiveEvent.Connected(session.server(), end.position()));
                    new Follower(stream, journal, gtids, last)
                            .follow(() -> isDone(journal, state, goal));
                    isProven = true;
                    if (state.isOverfull()) {
                        state.awaitRoom(stopped);
                    }
                }
            } catch (Follower.LogDiffers e) {
                differs = true;
            } catch (UnavailableException e) {
                if (e.problem().code() == BackupError.JOURNAL_UNWRITABLE) {
                    throw e;
                }
                retry(e);
            } catch (SqlErrorException | CorruptDataException e) {
                retry(e);
            } finally {
                following = null;
                state.connected(false);
            }
            end = after(end, journal, gtids);
        }
    }

    /// The file in which the first history of a server begins: the one that was asked for, or that
    /// of the newest backup's moment; null for the server's current one.
    private @Nullable String startFile(ServerView view) {
        if (options.from() != null) {
            return options.from();
        }
        for (BackupListing listing : repository.catalogue().backups().reversed()) {
            if (listing instanceof BackupListing.Whole(BackupHead head)
                    && head.server().uuid().equals(view.serverUuid())) {
                BinlogPosition at = head.position();
                return at == null ? null : at.file();
            }
        }
        return null;
    }

    private boolean isDone(Journal journal, ArchiveState state, @Nullable BinlogPosition goal) {
        return isStopped() || state.isOverfull() || hasReached(journal, goal);
    }

    private static boolean hasReached(Journal journal, @Nullable BinlogPosition goal) {
        JournalEnd end = journal.end();
        return goal != null && end != null && end.position().compareTo(goal) >= 0;
    }

    /// Where the archive ends now that the journal has grown.
    private static @Nullable ArchiveEnd after(
            @Nullable ArchiveEnd before, Journal journal, @Nullable ArchivedGtids gtids) {
        JournalEnd end = journal.end();
        if (end == null || gtids == null || before == null) {
            return before;
        }
        return before.withJournal(end, gtids);
    }

    /// Stores the definitions that a part's statements changed before the part itself.
    private record Recorder(TableDefinitions definitions, Consumer<ArchiveEvent> listener)
            implements PartCutter.PartListener {
        @Override
        public void storing(
                HistoryArchive history, PartRange range, PartContent content, boolean isFirst) {
            if (isFirst) {
                definitions.wantAll();
            }
            definitions.want(content.entries());
            definitions.store(history, isFirst ? range.beginPosition() : range.endPosition());
        }

        @Override
        public void stored(PartRange range, PartContent content) {
            listener.accept(new ArchiveEvent.PartStored(range, content.entries().size()));
        }
    }
}
