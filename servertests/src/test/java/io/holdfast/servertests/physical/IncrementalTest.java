package io.holdfast.servertests.physical;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.backup.physical.PhysicalBackup;
import io.holdfast.backup.physical.PhysicalBackupReport;
import io.holdfast.client.Session;
import io.holdfast.core.Progress;
import io.holdfast.innodb.PageTrackBlock;
import io.holdfast.mysqld.Folders;
import io.holdfast.recovery.Afterwards;
import io.holdfast.recovery.Restore;
import io.holdfast.repository.BackupId;
import io.holdfast.repository.PhysicalSection.Method;
import io.holdfast.repository.Repository;
import io.holdfast.repository.verify.Verify;
import io.holdfast.servertests.TestServer;
import io.holdfast.servertests.innodb.Sql;
import io.holdfast.servertests.recovery.RecoveredServer;
import io.holdfast.store.MemoryStore;
import io.holdfast.store.StoredObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Goal: an incremental backup restores alone and is the server at its moment, whatever was done
/// between it and its base; and where the base is not surely the server's past, it is not used.
/// Method: the server's own restores, compared by checksums, sums and `CHECK TABLE`.
final class IncrementalTest {
    private static final long RANGE_NOT_TRACKED = -3803;

    private final Path folder = TestServer.temporaryFolder();
    private final MemoryStore store = new MemoryStore();
    private final Repository repository = Repository.create(store);

    @AfterEach
    void remove() {
        Folders.remove(folder);
    }

    @Test
    void whateverDdlCameBetweenTheScanFindsIt() throws Exception {
        Path elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
        Map<String, String> contents;
        BackupId underWriters;
        BackupId last;
        try (var server =
                        TestServer.start(
                                "--innodb-redo-log-capacity=8M",
                                "--innodb-buffer-pool-size=16M",
                                "--innodb-directories=" + elsewhere);
                Bank bank = Bank.found(server, elsewhere);
                Session root = Taken.root(server)) {
            Changes.export(root, server);
            bank.open();
            PhysicalBackupReport full = take(server);
            assertThat(full.method()).isEqualTo(Method.FULL);
            assertThat(full.whyNot()).contains("no physical backup");
            Changes.changeSchemas(root);
            Changes.truncateUndo(root);
            PhysicalBackupReport first = take(server);
            assertThat(first.method()).isEqualTo(Method.SCAN);
            assertThat(first.base()).isEqualTo(full.backup());
            assertThat(first.whyNot()).contains("INSTALL COMPONENT");
            assertThat(first.changedPageCount()).isLessThan(first.pageCount() / 2);
            underWriters = first.backup();
            Changes.importAgain(root, server);
            Changes.changeSchemasBack(root);
            bank.shut();
            contents = Contents.of(root);
            PhysicalBackupReport second = take(server);
            assertThat(second.method()).isEqualTo(Method.SCAN);
            assertThat(second.base()).isEqualTo(first.backup());
            last = second.backup();
        }
        try (var restored = restore(underWriters)) {
            assertThat(Bank.faults(restored.session())).isEmpty();
            assertThat(restored.ask("SELECT COUNT(*) FROM bank.fresh")).isEqualTo("200");
        }
        try (var restored = restore(last)) {
            assertThat(Contents.of(restored.session())).isEqualTo(contents);
            Contents.demandSound(restored.session());
        }
        assertThat(Verify.everything(repository, _ -> {}).findings()).isEmpty();
    }

    /// The server's list is used where it is complete, an index that was built without redo and a
    /// table that was imported past it included; after a crash it is not.
    @Test
    void theServersListIsBelievedWhereItIsComplete() throws Exception {
        Map<String, String> contents;
        BackupId tracked;
        try (var server = TestServer.start()) {
            try (Session root = Taken.root(server)) {
                root.execute("INSTALL COMPONENT 'file://component_mysqlbackup'");
                root.execute("CREATE DATABASE bank");
                root.execute("CREATE TABLE bank.a (id INT PRIMARY KEY, v INT, filler TEXT)");
                Changes.fill(root, "bank.a");
                root.execute("CREATE TABLE bank.still LIKE bank.a");
                root.execute("INSERT INTO bank.still SELECT * FROM bank.a");
                Changes.export(root, server);
                Waiting.untilAtLeast(root, Waiting.UPTIME, 3);
                assertThat(take(server).method()).isEqualTo(Method.FULL);
                root.execute("UPDATE bank.a SET v = v + 1 WHERE id % 7 = 0");
                root.execute("ALTER TABLE bank.still ADD INDEX (v), ALGORITHM=INPLACE");
                Changes.importAgain(root, server);
                PhysicalBackupReport report = take(server);
                assertThat(report.whyNot()).isEmpty();
                assertThat(report.method()).isEqualTo(Method.TRACKING);
                tracked = report.backup();
                contents = Contents.of(root);
                root.execute("UPDATE bank.a SET v = v + 1, filler = REPEAT('y', 500)");
            }
            server.kill();
            try (var restored = restore(tracked)) {
                assertThat(Contents.of(restored.session())).isEqualTo(contents);
                Contents.demandSound(restored.session());
            }
            server.restart();
            try (Session root = Taken.root(server)) {
                root.execute("UPDATE bank.still SET v = v + 1 WHERE id % 11 = 0");
                PhysicalBackupReport report = take(server);
                assertThat(report.method()).isEqualTo(Method.SCAN);
                assertThat(report.whyNot()).contains("restarted");
            }
        }
    }

    /// The list begins when the server is first told to keep it, and a base from before is none. A
    /// server with much to list begins a new count at each backup; its list goes on.
    ///
    /// Method: more than two blocks of its list are written between backups.
    @Test
    void theListOutlivesTheServersCounts() throws Exception {
        String pages = "--innodb-page-size=4k";
        try (var server = TestServer.startInitialised(List.of(pages));
                Session root = Taken.root(server)) {
            root.execute("CREATE DATABASE bank");
            root.execute("CREATE TABLE bank.a (id INT PRIMARY KEY, v INT, filler VARCHAR(2000))");
            root.execute("SET cte_max_recursion_depth = 10000");
            root.execute(
                    "INSERT INTO bank.a WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1"
                            + " FROM n WHERE i < 9000) SELECT i, i, REPEAT('x', 1900) FROM n");
            Waiting.untilAtLeast(root, Waiting.UPTIME, 3);
            assertThat(take(server).method()).isEqualTo(Method.FULL);
            root.execute("INSTALL COMPONENT 'file://component_mysqlbackup'");
            root.execute("UPDATE bank.a SET v = v + 1");
            PhysicalBackupReport report = take(server);
            assertThat(report.method()).isEqualTo(Method.SCAN);
            assertThat(report.whyNot()).contains("did not track pages since the base");
            for (int i = 0; i < 2; i++) {
                root.execute("UPDATE bank.a SET v = v + 1");
                report = take(server);
                assertThat(report.whyNot()).isEmpty();
                assertThat(report.method()).isEqualTo(Method.TRACKING);
                assertThat(report.changedPageCount()).isGreaterThan(2 * PageTrackBlock.PAGES_MAX);
            }
            Map<String, String> contents = Contents.of(root);
            try (var restored = restore(report.backup(), pages)) {
                assertThat(Contents.of(restored.session())).isEqualTo(contents);
                Contents.demandSound(restored.session());
            }
        }
    }

    /// A list that outlived a crash may lack pages for ever (docs/physical-backup.md says how, and
    /// `bench/tracking.sh` shows it). So it begins anew with each run of the server, which refuses
    /// ranges from before itself then.
    @Test
    void theListBeginsAnewWhenTheServerDoes() throws Exception {
        try (var server = TestServer.start()) {
            long before;
            try (Session root = Taken.root(server)) {
                root.execute("INSTALL COMPONENT 'file://component_mysqlbackup'");
                root.execute("CREATE DATABASE bank");
                root.execute("CREATE TABLE bank.a (id INT PRIMARY KEY, v INT, filler TEXT)");
                Changes.fill(root, "bank.a");
                take(server);
                before = Sql.lsn(root, "LSN_checkpoint");
                root.execute("UPDATE bank.a SET v = v + 1");
            }
            server.kill();
            server.restart();
            try (Session root = Taken.root(server)) {
                assertThat(listedSince(before, root)).isGreaterThanOrEqualTo(0);
                Waiting.untilAtLeast(root, Waiting.UPTIME, 3);
                assertThat(take(server).method()).isEqualTo(Method.SCAN);
                assertThat(listedSince(before, root)).isEqualTo(RANGE_NOT_TRACKED);
                root.execute("UPDATE bank.a SET v = v + 1");
                PhysicalBackupReport report = take(server);
                assertThat(report.whyNot()).isEmpty();
                assertThat(report.method()).isEqualTo(Method.TRACKING);
                Map<String, String> contents = Contents.of(root);
                try (var restored = restore(report.backup())) {
                    assertThat(Contents.of(restored.session())).isEqualTo(contents);
                    Contents.demandSound(restored.session());
                }
            }
        }
    }

    /// How many pages the server lists, after all that it has changed; negative if it refuses.
    private static long listedSince(long lsn, Session root) {
        Sql.sharpCheckpoint(root);
        long until = Sql.lsn(root, "LSN_checkpoint");
        return Sql.number(
                root, "mysqlbackup_page_track_get_changed_page_count(" + lsn + ", " + until + ")");
    }

    /// A table that waits for its files to be imported is one without files in the backup, too.
    @Test
    void aDiscardedTablespaceIsNotedAndIsNoObstacle() throws Exception {
        try (var server = TestServer.start();
                Session root = Taken.root(server)) {
            root.execute("CREATE DATABASE bank");
            root.execute("CREATE TABLE bank.waiting (id INT PRIMARY KEY)");
            root.execute("CREATE TABLE bank.a (id INT PRIMARY KEY, v INT, filler TEXT)");
            Changes.fill(root, "bank.a");
            root.execute("ALTER TABLE bank.waiting DISCARD TABLESPACE");
            PhysicalBackupReport report = take(server);
            assertThat(report.notes())
                    .anySatisfy(note -> assertThat(note).startsWith("bank/waiting"));
            try (var restored = restore(report.backup())) {
                assertThat(restored.ask("SELECT COUNT(*) FROM bank.a")).isEqualTo("900");
                restored.session().execute("DROP TABLE bank.waiting");
            }
        }
    }

    /// What a base lacks would be missing in every backup after it.
    @Test
    void aBaseWhosePacksAreGoneIsNone() {
        try (var server = TestServer.start()) {
            BackupId base = take(server).backup();
            StoredObject pack = store.list("packs/").getFirst();
            assertThat(store.delete(pack.key())).isTrue();
            PhysicalBackupReport report = take(server);
            assertThat(report.method()).isEqualTo(Method.FULL);
            assertThat(report.base()).isNull();
            assertThat(report.whyNot())
                    .contains(base.toString(), "1 of its packs are missing", pack.key().text());
        }
    }

    /// Method: a server whose files were put back, and who then wrote more than it had before, so
    /// that neither its LSN nor its GTIDs tell.
    @Test
    void aBaseThatIsNotTheServersPastIsFoundOut() throws Exception {
        try (var server = TestServer.start()) {
            try (Session root = Taken.root(server)) {
                root.execute("CREATE DATABASE bank");
                for (String table : List.of("bank.a", "bank.b")) {
                    root.execute(
                            "CREATE TABLE " + table + " (id INT PRIMARY KEY, v INT, filler TEXT)");
                    Changes.fill(root, table);
                }
            }
            server.stop();
            Path before = folder.resolve("before");
            Changes.copy(server.dataFolder(), before);
            server.restart();
            BackupId base;
            try (Session root = Taken.root(server)) {
                root.execute("UPDATE bank.a SET v = v + 1");
                root.execute("DO innodb_redo_log_sharp_checkpoint()");
                base = take(server).backup();
            }
            server.stop();
            Folders.remove(server.dataFolder());
            Changes.copy(before, server.dataFolder());
            server.restart();
            try (Session root = Taken.root(server)) {
                for (int i = 0; i < 10; i++) {
                    root.execute("UPDATE bank.b SET v = v + 1, filler = REPEAT('z', 900)");
                }
                PhysicalBackupReport report = take(server);
                assertThat(report.method()).isEqualTo(Method.FULL);
                assertThat(report.whyNot())
                        .contains(base.toString())
                        .contains("went back in time since");
            }
        }
    }

    private PhysicalBackupReport take(TestServer server) {
        return new PhysicalBackup(
                        server.as("root", ""), repository, Taken.options(server), Progress.NONE)
                .run();
    }

    private RecoveredServer restore(BackupId backup, String... options) {
        Path into = folder.resolve(backup.toString());
        new Restore(repository, Progress.NONE)
                .intoFolder(
                        backup,
                        new Restore.NewServer(
                                into,
                                TestServer.home(),
                                2,
                                List.of("--innodb-buffer-pool-size=64M"),
                                Afterwards.STOP));
        return new RecoveredServer(into, options);
    }
}
