package io.holdfast.cli.demo;

import io.holdfast.backup.archive.ArchiveEvent;
import io.holdfast.backup.archive.ArchiveOptions;
import io.holdfast.backup.archive.ArchiveStatus;
import io.holdfast.backup.archive.Archiver;
import io.holdfast.cli.shell.CliError;
import io.holdfast.client.ConnectOptions;
import io.holdfast.core.BinlogPosition;
import io.holdfast.core.InterruptedWorkException;
import io.holdfast.core.Problem;
import io.holdfast.core.TaskScope;
import io.holdfast.core.UnavailableException;
import io.holdfast.repository.Repository;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// The archiver of the demo, on a thread of its own, and what it last said of itself.
final class RunningArchive implements AutoCloseable {
    private static final Duration PART_AGE = Duration.ofSeconds(1);
    private static final long PART_BYTES = 4L << 20;
    private static final Duration WAIT_MAX = Duration.ofSeconds(60);
    private static final long LOOK_MILLIS = 50;

    private final TaskScope scope = new TaskScope("archive", 1);
    private final CountDownLatch connected = new CountDownLatch(1);
    private final AtomicReference<@Nullable ArchiveStatus> status = new AtomicReference<>();
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    private final Archiver archiver;

    private RunningArchive(Repository repository, ConnectOptions server, Path journal) {
        archiver =
                new Archiver(
                        ArchiveOptions.following().withParts(PART_AGE, PART_BYTES),
                        server,
                        repository,
                        journal,
                        this::take);
    }

    /// Starts archiving, and returns once events come in.
    static RunningArchive start(Repository repository, ConnectOptions server, Path journal) {
        var running = new RunningArchive(repository, server, journal);
        running.scope.fork(() -> {
            try {
                running.archiver.run();
            } catch (Throwable thrown) {
                running.failure.set(thrown);
                throw thrown;
            } finally {
                running.connected.countDown();
            }
            return null;
        });
        running.await(() -> running.connected.getCount() == 0, "the archiver is connected");
        return running;
    }

    private void take(ArchiveEvent event) {
        switch (event) {
            case ArchiveEvent.Connected _ -> connected.countDown();
            case ArchiveEvent.Progressed(ArchiveStatus now) -> status.set(now);
            case ArchiveEvent.HistoryBegan _,
                    ArchiveEvent.Interrupted _,
                    ArchiveEvent.Warned _,
                    ArchiveEvent.PartStored _ -> {}
        }
    }

    /// Waits until parts up to a place are in the repository.
    void awaitStored(BinlogPosition place) {
        await(
                () -> {
                    ArchiveStatus now = status.get();
                    BinlogPosition stored = now == null ? null : now.inRepository();
                    return stored != null && stored.compareTo(place) >= 0;
                },
                "the archive holds " + place);
    }

    /// Commit to durable in the journal, 99th percentile of the last second in milliseconds;
    /// negative if nothing was measured yet.
    double lagMillis() {
        ArchiveStatus now = status.get();
        return now == null || now.lag() == null ? -1 : now.lag().p99Millis();
    }

    private interface Condition {
        boolean holds();
    }

    private void await(Condition condition, String what) {
        long end = System.nanoTime() + WAIT_MAX.toNanos();
        while (!condition.holds()) {
            if (failure.get() != null) {
                scope.join(); // throws it
            }
            if (System.nanoTime() > end) {
                throw new UnavailableException(
                        Problem.of(CliError.DEMO_STUCK)
                                .what("waited %d s until %s", WAIT_MAX.toSeconds(), what)
                                .where("the demo's archive")
                                .remedy("Run it again on a machine that is less busy."));
            }
            try {
                TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
                throw new InterruptedWorkException(
                        Problem.of(CliError.DEMO_STUCK).what("interrupted").remedy(""));
            }
        }
    }

    /// Lets it store what it has, and end.
    void stop() {
        archiver.stop();
        scope.join();
    }

    @Override
    public void close() {
        archiver.stop();
        scope.close();
    }
}
