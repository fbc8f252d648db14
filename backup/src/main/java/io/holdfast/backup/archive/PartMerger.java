package io.holdfast.backup.archive;

import io.holdfast.core.HoldfastException;
import io.holdfast.repository.archive.Archive;
import io.holdfast.repository.archive.ArchiveMerge;
import io.holdfast.repository.archive.HistoryArchive;
import io.holdfast.repository.archive.PartName;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/// Makes large parts of small ones in the background, once a minute. Nothing waits for it, and what
/// it leaves undone the next run does.
final class PartMerger implements AutoCloseable {
    private static final long PERIOD_SECONDS = 60;

    private final Archive archive;
    private final UUID server;
    private final Consumer<ArchiveEvent> listener;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread;

    PartMerger(Archive archive, UUID server, Consumer<ArchiveEvent> listener) {
        this.archive = archive;
        this.server = server;
        this.listener = listener;
        this.thread = Thread.ofPlatform().daemon().name("archive-merge").start(this::run);
    }

    private void run() {
        try {
            while (!closed.await(PERIOD_SECONDS, TimeUnit.SECONDS)) {
                mergeQuietly();
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void mergeQuietly() {
        try {
            for (HistoryArchive history : archive.histories(server)) {
                merge(history);
            }
        } catch (HoldfastException e) {
            listener.accept(new ArchiveEvent.Warned(e.problem()));
        }
    }

    /// One group at a time, so that an end need not wait for many.
    private void merge(HistoryArchive history) {
        ArchiveMerge.Policy policy = ArchiveMerge.Policy.DEFAULT;
        ArchiveMerge.Plan plan = ArchiveMerge.plan(history.parts(), policy);
        for (List<PartName> group : plan.groups()) {
            if (closed.getCount() == 0) {
                return;
            }
            List<PartName> _ =
                    ArchiveMerge.execute(
                            history, new ArchiveMerge.Plan(List.of(group), List.of()), policy);
        }
        List<PartName> _ =
                ArchiveMerge.execute(
                        history, new ArchiveMerge.Plan(List.of(), plan.swallowed()), policy);
    }

    @Override
    public void close() {
        closed.countDown();
        Joins.untilEnd(thread);
    }
}
