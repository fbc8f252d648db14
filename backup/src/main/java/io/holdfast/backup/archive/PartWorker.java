package io.holdfast.backup.archive;

import io.holdfast.core.UnavailableException;
import io.holdfast.repository.archive.Archive;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;

/// The thread that stores parts. A repository that fails is tried again with growing pauses, for
/// ever while the archiver runs, a few times when it is to end: what is not stored then is in the
/// journal and is stored by the next run.
final class PartWorker implements AutoCloseable {
    private static final Duration WAIT = Duration.ofMillis(200);
    private static final int LAST_ATTEMPTS = 3;

    private final Journal journal;
    private final Archive archive;
    private final ArchiveOptions options;
    private final Consumer<ArchiveEvent> listener;
    private final String archiver;
    private final PartCutter.PartListener partListener;
    private final ArchiveState state;
    private final Runnable stop;
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile boolean isFinishing;
    private final Thread thread;

    /// @param stop ends the archiver if storing can never succeed
    PartWorker(
            Journal journal,
            Archive archive,
            ArchiveOptions options,
            Consumer<ArchiveEvent> listener,
            String archiver,
            PartCutter.PartListener partListener,
            ArchiveState state,
            Runnable stop) {
        this.journal = journal;
        this.archive = archive;
        this.options = options;
        this.listener = listener;
        this.archiver = archiver;
        this.partListener = partListener;
        this.state = state;
        this.stop = stop;
        this.thread = Thread.ofPlatform().daemon().name("archive-parts").start(this::run);
    }

    private void run() {
        var pauses = new Pauses(closed);
        int lastAttempts = 0;
        while (closed.getCount() > 0 && lastAttempts < LAST_ATTEMPTS) {
            try (var cutter =
                    new PartCutter(
                            journal,
                            archive,
                            options,
                            archiver,
                            partListener,
                            () -> closed.getCount() == 0)) {
                cutter.begin();
                state.stored(cutter.storedUpTo());
                cut(cutter);
                return;
            } catch (UnavailableException e) {
                state.storeFailed(e.problem());
                listener.accept(new ArchiveEvent.Interrupted(e.problem(), pauses.nextMillis()));
                pauses.pause();
                lastAttempts += isFinishing ? 1 : 0;
            } catch (PartCutter.Abandoned | InterruptedException _) {
                return;
            } catch (RuntimeException e) {
                state.failed(e); // archiving would only fill the journal: end, and say why
                stop.run();
                return;
            }
        }
    }

    private void cut(PartCutter cutter) throws InterruptedException {
        while (closed.getCount() > 0) {
            boolean wasFinishing = isFinishing;
            boolean hadEvent = cutter.step(WAIT);
            state.stored(cutter.storedUpTo());
            if (!hadEvent && wasFinishing) {
                cutter.commit();
                state.stored(cutter.storedUpTo());
                return;
            }
        }
    }

    /// Stores all that is durable in the journal up to the last whole transaction, and ends.
    void finish() {
        isFinishing = true;
        Joins.untilEnd(thread);
    }

    /// Gives up a part that is half stored. Nothing is written any more when this returns.
    @Override
    public void close() {
        closed.countDown();
        Joins.untilEnd(thread);
    }
}
