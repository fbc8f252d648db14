package io.holdfast.servertests.physical;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.backup.BackupError;
import io.holdfast.backup.physical.PhysicalBackup;
import io.holdfast.client.Session;
import io.holdfast.core.HoldfastException;
import io.holdfast.repository.Repository;
import io.holdfast.servertests.TestServer;
import io.holdfast.servertests.archive.GatedStore;
import io.holdfast.store.MemoryStore;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/// Goal: a repository that hangs costs the backup, and the server nothing. Method: no pack can be
/// begun; meanwhile a writer writes several times what the server's redo log holds.
final class HangingRepositoryTest {
    private static final long REDO_BYTES = 8 << 20;
    private static final int ROW_BYTES = 256 << 10;

    @Test
    void theServerGoesOnAndIsFreeWhileTheRepositoryHangs() throws Exception {
        var store = new GatedStore(new MemoryStore(), "packs/");
        Repository repository = Repository.create(store);
        try (var server = TestServer.start("--innodb-redo-log-capacity=" + REDO_BYTES);
                Session root = Taken.root(server)) {
            root.execute("CREATE DATABASE d");
            root.execute("CREATE TABLE d.t (id INT AUTO_INCREMENT PRIMARY KEY, v MEDIUMBLOB)");
            store.shut();
            var copying = new CompletableFuture<HoldfastException>();
            var ended = new CompletableFuture<HoldfastException>();
            var backup =
                    new PhysicalBackup(
                            server.as("root", ""),
                            repository,
                            Taken.options(server)
                                    .withDdlBlockMax(Duration.ofSeconds(5))
                                    .withSpoolBytesMax(3 * REDO_BYTES),
                            new AtCopying(() -> copying.complete(null)));
            Thread.ofVirtual()
                    .start(() -> {
                        try {
                            var _ = backup.run();
                            ended.completeExceptionally(new AssertionError("the backup was made"));
                        } catch (HoldfastException failure) {
                            ended.complete(failure);
                        } catch (RuntimeException | Error failure) {
                            ended.completeExceptionally(failure);
                        }
                    });
            try {
                assertThat(CompletableFuture.anyOf(copying, ended).get())
                        .as("why the backup ended before it copied")
                        .isNull();
                for (long written = 0; written < 5 * REDO_BYTES; written += ROW_BYTES) {
                    root.execute("INSERT INTO d.t (v) VALUES (RANDOM_BYTES(1024))");
                    root.execute("UPDATE d.t SET v = REPEAT(v, 256) ORDER BY id DESC LIMIT 1");
                }
                // More redo than the spool may hold: the promise is given back, and so is the lock.
                Waiting.untilAtLeast(root, "SELECT innodb_redo_log_consumer_register() = 0", 1);
                root.execute("DO innodb_redo_log_consumer_unregister()");
                root.execute("CREATE TABLE d.later (id INT)");
                assertThat(ended).isNotDone();
            } finally {
                store.open();
            }
            assertThat(ended.get().problem().code())
                    .isIn(Set.of(BackupError.REDO_SPOOL_FULL, BackupError.BACKUP_LOCK_LOST));
            assertThat(repository.catalogue().provenBackups()).isEmpty();
            StoredPagesTest.demandFree(root);
        }
    }
}
