package io.holdfast.servertests.physical;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.backup.BackupError;
import io.holdfast.backup.physical.PhysicalBackup;
import io.holdfast.backup.physical.PhysicalBackupOptions;
import io.holdfast.client.Session;
import io.holdfast.core.CorruptDataException;
import io.holdfast.core.Progress;
import io.holdfast.innodb.PageHeader;
import io.holdfast.innodb.RedoBlock;
import io.holdfast.innodb.RedoScan;
import io.holdfast.innodb.RedoScanner;
import io.holdfast.mysqld.Folders;
import io.holdfast.repository.Repository;
import io.holdfast.repository.physical.PhysicalFile;
import io.holdfast.servertests.TestServer;
import io.holdfast.store.MemoryStore;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/// What stands in the repository, compared with the server's own files.
final class StoredPagesTest {
    private static final int SPACE_HEADER_FLUSH_LSN = 26;
    private static final int SPACE_HEADER_FLUSH_LSN_END = 34;

    /// Goal: every page is the server's, at its place. Method: stop the server after the backup and
    /// compare all pages that it has not changed since, in all the ways that tables lie on disk.
    @Test
    void everyPageIsTheServersOwn() throws Exception {
        Path elsewhere = TestServer.temporaryFolder();
        try (var server = TestServer.start("--innodb-directories=" + elsewhere);
                var bank = Bank.found(server, elsewhere)) {
            writeOut(server);
            Taken taken = Taken.of(server.as("root", ""), Taken.options(server), Progress.NONE);
            bank.shut();
            server.stop();
            assertThat(taken.tablespaces())
                    .extracting(PhysicalFile.Tablespace::path)
                    .contains(
                            "ibdata1",
                            "mysql.ibd",
                            "undo_001",
                            "general.ibd",
                            "bank/a.ibd",
                            "bank/outside.ibd",
                            "odd@002dname@0024/t@002d1.ibd",
                            "bank/parts#p#p3.ibd");
            assertThat(taken.files()).contains(new PhysicalFile.Folder("empty_one"));
            int equal = 0;
            int changed = 0;
            for (PhysicalFile.Tablespace file : taken.tablespaces()) {
                Path own =
                        file.outside() == null
                                ? server.dataFolder().resolve(file.path())
                                : Path.of(file.outside());
                int[] counts = compare(taken, file, Files.readAllBytes(own));
                equal += counts[0];
                changed += counts[1];
            }
            assertThat(equal).isGreaterThan(5 * changed).isGreaterThan(1000);
            assertThat(taken.section().pageCount())
                    .isEqualTo(
                            taken.tablespaces().stream()
                                    .mapToLong(file -> file.bytes() / file.pageBytes())
                                    .sum());
            demandUnbroken(taken);
        } finally {
            Folders.remove(elsewhere);
        }
    }

    /// A file of several parts, which several threads copy at once, and an incremental backup of
    /// it.
    @Test
    void aLargeFileIsCopiedByAllThreadsAlike() throws Exception {
        try (var server = TestServer.start("--max-binlog-size=1G")) {
            try (Session root = Taken.root(server)) {
                root.execute("CREATE DATABASE large");
                root.execute("USE large");
                root.execute("CREATE TABLE t (id INT PRIMARY KEY, b LONGBLOB)");
                root.execute(
                        "INSERT INTO t WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT"
                                + " i + 1 FROM n WHERE i < 80) SELECT i, REPEAT(SHA2(i, 256), 15625) FROM n");
            }
            writeOut(server);
            var repository = Repository.create(new MemoryStore());
            PhysicalBackupOptions options = Taken.options(server);
            Taken first = Taken.of(repository, server.as("root", ""), options, Progress.NONE);
            try (Session root = Taken.root(server)) {
                root.execute("UPDATE large.t SET b = REPEAT('z', 900000) WHERE id = 60");
            }
            writeOut(server);
            Taken second = Taken.of(repository, server.as("root", ""), options, Progress.NONE);
            server.stop();
            byte[] own = Files.readAllBytes(server.dataFolder().resolve("large/t.ibd"));
            PhysicalFile.Tablespace file = second.tablespace("large/t.ibd");
            assertThat(file.bytes()).isEqualTo(own.length).isGreaterThan(80_000_000);
            assertThat(compare(second, file, own)[0]).isGreaterThan(4800);
            assertThat(compare(first, first.tablespace("large/t.ibd"), own)[0]).isGreaterThan(4800);
            assertThat(second.report().changedPageCount()).isBetween(50L, 300L);
        }
    }

    /// Pages of 4 KiB, and a system tablespace of which only the first file has a header.
    @Test
    void otherPageSizesAndSeveralSystemFilesAreCopiedAlike() throws Exception {
        try (var server =
                TestServer.startInitialised(
                        List.of(
                                "--innodb-page-size=4k",
                                "--innodb-data-file-path=ibdata1:12M;ibdata2:12M:autoextend"))) {
            try (Session root = Taken.root(server)) {
                root.execute("CREATE DATABASE small");
                root.execute(
                        "CREATE TABLE small.t (id INT PRIMARY KEY) ROW_FORMAT=COMPRESSED"
                                + " KEY_BLOCK_SIZE=2");
            }
            writeOut(server);
            Taken taken = Taken.of(server.as("root", ""), Taken.options(server), Progress.NONE);
            server.stop();
            assertThat(taken.section().pageBytes()).isEqualTo(4096);
            assertThat(taken.tablespaces())
                    .extracting(PhysicalFile.Tablespace::path)
                    .contains("ibdata1", "ibdata2", "small/t.ibd");
            for (PhysicalFile.Tablespace file : taken.tablespaces()) {
                int[] counts =
                        compare(
                                taken,
                                file,
                                Files.readAllBytes(server.dataFolder().resolve(file.path())));
                // The second file has not been used yet.
                assertThat(counts[0] > 0)
                        .as("%s", file.path())
                        .isEqualTo(!file.path().equals("ibdata2"));
            }
        }
    }

    /// Has the server write its changed pages to their files; they would be in the redo only.
    private static void writeOut(TestServer server) {
        try (Session root = Taken.root(server)) {
            root.execute("DO innodb_redo_log_sharp_checkpoint()");
        }
    }

    private static int[] compare(Taken taken, PhysicalFile.Tablespace file, byte[] own) {
        int[] counts = new int[2];
        int pageBytes = file.pageBytes();
        taken.pages(
                file,
                (page, bytes, offset) -> {
                    int ownOffset = (int) page * pageBytes;
                    if (PageHeader.lsn(bytes, offset) != PageHeader.lsn(own, ownOffset)) {
                        counts[1]++;
                        return;
                    }
                    byte[] stored = Arrays.copyOfRange(bytes, offset, offset + pageBytes);
                    byte[] there = Arrays.copyOfRange(own, ownOffset, ownOffset + pageBytes);
                    if (page == 0) {
                        blankFlushLsn(stored);
                        blankFlushLsn(there);
                    }
                    assertThat(stored).as("%s page %d", file.path(), page).isEqualTo(there);
                    counts[0]++;
                });
        return counts;
    }

    /// A shutdown writes there without a new LSN.
    private static void blankFlushLsn(byte[] page) {
        Arrays.fill(page, SPACE_HEADER_FLUSH_LSN, SPACE_HEADER_FLUSH_LSN_END, (byte) 0);
    }

    private static void demandUnbroken(Taken taken) {
        byte[] redo = taken.redo();
        RedoScan scan =
                new RedoScanner()
                        .scan(redo, 0, redo.length, RedoBlock.start(taken.section().startLsn()));
        assertThat(scan.reaches(taken.section().endLsn())).as("%s", scan).isTrue();
        assertThat(redo.length)
                .isLessThanOrEqualTo(
                        (int)
                                (RedoBlock.start(taken.section().endLsn())
                                        + RedoBlock.BYTES
                                        - RedoBlock.start(taken.section().startLsn())));
    }

    /// The server itself does not notice: it does not read that page.
    @Test
    void aDamagedPageIsNamedAndNoBackupIsMade() throws Exception {
        Path elsewhere = TestServer.temporaryFolder();
        try (var server = TestServer.start("--innodb-directories=" + elsewhere)) {
            Bank.found(server, elsewhere).close();
            server.stop();
            Path file = server.dataFolder().resolve("bank/a.ibd");
            long page = Files.size(file) / 16384 - 1;
            while (isZero(file, page)) {
                page--;
            }
            flipBit(file, page * 16384 + 9000);
            server.restart();
            Repository repository = Repository.create(new MemoryStore());
            var backup =
                    new PhysicalBackup(
                            server.as("root", ""),
                            repository,
                            Taken.options(server),
                            Progress.NONE);
            assertThatThrownBy(backup::run)
                    .isInstanceOf(CorruptDataException.class)
                    .hasMessageContaining(BackupError.PAGE_CORRUPT.name())
                    .hasMessageContaining(file.toRealPath() + " page " + page + " ");
            assertThat(repository.catalogue().provenBackups()).isEmpty();
            try (Session root = Taken.root(server)) {
                demandFree(root);
            }
        } finally {
            Folders.remove(elsewhere);
        }
    }

    private static boolean isZero(Path file, long page) throws Exception {
        try (var bytes = new RandomAccessFile(file.toFile(), "r")) {
            bytes.seek(page * 16384);
            byte[] read = new byte[16384];
            bytes.readFully(read);
            return Arrays.equals(read, new byte[16384]);
        }
    }

    private static void flipBit(Path file, long offset) throws Exception {
        try (var bytes = new RandomAccessFile(file.toFile(), "rw")) {
            bytes.seek(offset);
            int before = bytes.read();
            bytes.seek(offset);
            bytes.write(before ^ 1);
        }
    }

    /// Holds if DDL goes through at once and the server keeps its redo for nobody.
    static void demandFree(Session root) {
        root.execute("SET lock_wait_timeout = 1");
        root.execute("CREATE DATABASE IF NOT EXISTS unlocked");
        root.execute("DROP DATABASE unlocked");
        for (String call : List.of("register", "unregister")) {
            assertThat(
                            Objects.requireNonNull(
                                    root.query("SELECT innodb_redo_log_consumer_" + call + "()")
                                            .only()
                                            .string(0)))
                    .as(call)
                    .isEqualTo("0");
        }
    }
}
