package io.holdfast.servertests.storm;

import static io.holdfast.backup.logical.LogicalBackupOptions.DDL_BLOCK_MAX_DEFAULT;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.backup.logical.LogicalBackup;
import io.holdfast.backup.logical.LogicalBackupOptions;
import io.holdfast.backup.logical.LogicalBackupReport;
import io.holdfast.client.ConnectOptions;
import io.holdfast.core.Progress;
import io.holdfast.core.TaskScope;
import io.holdfast.core.UnavailableException;
import io.holdfast.mysqld.Folders;
import io.holdfast.repository.Repository;
import io.holdfast.servertests.TestServer;
import io.holdfast.store.MemoryStore;
import io.holdfast.testkit.Seeded;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/// Backups while rows and schema change all the time. Each holds exactly what its own GTID set
/// says, or fails and says why. `bench/storm.sh` is the same at full strength.
@Seeded
class DdlStormTest {
    private static final int WITH_LOCK = 4;
    private static final int WITH_SHORT_LOCK = 2;
    private static final int WITHOUT_LOCK = 2;
    private static final Duration SHORT = Duration.ofMillis(150);

    @Test
    void eachBackupHoldsWhatItsOwnGtidSetSaysOrFailsLoudly(RandomGenerator random) {
        var storm = new Storm(6, 6, 10_000, random.nextLong());
        Path folder = TestServer.temporaryFolder();
        try (var server = TestServer.start()) {
            ConnectOptions root = server.as("root", "");
            storm.prepare(root);
            var stop = new AtomicBoolean();
            var log = new SchemaLog(folder);
            var writers = new StormWriters(storm, root, 300, stop);
            var ddl = new StormDdl(storm, root, log, Duration.ofMillis(500), stop);
            try (var scope = new TaskScope("storm", storm.writers() + 2)) {
                for (int i = 1; i <= storm.writers(); i++) {
                    int writer = i;
                    scope.fork(() -> {
                        writers.write(writer);
                        return null;
                    });
                }
                scope.fork(() -> {
                    ddl.run();
                    return null;
                });
                scope.fork(() -> {
                    try {
                        var backups = new Backups(storm, log, ddl);
                        assertThat(backups.take(root, WITH_LOCK, DDL_BLOCK_MAX_DEFAULT))
                                .as("backups that succeed where DDL is held back")
                                .isGreaterThanOrEqualTo(WITH_LOCK - 1);
                        backups.take(root, WITH_SHORT_LOCK, SHORT);
                        backups.take(
                                server.as("plain", "secret"), WITHOUT_LOCK, DDL_BLOCK_MAX_DEFAULT);
                    } finally {
                        stop.set(true);
                    }
                    return null;
                });
                scope.join();
            }
            assertThat(writers.transactions()).isPositive();
            assertThat(ddl.count())
                    .isGreaterThanOrEqualTo(WITH_LOCK + WITH_SHORT_LOCK + WITHOUT_LOCK);
        } finally {
            Folders.remove(folder);
        }
    }

    /// Backups one after the other, with DDL before each.
    private record Backups(Storm storm, SchemaLog log, StormDdl ddl) {
        /// How many succeed. Those are equal to what they must hold.
        int take(ConnectOptions server, int count, Duration ddlBlockMax) {
            int succeeded = 0;
            for (int i = 0; i < count; i++) {
                awaitDdl(ddl.count() + 1);
                succeeded += isTaken(server, ddlBlockMax) ? 1 : 0;
            }
            return succeeded;
        }

        /// Until so many statements have run, and what they made of the schema is noted.
        private void awaitDdl(long count) {
            while (ddl.count() < count && !Thread.currentThread().isInterrupted()) {
                LockSupport.parkNanos(Duration.ofMillis(10).toNanos());
            }
        }

        private boolean isTaken(ConnectOptions server, Duration ddlBlockMax) {
            Repository repository = Repository.create(new MemoryStore());
            var options =
                    LogicalBackupOptions.defaults()
                            .withThreads(3)
                            .withChunkBytes(128 << 10)
                            .withDdlBlockMax(ddlBlockMax)
                            .withTries(20, 2);
            LogicalBackupReport report;
            try {
                report = new LogicalBackup(server, repository, options, Progress.NONE).run();
            } catch (UnavailableException _) {
                return false;
            }
            awaitDdl(storm.last(report.gtidSet(), Storm.DDL));
            assertThat(StormCheck.difference(storm, log, repository.openBackup(report.backup())))
                    .isEmpty();
            return true;
        }
    }
}
