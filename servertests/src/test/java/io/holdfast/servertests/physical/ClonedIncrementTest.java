package io.holdfast.servertests.physical;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.backup.clone.SnapshotProof;
import io.holdfast.backup.physical.PhysicalBackup;
import io.holdfast.backup.physical.PhysicalBackupReport;
import io.holdfast.client.Session;
import io.holdfast.core.CorruptDataException;
import io.holdfast.core.GtidSet;
import io.holdfast.core.Progress;
import io.holdfast.mysqld.Folders;
import io.holdfast.recovery.Afterwards;
import io.holdfast.recovery.Restore;
import io.holdfast.repository.BackupId;
import io.holdfast.repository.BackupReader;
import io.holdfast.repository.PackUse;
import io.holdfast.repository.PhysicalSection.Method;
import io.holdfast.repository.Repository;
import io.holdfast.repository.verify.Verify;
import io.holdfast.servertests.TestServer;
import io.holdfast.servertests.recovery.RecoveredServer;
import io.holdfast.store.DirectoryStore;
import io.holdfast.store.MemoryStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Goal: a clone stores only what the newest backup does not have, restores alone, and can be what
/// later backups are based on. Method: the servers restored from them, compared by checksums, sums
/// and `CHECK TABLE`.
final class ClonedIncrementTest {
    private static final String INSTALL = "INSTALL PLUGIN clone SONAME 'mysql_clone.so'";

    private final Path folder = TestServer.temporaryFolder();

    @AfterEach
    void remove() {
        Folders.remove(folder);
    }

    /// Clones on a clone, on a backup from files, and a backup from files on a clone; writers and
    /// DDL of all kinds between them.
    @Test
    void clonesAndBackupsFromFilesAreBasedOnEachOther() throws Exception {
        Repository repository = Repository.create(new MemoryStore());
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
            root.execute(INSTALL);
            Changes.export(root, server);
            bank.open();
            PhysicalBackupReport first = clone(repository, server);
            assertThat(first.base()).isNull();
            assertThat(first.whyNot()).contains("no physical backup");
            assertThat(first.changedPageCount()).isLessThanOrEqualTo(first.pageCount());

            Changes.changeSchemas(root);
            Changes.truncateUndo(root);
            PhysicalBackupReport second =
                    Cloned.into(repository, folder).take(server.as("root", ""), Progress.NONE);
            demandBasedOn(second, first, Method.CLONE);
            underWriters = second.backup();

            PhysicalBackupReport third = fromFiles(repository, server);
            demandBasedOn(third, second, Method.SCAN);

            Changes.importAgain(root, server);
            Changes.changeSchemasBack(root);
            bank.shut();
            // What is newer in memory than on the disk is stored again by the next one.
            root.execute("DO innodb_redo_log_sharp_checkpoint()");
            PhysicalBackupReport fourth = clone(repository, server);
            demandBasedOn(fourth, third, Method.CLONE);

            root.execute("UPDATE bank.a SET v = v + 1 WHERE id = 1");
            contents = Contents.of(root);
            PhysicalBackupReport fifth = clone(repository, server);
            demandBasedOn(fifth, fourth, Method.CLONE);
            assertThat(fifth.changedPageCount()).isLessThan(fifth.pageCount() / 10);
            assertThat(fifth.storedBytes()).isLessThan(first.storedBytes() / 5);
            last = fifth.backup();
        }
        assertThat(Verify.everything(repository, _ -> {}).findings()).isEmpty();
        try (var restored = restore(repository, underWriters)) {
            assertThat(Bank.faults(restored.session())).isEmpty();
            assertThat(restored.ask("SELECT COUNT(*) FROM bank.fresh")).isEqualTo("200");
        }
        try (var restored = restore(repository, last)) {
            assertThat(Contents.of(restored.session())).isEqualTo(contents);
            Contents.demandSound(restored.session());
        }
    }

    private static void demandBasedOn(
            PhysicalBackupReport report, PhysicalBackupReport base, Method method) {
        assertThat(report.method()).isEqualTo(method);
        assertThat(report.base()).as(report.whyNot()).isEqualTo(base.backup());
        if (method == Method.CLONE) {
            assertThat(report.whyNot()).isEmpty();
        }
        assertThat(report.changedPageCount()).isLessThan(report.pageCount() / 2);
    }

    /// Goal: what the base has of a page from the server's memory is no contradiction to the older
    /// one that the next clone finds on its disk. Method: a server that writes nothing out unless
    /// it must; a page that is written while files are copied, so that it comes again, and changed
    /// once more before it does.
    @Test
    void aPageThatWasNewerInMemoryContradictsNothing() {
        Repository repository = Repository.create(new MemoryStore());
        try (var server =
                        TestServer.start(
                                "--innodb-idle-flush-pct=0", "--innodb-adaptive-flushing=OFF");
                Session root = Taken.root(server)) {
            root.execute(INSTALL);
            root.execute("CREATE DATABASE bank");
            root.execute("CREATE TABLE bank.a (id INT PRIMARY KEY, v INT, filler TEXT)");
            Changes.fill(root, "bank.a");
            root.execute("DO innodb_redo_log_sharp_checkpoint()");
            String change = "UPDATE bank.a SET v = v + 1 WHERE id < 10";
            var twice =
                    new AroundFiles(
                            () -> {
                                root.execute(change);
                                root.execute("DO innodb_redo_log_sharp_checkpoint()");
                            },
                            () -> root.execute(change));
            PhysicalBackupReport first =
                    Cloned.into(repository, folder).takeUnproven(server.as("root", ""), twice);
            PhysicalBackupReport second = clone(repository, server);
            assertThat(second.whyNot()).isEmpty();
            assertThat(second.base()).isEqualTo(first.backup());
            PhysicalBackupReport third = fromFiles(repository, server);
            assertThat(third.method()).as(third.whyNot()).isEqualTo(Method.SCAN);
            assertThat(third.base()).isEqualTo(second.backup());
        }
    }

    /// Does something when the donor begins to send files, and when they have all come.
    private record AroundFiles(Runnable before, Runnable after) implements Progress {
        @Override
        public void say(String line) {}

        @Override
        public Work begin(String title, Unit unit, long totalCount) {
            boolean isFiles = title.equals("copying files");
            if (isFiles) {
                before.run();
            }
            return new Work() {
                @Override
                public void advance(long count) {}

                @Override
                public void close() {
                    if (isFiles) {
                        after.run();
                    }
                }
            };
        }
    }

    /// Method: a server whose files were put back, and who then wrote more than it had before, so
    /// that neither its LSN nor its GTIDs tell.
    @Test
    void aServerThatWentBackGetsAWholeBackup() throws Exception {
        Repository repository = Repository.create(new MemoryStore());
        try (var server = TestServer.start()) {
            try (Session root = Taken.root(server)) {
                root.execute(INSTALL);
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
            PhysicalBackupReport base;
            try (Session root = Taken.root(server)) {
                root.execute("UPDATE bank.a SET v = v + 1");
                root.execute("DO innodb_redo_log_sharp_checkpoint()");
                base = clone(repository, server);
            }
            server.stop();
            Folders.remove(server.dataFolder());
            Changes.copy(before, server.dataFolder());
            server.restart();
            try (Session root = Taken.root(server)) {
                for (int i = 0; i < 10; i++) {
                    root.execute("UPDATE bank.b SET v = v + 1, filler = REPEAT('z', 900)");
                }
                Map<String, String> contents = Contents.of(root);
                PhysicalBackupReport report = clone(repository, server);
                assertThat(report.base()).isEqualTo(base.backup());
                assertThat(report.whyNot())
                        .contains(base.backup().toString())
                        .contains("went back in time since");
                try (var restored = restore(repository, report.backup())) {
                    assertThat(Contents.of(restored.session())).isEqualTo(contents);
                }
            }
        }
    }

    /// What is not proven is no base; what is asked for in full is stored in full; and where a pack
    /// of the base is damaged, the restore of what needs it says so.
    @Test
    void aClonesPacksAreItsOwnAndThoseOfItsBase() throws Exception {
        Path store = folder.resolve("repository");
        Repository repository = Repository.create(DirectoryStore.create(store));
        try (var server = TestServer.start();
                Session root = Taken.root(server)) {
            root.execute(INSTALL);
            root.execute("CREATE DATABASE bank");
            root.execute("CREATE TABLE bank.a (id INT PRIMARY KEY, v INT, filler TEXT)");
            Changes.fill(root, "bank.a");
            Cloned cloned = Cloned.into(repository, folder);
            assertThatThrownBy(() -> cloned.take(server.as("root", ""), Progress.NONE, failing()))
                    .isInstanceOf(IllegalStateException.class);
            PhysicalBackupReport first = clone(repository, server);
            assertThat(first.base()).isNull();
            root.execute("UPDATE bank.a SET v = v + 1 WHERE id < 10");
            PhysicalBackupReport second = clone(repository, server);
            demandBasedOn(second, first, Method.CLONE);
            PhysicalBackupReport full =
                    new Cloned(repository, folder, cloned.ddlBlockMax(), true)
                            .takeUnproven(server.as("root", ""), Progress.NONE);
            assertThat(full.base()).isNull();
            assertThat(full.whyNot()).contains("asked for");
            assertThat(full.changedPageCount()).isGreaterThan(2 * second.changedPageCount());

            Path pack = store.resolve(sharedPack(repository, first, second));
            byte[] bytes = Files.readAllBytes(pack);
            bytes[bytes.length / 2] ^= 1; // most of it is pages, and most of these are shared
            Files.write(pack, bytes);
            demandDamageNamed(store, second.backup(), pack);
            Files.delete(pack);
            demandDamageNamed(store, second.backup(), pack);
        }
    }

    private static SnapshotProof failing() {
        return new SnapshotProof() {
            @Override
            public void mustBePossible(String version, long bytes) {}

            @Override
            public GtidSet recover(BackupReader incomplete) {
                throw new IllegalStateException("as a crash would");
            }
        };
    }

    private static String sharedPack(
            Repository repository, PhysicalBackupReport first, PhysicalBackupReport second) {
        Set<Object> firsts =
                repository.openBackup(first.backup()).manifest().packs().stream()
                        .map(PackUse::pack)
                        .collect(Collectors.toSet());
        return repository.openBackup(second.backup()).manifest().packs().stream()
                .filter(use -> firsts.contains(use.pack()))
                .max(Comparator.comparingLong(PackUse::liveBytes))
                .orElseThrow()
                .pack()
                .key()
                .text();
    }

    private void demandDamageNamed(Path store, BackupId backup, Path pack) {
        Repository damaged = Repository.open(DirectoryStore.open(store));
        assertThatThrownBy(() -> restore(damaged, backup).close())
                .isInstanceOfSatisfying(
                        CorruptDataException.class,
                        damage ->
                                assertThat(damage.problem().render())
                                        .contains(pack.getFileName().toString()));
    }

    private PhysicalBackupReport clone(Repository repository, TestServer server) {
        return Cloned.into(repository, folder).takeUnproven(server.as("root", ""), Progress.NONE);
    }

    private static PhysicalBackupReport fromFiles(Repository repository, TestServer server) {
        return new PhysicalBackup(
                        server.as("root", ""), repository, Taken.options(server), Progress.NONE)
                .run();
    }

    private RecoveredServer restore(Repository repository, BackupId backup) {
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
        return new RecoveredServer(into);
    }
}
