package io.holdfast.servertests.torture;

import io.holdfast.client.Session;
import io.holdfast.core.HoldfastException;
import io.holdfast.servertests.TestServer;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// Everything that goes on on a server at once: writers of rows, one of many at a time, and DDL.
final class Load implements AutoCloseable {
    private static final String OLD = "writer without transactions";

    private final TestServer server;
    private final List<Thread> threads = new ArrayList<>();
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    private final Writers writers;
    private final RandomDdl ddl;
    private final Import imports;
    private volatile boolean isStopping;
    private volatile boolean isOldLeaving;
    private volatile boolean isServerLeaving;

    private Load(TestServer server, SplittableRandom random, long pauseNanos, boolean isEncrypted) {
        this.server = server;
        this.writers = new Writers(() -> isStopping, pauseNanos);
        this.imports = new Import(server.dataFolder());
        this.ddl = new RandomDdl(random.split(), imports, isEncrypted);
    }

    /// Starts it.
    ///
    /// @param pauseNanos between two transactions of a writer
    static Load start(
            TestServer server, SplittableRandom random, long pauseNanos, boolean isEncrypted) {
        var load = new Load(server, random, pauseNanos, isEncrypted);
        for (int i = 0; i < Writers.COUNT; i++) {
            int writer = i;
            RandomGenerator own = random.split();
            load.begin("writer " + i, session -> load.writers.write(session, writer, own));
        }
        RandomGenerator old = random.split();
        load.begin(OLD, session -> load.writers.writeOld(session, () -> load.isOldLeaving, old));
        RandomGenerator bulk = random.split();
        load.begin("bulk writer", session -> load.writers.writeBulk(session, bulk));
        load.begin("DDL", session -> load.ddl.run(session, () -> load.isStopping));
        return load;
    }

    private void begin(String name, Consumer<Session> work) {
        threads.add(
                Thread.ofVirtual()
                        .name(name)
                        .start(() -> {
                            try (Session session = Session.open(server.as("root", ""))) {
                                work.accept(session);
                            } catch (HoldfastException failed) {
                                if (!isServerLeaving) {
                                    note(failed);
                                }
                            } catch (RuntimeException | Error failed) {
                                if (!isServerLeaving
                                        || !(failed.getCause() instanceof HoldfastException)) {
                                    note(failed);
                                }
                            }
                        }));
    }

    private void note(Throwable failed) {
        isStopping = true;
        failure.compareAndSet(null, failed);
    }

    Writers writers() {
        return writers;
    }

    RandomDdl ddl() {
        return ddl;
    }

    Import imports() {
        return imports;
    }

    /// Throws what ended a part of the load before its time.
    void demandRuns() {
        Throwable failed = failure.get();
        if (failed != null) {
            throw new AssertionError("the load failed: " + failed, failed);
        }
    }

    /// Ends it at a moment between transactions.
    void stop() {
        isStopping = true;
        join();
        demandRuns();
    }

    /// Takes the server away from under it, in the middle of whatever it does; but what has no
    /// transactions is at rest, because no server could put that right.
    void breakOff(Runnable taking) {
        isOldLeaving = true;
        threads.stream().filter(thread -> thread.getName().equals(OLD)).forEach(Load::join);
        try (Session root = Session.open(server.as("root", ""))) {
            root.execute("FLUSH LOCAL TABLES bank.old, bank.listed");
        }
        isServerLeaving = true;
        taking.run();
        isStopping = true;
        join();
        demandRuns();
    }

    private void join() {
        threads.forEach(Load::join);
    }

    private static void join(Thread thread) {
        boolean isInterrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException _) {
                isInterrupted = true;
            }
        }
        if (isInterrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        isStopping = true;
        join();
    }
}
