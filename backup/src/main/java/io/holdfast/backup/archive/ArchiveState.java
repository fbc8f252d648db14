package io.holdfast.backup.archive;

import io.holdfast.backup.BackupError;
import io.holdfast.core.BinlogPosition;
import io.holdfast.core.Problem;
import io.holdfast.core.Text;
import java.nio.file.Path;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// What the threads of an archiver tell each other and, through [ArchiveStatus], the world.
/// Thread-safe.
final class ArchiveState {
    private final Path folder;
    private final Journal journal;
    private final CommitLag lag;
    private final Consumer<ArchiveEvent> listener;
    private volatile ServerView view;
    private volatile boolean isConnected;
    private volatile boolean isOverfull;
    private volatile @Nullable BinlogPosition stored;
    private volatile @Nullable Problem storeProblem;
    private volatile @Nullable RuntimeException failure;
    private volatile CommitLag.@Nullable Summary lastLag;

    ArchiveState(
            ServerView view,
            Path folder,
            Journal journal,
            CommitLag lag,
            Consumer<ArchiveEvent> listener) {
        this.view = view;
        this.folder = folder;
        this.journal = journal;
        this.lag = lag;
        this.listener = listener;
    }

    void connected(boolean connected) {
        isConnected = connected;
    }

    boolean isConnected() {
        return isConnected;
    }

    void view(ServerView newView) {
        view = newView;
    }

    void stored(@Nullable BinlogPosition upTo) {
        stored = upTo;
        storeProblem = null;
    }

    void storeFailed(Problem problem) {
        storeProblem = problem;
    }

    /// Keeps the failure that ended the storing of parts for good.
    void failed(RuntimeException e) {
        failure = e;
    }

    @Nullable RuntimeException failure() {
        return failure;
    }

    /// Whether the journal has reached its limit.
    boolean isOverfull() {
        return isOverfull;
    }

    /// Waits until the repository has taken enough, or `stopped`.
    void awaitRoom(CountDownLatch stopped) {
        try {
            while (isOverfull && !stopped.await(500, TimeUnit.MILLISECONDS)) {
                measure();
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            stopped.countDown();
        }
    }

    private void measure() {
        long bytes = journal.bytesWaiting();
        long max = journal.limits().journalBytesMax();
        if (bytes <= max) {
            isOverfull = false;
        } else if (!isOverfull) {
            isOverfull = true;
            listener.accept(
                    new ArchiveEvent.Warned(
                            Problem.of(BackupError.JOURNAL_FULL)
                                    .what(
                                            "%s wait in the journal, at most %s are allowed: archiving pauses",
                                            Text.bytes(bytes), Text.bytes(max))
                                    .where("%s", folder)
                                    .remedy(
                                            "Mend the repository, or allow more with --journal-max.")));
        }
    }

    /// Writes the status and tells the listener.
    void write() {
        ArchiveStatus status = status();
        status.write(folder);
        listener.accept(new ArchiveEvent.Progressed(status));
    }

    private ArchiveStatus status() {
        measure();
        CommitLag.Summary recent = lag.take();
        if (recent.transactions() > 0) {
            lastLag = recent;
        }
        ServerView seen = view;
        BinlogPosition durable = journal.durable();
        var newest = journal.segments().lastEntry();
        Problem problem = storeProblem;
        return new ArchiveStatus(
                Instant.now(),
                ProcessHandle.current().pid(),
                seen.serverUuid(),
                newest == null ? null : newest.getValue().header().line().historyId(),
                isConnected,
                durable,
                stored,
                seen.position(),
                durable == null ? 0 : seen.bytesBehind(durable),
                journal.bytesOnDisk(),
                lastLag,
                problem == null ? null : problem.code().name() + ": " + problem.what());
    }
}
