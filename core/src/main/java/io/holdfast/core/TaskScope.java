package io.holdfast.core;

import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// A scope for concurrent work on named threads: no task outlives it, and the first failure
/// interrupts the rest. Stands in for the JDK's `StructuredTaskScope`, which is a preview feature.
///
/// Invariants: [#close()] returns only after every task has ended; at most `runningMax` tasks run
/// at once; the first failure is kept, the interruptions that follow from it are not.
public final class TaskScope implements AutoCloseable {
    private final ExecutorService executor;
    private final Semaphore slots;
    private final Queue<Future<?>> forked = new ConcurrentLinkedQueue<>();
    private final AtomicReference<@Nullable Throwable> firstFailure = new AtomicReference<>();

    /// On virtual threads.
    ///
    /// @param name the prefix of its threads' names
    /// @param runningMax how many tasks may run at once; [#fork(Callable)] waits while that many do
    public TaskScope(String name, int runningMax) {
        this(
                Executors.newThreadPerTaskExecutor(
                        Thread.ofVirtual().name(name + "-", 0).factory()),
                runningMax);
    }

    private TaskScope(ExecutorService executor, int runningMax) {
        this.executor = executor;
        this.slots = new Semaphore(runningMax);
    }

    /// On `runningMax` platform threads, for reading and writing files: a virtual thread keeps its
    /// carrier while it does that, of which there are no more than cores.
    public static TaskScope ofPlatformThreads(String name, int runningMax) {
        return new TaskScope(
                Executors.newFixedThreadPool(
                        runningMax, Thread.ofPlatform().name(name + "-", 0).factory()),
                runningMax);
    }

    /// Starts a task; waits first while `runningMax` tasks run.
    ///
    /// @throws InterruptedWorkException if this thread is interrupted while it waits
    public void fork(Callable<?> task) {
        try {
            slots.acquire();
        } catch (InterruptedException _) {
            throw interrupted();
        }
        if (firstFailure.get() != null) {
            slots.release();
            return; // join() reports the failure; what comes after it need not begin
        }
        forked.removeIf(Future::isDone);
        Future<?> submitted =
                executor.submit(() -> {
                    try {
                        task.call();
                    } catch (Throwable failure) {
                        fail(failure);
                    } finally {
                        slots.release();
                    }
                    return null;
                });
        forked.add(submitted);
        if (firstFailure.get() != null) {
            submitted.cancel(
                    true); // the failure came between the check above and here, and did not see
            // this task
        }
    }

    private void fail(Throwable failure) {
        if (firstFailure.compareAndSet(null, failure)) {
            forked.forEach(task -> task.cancel(true));
        }
    }

    /// Waits until every task has ended.
    ///
    /// @throws HoldfastException the first failure, if it was one
    /// @throws IllegalStateException around the first failure of any other kind, which is a bug
    public void join() {
        try {
            executor.shutdown();
            var _ =
                    executor.awaitTermination(
                            Long.MAX_VALUE, java.util.concurrent.TimeUnit.NANOSECONDS);
        } catch (InterruptedException _) {
            forked.forEach(task -> task.cancel(true));
            throw interrupted();
        }
        Throwable failure = firstFailure.get();
        switch (failure) {
            case null -> {}
            case HoldfastException problem -> throw problem;
            case InterruptedException _ -> throw interrupted();
            default -> throw new IllegalStateException("a task failed", failure);
        }
    }

    private static InterruptedWorkException interrupted() {
        Thread.currentThread().interrupt();
        return new InterruptedWorkException(
                Problem.of(CoreError.INTERRUPTED).what("stopped while waiting").remedy(""));
    }

    /// Interrupts what still runs and waits for it to end.
    @Override
    public void close() {
        forked.forEach(task -> task.cancel(true));
        executor.close();
    }
}
