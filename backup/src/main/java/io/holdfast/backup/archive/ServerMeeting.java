package io.holdfast.backup.archive;

import io.holdfast.backup.archive.Resume.Cause;
import io.holdfast.backup.archive.Resume.Decision;
import io.holdfast.backup.archive.Resume.HeadProof;
import io.holdfast.client.ConnectOptions;
import io.holdfast.client.Session;
import io.holdfast.core.BinlogPosition;
import io.holdfast.core.GtidSet;
import io.holdfast.core.Text;
import io.holdfast.repository.archive.Archive;
import io.holdfast.repository.archive.History;
import io.holdfast.repository.archive.HistoryArchive;
import io.holdfast.repository.archive.HistoryId;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// What happens at the beginning of every connection: the server is looked at, [Resume] decides,
/// and the journal is made ready for the next event.
final class ServerMeeting {
    /// How often a server is looked at again before transactions count as lost: those between their
    /// write and their commit are in the log and not yet in `gtid_executed`.
    private static final int LOOKS_MAX = 5;

    private static final long SETTLING_MILLIS = 400;

    private final Session session;
    private final ConnectOptions options;
    private final Identity identity;
    private final Archive archive;
    private final Journal journal;
    private final @Nullable String askedStart;
    private final @Nullable BinlogPosition givenUp;
    private final Consumer<ArchiveEvent> listener;
    private final CountDownLatch stopped;

    ServerMeeting(
            Session session,
            ConnectOptions options,
            Identity identity,
            Archive archive,
            Journal journal,
            @Nullable String askedStart,
            @Nullable BinlogPosition givenUp,
            Consumer<ArchiveEvent> listener,
            CountDownLatch stopped) {
        this.session = session;
        this.options = options;
        this.identity = identity;
        this.archive = archive;
        this.journal = journal;
        this.askedStart = askedStart;
        this.givenUp = givenUp;
        this.listener = listener;
        this.stopped = stopped;
    }

    /// Decides, and prepares the journal.
    ///
    /// @param end where the archive ends; null if nothing was archived
    /// @param lastEventDiffers whether the connection before found another event than the last
    /// @return where the next event goes, with the event that proves it
    ArchiveEnd meet(@Nullable ArchiveEnd end, boolean lastEventDiffers) {
        ServerView view = ServerObserver.observe(session);
        Decision decision = decide(view, end, lastEventDiffers);
        for (int look = 1; look < LOOKS_MAX && seemsLost(decision); look++) {
            settle();
            view = ServerObserver.observe(session);
            decision = decide(view, end, lastEventDiffers);
        }
        return switch (decision) {
            case Decision.Continue(BinlogPosition at) -> goOn(end, at);
            case Decision.Begin begin -> begin(view, end, begin);
        };
    }

    private Decision decide(ServerView view, @Nullable ArchiveEnd end, boolean lastEventDiffers) {
        if (end == null) {
            return first(view);
        }
        if (!view.serverUuid().equals(end.line().serverUuid())) {
            return Resume.decideFailover(
                    view, end, file -> ServerObserver.previousGtids(session, file));
        }
        Decision decision =
                Resume.decide(view, end, file -> head(end.line(), file), lastEventDiffers);
        boolean isGivenUp =
                decision instanceof Decision.Continue(BinlogPosition at) && at.equals(givenUp);
        return isGivenUp ? Resume.giveUp(view, end) : decision;
    }

    private static boolean seemsLost(Decision decision) {
        return decision instanceof Decision.Begin(Cause cause, _, _)
                && cause == Cause.LOST_TRANSACTIONS;
    }

    private void settle() {
        try {
            var _ = stopped.await(SETTLING_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private Decision.Begin first(ServerView view) {
        String wanted = askedStart != null ? askedStart : view.newest().name();
        if (view.find(wanted).isEmpty()) {
            return new Decision.Begin(
                    Cause.GAP,
                    view.oldest().name(),
                    Text.format(
                            "%s is not on the server, whose oldest file is %s",
                            wanted, view.oldest().name()));
        }
        return new Decision.Begin(Cause.NEW, wanted, "first archive of this server");
    }

    private ArchiveEnd goOn(@Nullable ArchiveEnd end, BinlogPosition at) {
        if (end == null) {
            throw new AssertionError("there is nothing to go on from");
        }
        JournalEnd journaled = journal.end();
        boolean isJournalThere =
                journaled != null
                        && journaled.position().equals(at)
                        && journaled.line().historyId().equals(end.line().historyId());
        if (!isJournalThere) {
            journal.begin(end.line(), at, end.last());
        }
        return end;
    }

    private ArchiveEnd begin(ServerView view, @Nullable ArchiveEnd end, Decision.Begin begin) {
        GtidSet before = ServerObserver.previousGtids(session, begin.file());
        HistoryArchive history =
                archive.begin(
                        view.serverUuid(),
                        new History.Beginning(
                                reason(begin.cause()),
                                end == null ? null : new HistoryId(end.line().historyId()),
                                begin.file(),
                                before,
                                begin.detail()));
        JournalLine line = StoredEnd.of(history).line();
        var at = new BinlogPosition(begin.file(), BinlogPosition.FIRST_EVENT_OFFSET);
        journal.begin(line, at, null);
        listener.accept(new ArchiveEvent.HistoryBegan(line.historyId(), line.reason(), at));
        return new ArchiveEnd(line, at, before, null, null);
    }

    private static History.Reason reason(Cause cause) {
        return switch (cause) {
            // The predecessor, of another server, says that it is a failover.
            case NEW, FAILOVER -> History.Reason.NEW;
            case RESET -> History.Reason.RESET;
            case ROLLBACK -> History.Reason.ROLLBACK;
            case LOST_TRANSACTIONS -> History.Reason.LOST_TRANSACTIONS;
            case GAP -> History.Reason.GAP;
        };
    }

    /// Compares the beginning of a file on the server with the archived one.
    private HeadProof head(JournalLine line, String file) {
        FileHead archived = FileHeads.archived(journal, archive, line, file);
        if (archived == null) {
            return HeadProof.UNKNOWN;
        }
        FileHead present = FileHeads.present(options, identity, file);
        return present == null ? HeadProof.UNKNOWN : archived.compare(present);
    }
}
