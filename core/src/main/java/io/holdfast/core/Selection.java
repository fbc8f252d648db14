package io.holdfast.core;

import java.io.IOException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.Selector;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// Waiting on a selector, on a platform thread for a virtual one that asks.
///
/// A virtual thread that waits by itself has the JDK start a poller, a thread that stays in the
/// kernel until the process ends, and at that end the JVM waits 300 ms for it to come out (JDK 25,
/// `VM_Exit::wait_for_threads_in_native_to_block`). A command that asks a server two questions
/// takes half as long without.
public final class Selection {
    private static final ExecutorService WAITING =
            Executors.newCachedThreadPool(
                    Thread.ofPlatform().daemon().name("selection-", 0).factory());

    private Selection() {}

    /// As [Selector#select(long)]; an interrupted thread comes back at once, and still is
    /// interrupted. Nobody may use the selector after that but to close it.
    ///
    /// @param millisMax 0 to wait for ever
    /// @return how many channels are ready
    /// @throws ClosedSelectorException if it was or is being closed
    public static int await(Selector selector, long millisMax) throws IOException {
        if (!Thread.currentThread().isVirtual()) {
            return selector.select(millisMax);
        }
        Future<Integer> ready = WAITING.submit(() -> selector.select(millisMax));
        try {
            return ready.get();
        } catch (InterruptedException _) {
            selector.wakeup();
            Thread.currentThread().interrupt();
            return 0;
        } catch (ExecutionException failure) {
            if (failure.getCause() instanceof IOException cause) {
                throw cause;
            }
            if (failure.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new IllegalStateException(failure);
        }
    }
}
