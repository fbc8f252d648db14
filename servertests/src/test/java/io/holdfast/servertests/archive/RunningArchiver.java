package io.holdfast.servertests.archive;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.backup.archive.ArchiveEvent;
import io.holdfast.backup.archive.ArchiveOptions;
import io.holdfast.backup.archive.Archiver;
import io.holdfast.backup.archive.BinlogExport;
import io.holdfast.client.ConnectOptions;
import io.holdfast.client.Secret;
import io.holdfast.client.ServerAddress;
import io.holdfast.client.Session;
import io.holdfast.core.ErrorCode;
import io.holdfast.core.GtidSet;
import io.holdfast.core.Problem;
import io.holdfast.mysqld.Folders;
import io.holdfast.repository.Repository;
import io.holdfast.repository.archive.Archive;
import io.holdfast.repository.archive.HistoryArchive;
import io.holdfast.servertests.TestServer;
import io.holdfast.store.DirectoryStore;
import io.holdfast.store.ObjectKey;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// A repository, a journal and an archiver on threads of the test, for one server.
final class RunningArchiver implements AutoCloseable {
    /// Longer than any disk takes for what is waited for: whoever waits for ever says so.
    private static final int SECONDS_MAX = 300;

    private final Path folder = TestServer.temporaryFolder();
    private final GatedStore store =
            new GatedStore(DirectoryStore.create(folder.resolve("repo")), "/parts/");
    private final Repository repository = Repository.create(store);
    private final Queue<ArchiveEvent> events = new ConcurrentLinkedQueue<>();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition said = lock.newCondition();
    private @Nullable Archiver archiver;
    private @Nullable Thread thread;
    private volatile @Nullable RuntimeException failure;

    static ConnectOptions options(TestServer server) {
        return ConnectOptions.of(
                new ServerAddress.Tcp("127.0.0.1", server.port()), "root", Secret.of(""));
    }

    static Session session(TestServer server) {
        return Session.open(options(server));
    }

    /// Through a server's socket, which stays the same when it starts again.
    static ConnectOptions socket(Path socket) {
        return ConnectOptions.of(new ServerAddress.UnixSocket(socket), "root", Secret.EMPTY);
    }

    static ArchiveOptions small() {
        return ArchiveOptions.following().withParts(Duration.ofMillis(300), 200_000);
    }

    /// The place under the repository.
    GatedStore store() {
        return store;
    }

    Path journal() {
        return folder.resolve("journal");
    }

    Path folder() {
        return folder;
    }

    Queue<ArchiveEvent> events() {
        return events;
    }

    /// Archives everything the server has now, and returns.
    void catchUp(TestServer server) {
        catchUp(server, small());
    }

    void catchUp(TestServer server, ArchiveOptions options) {
        catchUp(options(server), options);
    }

    void catchUp(ConnectOptions server, ArchiveOptions options) {
        new Archiver(
                        (options.journal() == null ? options.withJournal(journal()) : options)
                                .untilItHasCaughtUp(),
                        server,
                        repository,
                        folder,
                        this::note)
                .run();
    }

    /// Begins to follow the server on a thread, through its socket.
    void followSocket(TestServer server) {
        follow(socket(server.socket()), small());
    }

    /// Begins to follow a server on a thread.
    void follow(ConnectOptions server, ArchiveOptions options) {
        events.clear();
        var started =
                new Archiver(
                        options.journal() == null ? options.withJournal(journal()) : options,
                        server,
                        repository,
                        folder,
                        this::note);
        archiver = started;
        thread =
                Thread.ofVirtual()
                        .start(() -> {
                            try {
                                started.run();
                            } catch (RuntimeException e) {
                                failure = e;
                                signal();
                            }
                        });
    }

    /// Stops the following archiver in order.
    void stop() throws InterruptedException {
        Archiver stopping = archiver;
        Thread running = thread;
        if (stopping != null && running != null) {
            stopping.stop();
            running.join();
            archiver = null;
        }
        if (failure != null) {
            throw new AssertionError("the archiver ended", failure);
        }
    }

    /// Waits until everything that the server has executed by now is in the repository.
    void awaitArchived(Session session) throws InterruptedException {
        GtidSet executed = executed(session);
        await(
                "all is stored",
                () ->
                        histories().stream()
                                .max(Comparator.comparing(history -> history.history().created()))
                                .filter(newest ->
                                        newest.continuity().runs().stream()
                                                .anyMatch(run ->
                                                        run.executed().containsAll(executed)))
                                .isPresent());
    }

    static GtidSet executed(Session session) {
        return GtidSet.parse(session.query("SELECT @@global.gtid_executed").only().string(0));
    }

    /// Waits until the archiver has said something.
    void awaitEvent(String what, Predicate<ArchiveEvent> wanted) throws InterruptedException {
        await(what, () -> events.stream().anyMatch(wanted));
    }

    static Predicate<ArchiveEvent> warning(ErrorCode code) {
        return event ->
                switch (event) {
                    case ArchiveEvent.Warned(Problem problem) -> problem.code().equals(code);
                    case ArchiveEvent.Interrupted(Problem problem, _) ->
                            problem.code().equals(code);
                    case ArchiveEvent.Connected _,
                            ArchiveEvent.HistoryBegan _,
                            ArchiveEvent.PartStored _,
                            ArchiveEvent.Progressed _ ->
                            false;
                };
    }

    /// Waits until something holds that the archiver brings about; looks whenever it says
    /// something, which is once a second at least.
    void await(String what, BooleanSupplier holds) throws InterruptedException {
        lock.lock();
        try {
            long left = TimeUnit.SECONDS.toNanos(SECONDS_MAX);
            while (!holds.getAsBoolean()) {
                RuntimeException ended = failure;
                if (ended != null) {
                    throw new AssertionError("the archiver ended before " + what, ended);
                }
                if (left <= 0) {
                    throw new AssertionError(
                            "not within " + SECONDS_MAX + " s: " + what + "; " + events);
                }
                left = said.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }

    private void note(ArchiveEvent event) {
        if (!(event instanceof ArchiveEvent.Progressed)) {
            events.add(event);
        }
        signal();
    }

    private void signal() {
        lock.lock();
        try {
            said.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// Every line of a history's table definitions.
    static String definitions(HistoryArchive history) throws IOException {
        var text = new StringBuilder();
        for (ObjectKey key : history.definitions()) {
            try (InputStream in = history.openDefinitions(key)) {
                text.append(new String(in.readAllBytes(), StandardCharsets.UTF_8));
            }
        }
        return text.toString();
    }

    List<HistoryArchive> histories() {
        return new Archive(repository).histories();
    }

    /// The newest history of one server.
    HistoryArchive history(TestServer server) throws IOException {
        String uuid = Files.readString(server.dataFolder().resolve("auto.cnf"));
        return histories().stream()
                .filter(history -> uuid.contains(history.history().server().toString()))
                .toList()
                .getLast();
    }

    int compareWithServer(TestServer server) throws IOException {
        return compareWithServer(server, histories().getLast());
    }

    /// Exports every complete file of a history and compares it with the server's own.
    ///
    /// @return how many files were compared
    int compareWithServer(TestServer server, HistoryArchive history) throws IOException {
        Path into = folder.resolve("export");
        Folders.remove(into);
        List<BinlogExport.ArchivedFile> files =
                BinlogExport.export(history, new BinlogExport.Request(into, null, true));
        int complete = 0;
        for (BinlogExport.ArchivedFile file : files) {
            Path own = server.dataFolder().resolve(file.file());
            Path exported = into.resolve(file.file());
            if (file.isComplete()) {
                complete++;
                assertThat(Files.mismatch(exported, own)).as("%s", file).isEqualTo(-1);
            } else {
                // Its first event still says that it is in use; the server clears that at the end.
                byte[] mine = Files.readAllBytes(exported);
                byte[] theirs = Files.readAllBytes(own);
                assertThat(theirs.length).isGreaterThanOrEqualTo(mine.length);
                theirs[4 + 17] = mine[4 + 17];
                assertThat(java.util.Arrays.mismatch(theirs, 0, mine.length, mine, 0, mine.length))
                        .as("%s", file)
                        .isEqualTo(-1);
            }
        }
        return complete;
    }

    @Override
    public void close() {
        end();
        Folders.remove(folder);
    }

    /// Ends the following archiver, whatever has become of it.
    void end() {
        store.open();
        Archiver running = archiver;
        Thread ending = thread;
        if (running != null && ending != null) {
            running.stop();
            boolean wasInterrupted = false;
            while (ending.isAlive()) {
                try {
                    ending.join();
                } catch (InterruptedException _) {
                    wasInterrupted = true;
                }
            }
            if (wasInterrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
