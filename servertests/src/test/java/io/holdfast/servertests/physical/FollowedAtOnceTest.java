package io.holdfast.servertests.physical;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.backup.physical.PhysicalBackup;
import io.holdfast.backup.physical.PhysicalBackupReport;
import io.holdfast.client.Session;
import io.holdfast.core.Progress;
import io.holdfast.repository.Repository;
import io.holdfast.servertests.TestServer;
import io.holdfast.store.MemoryStore;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/// Goal: a server that keeps its redo log for a backup never waits for it, however late it answers
/// what the backup asks: the question may itself wait for a writer that waits for redo. Method: the
/// first question after the promise is held back while a writer writes several times what the log
/// holds.
final class FollowedAtOnceTest {
    private static final long REDO_BYTES = 8 << 20;
    private static final int ROW_BYTES = 256 << 10;
    private static final int SECONDS_MAX = 300;
    private static final int REST_SECONDS = 20;

    @Test
    void theServerWritesOnWhileAQuestionWaits() throws Exception {
        Repository repository = Repository.create(new MemoryStore());
        try (var threads = Executors.newVirtualThreadPerTaskExecutor();
                var server = TestServer.start("--innodb-redo-log-capacity=" + REDO_BYTES);
                var words =
                        new HeldWords(
                                server.folder().resolve("held.sock"),
                                server.socket(),
                                "innodb_redo_log_consumer_register()",
                                "performance_schema.log_status");
                Session root = Taken.root(server)) {
            root.execute("CREATE DATABASE d");
            root.execute("CREATE TABLE d.t (id INT AUTO_INCREMENT PRIMARY KEY, v MEDIUMBLOB)");
            var backup =
                    new PhysicalBackup(
                            words.root(), repository, Taken.options(server), Progress.NONE);
            Future<PhysicalBackupReport> taken = threads.submit(backup::run);
            words.awaitHeld(taken);
            Future<?> written = threads.submit(() -> write(root));
            written.get(SECONDS_MAX, TimeUnit.SECONDS);
            assertThat(taken).isNotDone();
            words.release();
            assertThat(taken.get().redoBytes()).isGreaterThan(3 * REDO_BYTES);
            StoredPagesTest.demandFree(root);
        }
    }

    /// A follower that has nothing to say for longer than the server would wait for it.
    @Test
    void aServerAtRestKeepsItsPromise() {
        Repository repository = Repository.create(new MemoryStore());
        try (var server = TestServer.start();
                Session root = Taken.root(server)) {
            long began = root.query(Waiting.UPTIME).only().integer(0);
            var resting =
                    new AtCopying(
                            () -> Waiting.untilAtLeast(root, Waiting.UPTIME, began + REST_SECONDS));
            var backup =
                    new PhysicalBackup(
                            server.as("root", ""), repository, Taken.options(server), resting);
            assertThat(backup.run().total().toSeconds()).isGreaterThan(REST_SECONDS - 3);
            StoredPagesTest.demandFree(root);
        }
    }

    private static void write(Session session) {
        for (long written = 0; written < 5 * REDO_BYTES; written += ROW_BYTES) {
            session.execute("INSERT INTO d.t (v) VALUES (RANDOM_BYTES(1024))");
            session.execute("UPDATE d.t SET v = REPEAT(v, 256) ORDER BY id DESC LIMIT 1");
        }
    }
}
