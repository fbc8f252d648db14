package io.holdfast.servertests.physical;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.backup.physical.PhysicalBackup;
import io.holdfast.backup.physical.PhysicalBackupReport;
import io.holdfast.client.Session;
import io.holdfast.core.Progress;
import io.holdfast.core.TaskScope;
import io.holdfast.mysqld.Folders;
import io.holdfast.recovery.Afterwards;
import io.holdfast.recovery.Restore;
import io.holdfast.repository.PhysicalSection.Method;
import io.holdfast.repository.Repository;
import io.holdfast.servertests.TestServer;
import io.holdfast.servertests.recovery.RecoveredServer;
import io.holdfast.store.MemoryStore;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Goal: a server with pages of another size than 16 KiB is backed up and restored like any other.
/// Method: a full and an incremental backup under writers that move amounts between tables of all
/// kinds that the size allows; the incremental one is restored and compared by its sums.
final class PageSizesTest {
    private static final int WRITERS = 2;
    private static final int FILE_BLOCK_BYTES = 4 << 10;
    private static final int PAGE_COMPRESSED_MAX = 16 << 10;

    private final Path folder = TestServer.temporaryFolder();

    @AfterEach
    void remove() {
        Folders.remove(folder);
    }

    @ParameterizedTest
    @ValueSource(ints = {4 << 10, 64 << 10})
    void anyPageSizeComesBack(int pageBytes) {
        String option = "--innodb-page-size=" + pageBytes;
        Repository repository = Repository.create(new MemoryStore());
        List<String> tables = tables(pageBytes);
        PhysicalBackupReport second;
        try (var server =
                        TestServer.startInitialised(
                                List.of(option), "--innodb-redo-log-capacity=8M");
                Session root = Taken.root(server)) {
            root.execute("CREATE DATABASE bank");
            for (String table : tables) {
                root.execute("CREATE TABLE bank." + table);
                Changes.fill(root, "bank." + name(table));
            }
            var isStopping = new AtomicBoolean();
            try (var writers = new TaskScope("writer", WRITERS)) {
                for (int writer = 0; writer < WRITERS; writer++) {
                    int number = writer;
                    writers.fork(() -> {
                        write(server, tables, number, isStopping);
                        return null;
                    });
                }
                PhysicalBackupReport first;
                try {
                    first = take(repository, server);
                    second = take(repository, server);
                } finally {
                    isStopping.set(true);
                }
                writers.join();
                assertThat(first.method()).isEqualTo(Method.FULL);
                assertThat(second.base()).as(second.whyNot()).isEqualTo(first.backup());
            }
        }
        assertThat(second.changedPageCount()).isPositive().isLessThan(second.pageCount() / 2);
        Path into = folder.resolve("restored");
        new Restore(repository, Progress.NONE)
                .intoFolder(
                        second.backup(),
                        new Restore.NewServer(
                                into, TestServer.home(), 2, List.of(), Afterwards.STOP));
        try (var restored = new RecoveredServer(into, option)) {
            assertThat(restored.ask("SELECT @@innodb_page_size"))
                    .isEqualTo(String.valueOf(pageBytes));
            Contents.demandSound(restored.session());
            String moved = restored.ask("SELECT SUM(v) FROM bank." + name(tables.getFirst()));
            assertThat(moved).isNotEqualTo(String.valueOf(900 * 901 / 2));
            for (String table : tables) {
                assertThat(restored.ask("SELECT SUM(v) FROM bank." + name(table)))
                        .as(table)
                        .isEqualTo(moved);
            }
        }
    }

    private static List<String> tables(int pageBytes) {
        String columns = " (id INT PRIMARY KEY, v INT, filler TEXT, INDEX (v)) ";
        var tables = new ArrayList<String>();
        tables.add("plain" + columns);
        if (pageBytes > FILE_BLOCK_BYTES) { // else no holes could be made
            tables.add("packed" + columns + "COMPRESSION='zlib'");
        }
        if (pageBytes <= PAGE_COMPRESSED_MAX) {
            tables.add(
                    "zip" + columns + "ROW_FORMAT=COMPRESSED KEY_BLOCK_SIZE=" + pageBytes / 2048);
            tables.add("zip1" + columns + "ROW_FORMAT=COMPRESSED KEY_BLOCK_SIZE=1");
        }
        return tables;
    }

    private static String name(String table) {
        return table.substring(0, table.indexOf(' '));
    }

    /// Every table gets the same in one transaction.
    private static void write(
            TestServer server, List<String> tables, int writer, AtomicBoolean isStopping) {
        try (Session session = Taken.root(server)) {
            for (int n = 1; !isStopping.get(); n++) {
                int id = 1 + (n * WRITERS + writer) % 900; // no two writers on one row
                session.execute("BEGIN");
                for (String table : tables) {
                    session.execute(
                            "UPDATE bank."
                                    + name(table)
                                    + " SET v = v + 1, filler = REPEAT(SHA2(RAND(), 256), 9) WHERE"
                                    + " id = "
                                    + id);
                }
                session.execute(n % 10 == 0 ? "ROLLBACK" : "COMMIT");
            }
        }
    }

    private static PhysicalBackupReport take(Repository repository, TestServer server) {
        return new PhysicalBackup(
                        server.as("root", ""), repository, Taken.options(server), Progress.NONE)
                .run();
    }
}
