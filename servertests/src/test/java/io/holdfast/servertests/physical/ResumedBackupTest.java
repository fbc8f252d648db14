package io.holdfast.servertests.physical;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.backup.physical.PhysicalBackup;
import io.holdfast.backup.physical.PhysicalBackupOptions;
import io.holdfast.backup.physical.PhysicalBackupReport;
import io.holdfast.client.Session;
import io.holdfast.core.CorruptDataException;
import io.holdfast.core.Progress;
import io.holdfast.core.UnavailableException;
import io.holdfast.mysqld.Folders;
import io.holdfast.recovery.Afterwards;
import io.holdfast.recovery.Restore;
import io.holdfast.repository.BackupId;
import io.holdfast.repository.BackupReader;
import io.holdfast.repository.PhysicalSection.Method;
import io.holdfast.repository.Repository;
import io.holdfast.repository.UnfinishedBackup;
import io.holdfast.repository.format.BlockRun;
import io.holdfast.repository.format.Compression;
import io.holdfast.repository.format.PackId;
import io.holdfast.repository.physical.StoredSegment;
import io.holdfast.repository.verify.Verify;
import io.holdfast.servertests.TestServer;
import io.holdfast.servertests.recovery.RecoveredServer;
import io.holdfast.store.ByteRange;
import io.holdfast.store.MemoryStore;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Goal: what a backup that was broken off had stored is not stored again, and the next backup is
/// right whatever was done in between. Method: a store that dies when the backup has noted so many
/// stages, which is all that a killed process leaves; then restores, compared with the server.
///
/// Packs are small here, so that a small server has many.
final class ResumedBackupTest {
    private static final long PACK_BYTES = 1 << 16;
    private static final int STAGES = 3;

    // Of the envelope, docs/formats/repository.md section 3.
    private static final int HEADER_BYTES = 80;
    private static final int BLOCK_HEADER_BYTES = 48;
    private static final int TABLE_ENTRY_BYTES = 40;
    private static final int TRAILER_BYTES = 96;

    private final Path folder = TestServer.temporaryFolder();
    private final MemoryStore store = new MemoryStore();
    private final Repository repository = Repository.create(store);

    @AfterEach
    void remove() {
        Folders.remove(folder);
    }

    @Test
    void theNextRunStoresOnlyTheRest() throws Exception {
        Path elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
        BackupId underWriters;
        BackupId last;
        Map<String, String> contents;
        try (var server = TestServer.start("--innodb-directories=" + elsewhere)) {
            UUID uuid;
            Bank bank = Bank.found(server, elsewhere);
            try (Session root = Taken.root(server)) {
                uuid = uuid(root);
                fill(root, 2);
                var isOver = new AtomicBoolean();
                Thread writer = Thread.ofVirtual().start(() -> change(server, isOver));
                // One after another, so that the dictionary is among what was noted.
                dies(server, STAGES, options(server).withThreads(1));
                isOver.set(true);
                writer.join();
                assertThat(repository.catalogue().backupIds()).isEmpty();
                assertThat(repository.unfinished(uuid).list()).hasSize(1);
                for (String sql :
                        List.of(
                                "DROP TABLE bank.places",
                                "RENAME TABLE bank.within TO bank.x, bank.packed4 TO bank.within,"
                                        + " bank.x TO bank.packed4",
                                "TRUNCATE bank.words",
                                "CREATE TABLE bank.fresh AS SELECT * FROM bank.within",
                                "ALTER TABLE bank.b ADD INDEX (v)")) {
                    root.execute(sql);
                }
            }
            server.kill();
            server.restart();
            UnfinishedBackup brokenOff = repository.unfinished(uuid).list().getFirst();
            long noted =
                    PackAccount.storedPages(
                            brokenOff.reader(),
                            brokenOff.segments().stream().map(StoredSegment::map).toList());
            try (bank;
                    Session root = Taken.root(server)) {
                bank.open();
                PhysicalBackupReport next = take(server);
                assertThat(next.method()).isEqualTo(Method.SCAN);
                assertThat(next.base()).isNull();
                assertThat(next.unfinished()).containsExactly(brokenOff.backup());
                long all = PackAccount.storedPages(repository.openBackup(next.backup()));
                assertThat(noted).isPositive();
                // Writers change pages all the time; many of those that were noted are stored
                // again.
                assertThat(next.changedPageCount()).isLessThan(all - noted / 10);
                underWriters = next.backup();
                bank.shut();
                assertThat(repository.unfinished(uuid).list()).isEmpty();
                contents = Contents.of(root);
                PhysicalBackupReport third = take(server);
                assertThat(third.method()).isEqualTo(Method.SCAN);
                assertThat(third.base()).isEqualTo(underWriters);
                assertThat(third.unfinished()).isEmpty();
                last = third.backup();
            }
        }
        demandAccount(underWriters);
        demandAccount(last);
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

    /// An incremental backup that is broken off twice, further on the second time.
    @Test
    void severalThatWereBrokenOffServeTogetherWithTheirBase() throws Exception {
        BackupId last;
        Map<String, String> contents;
        try (var server = TestServer.start();
                Session root = Taken.root(server)) {
            fill(root, 8);
            BackupId base = take(server).backup();
            Set<PackId> known = new HashSet<>(needed(base));
            for (int table = 0; table < 8; table++) {
                root.execute("UPDATE bank.t" + table + " SET v = RANDOM_BYTES(900)");
            }
            // One thread notes one table after another, so that both leave something to the next.
            PhysicalBackupOptions alone = options(server).withThreads(1);
            dies(server, 3, alone);
            root.execute("UPDATE bank.t0 SET v = RANDOM_BYTES(900) WHERE id <= 100");
            dies(server, 2, alone);
            UUID uuid = uuid(root);
            List<UnfinishedBackup> brokenOff = repository.unfinished(uuid).list();
            assertThat(brokenOff).hasSize(2);
            root.execute("UPDATE bank.t1 SET v = RANDOM_BYTES(900) WHERE id <= 100");
            contents = Contents.of(root);
            PhysicalBackupReport report = take(server);
            assertThat(report.base()).isEqualTo(base);
            assertThat(report.unfinished())
                    .containsExactly(brokenOff.getLast().backup(), brokenOff.getFirst().backup());
            last = report.backup();
            for (UnfinishedBackup each : brokenOff) {
                Set<PackId> own = packs(each);
                own.removeAll(known);
                assertThat(needed(last)).as("%s", each.backup()).containsAnyElementsOf(own);
                known.addAll(own);
            }
            assertThat(repository.unfinished(uuid).list()).isEmpty();
        }
        demandAccount(last);
        try (var restored = restore(last)) {
            assertThat(Contents.of(restored.session())).isEqualTo(contents);
            Contents.demandSound(restored.session());
        }
        assertThat(Verify.everything(repository, _ -> {}).findings()).isEmpty();
    }

    @Test
    void damageToWhatWasStoredIsFoundOut() throws Exception {
        try (var server = TestServer.start();
                Session root = Taken.root(server)) {
            UUID uuid = uuid(root);
            fill(root, 4);
            dies(server, STAGES);
            UnfinishedBackup brokenOff = repository.unfinished(uuid).list().getFirst();
            flip(packOfPages(brokenOff), 0);
            assertThat(Verify.everything(repository, _ -> {}).findings())
                    .as("the pack, and the stages that name it")
                    .hasSizeGreaterThan(1);
            PhysicalBackupReport next = take(server);
            assertThat(next.unfinished()).containsExactly(brokenOff.backup());
            assertThatThrownBy(() -> restore(next.backup()))
                    .isInstanceOf(CorruptDataException.class)
                    .hasMessageContaining(next.backup().toString());

            dies(server, STAGES, options(server).withFull(true));
            brokenOff = repository.unfinished(uuid).list().getFirst();
            BlockRun map = brokenOff.segments().getFirst().map().runs().getFirst();
            flip(map.pack(), map.first());
            PhysicalBackupReport full = take(server);
            assertThat(full.method()).isEqualTo(Method.FULL);
            assertThat(full.whyNot()).contains(brokenOff.backup().toString());
            try (var restored = restore(full.backup())) {
                Contents.demandSound(restored.session());
            }
        }
    }

    private static UUID uuid(Session root) {
        return UUID.fromString(root.query("SELECT @@server_uuid").only().string(0));
    }

    /// Tables of a megabyte each.
    private static void fill(Session root, int tables) {
        root.execute("CREATE DATABASE IF NOT EXISTS bank");
        for (int table = 0; table < tables; table++) {
            String name = "bank.t" + table;
            root.execute("CREATE TABLE " + name + " (id INT PRIMARY KEY, v BLOB)");
            root.execute(
                    "INSERT INTO "
                            + name
                            + " WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n"
                            + " WHERE i < 1000) SELECT i, RANDOM_BYTES(900) FROM n");
        }
    }

    private static void change(TestServer server, AtomicBoolean isOver) {
        try (Session session = Taken.root(server)) {
            for (int i = 0; !isOver.get(); i++) {
                session.execute(
                        "UPDATE bank.t"
                                + i % 2
                                + " SET v = RANDOM_BYTES(900) WHERE id = "
                                + (1 + i % 1000));
            }
        }
    }

    private static PhysicalBackupOptions options(TestServer server) {
        return Taken.options(server).withStageEvery(Duration.ZERO);
    }

    /// A backup of which only so many stages and what they name come into the repository.
    private void dies(TestServer server, int stages) {
        dies(server, stages, options(server));
    }

    private void dies(TestServer server, int stages, PhysicalBackupOptions options) {
        // Pages that were changed since the last checkpoint are stored again in any case.
        try (Session root = Taken.root(server)) {
            root.execute("DO innodb_redo_log_sharp_checkpoint()");
        }
        Repository dying =
                Repository.open(new DyingStore(store, stages))
                        .compressing(Compression.NONE)
                        .packing(PACK_BYTES);
        var backup = new PhysicalBackup(server.as("root", ""), dying, options, Progress.NONE);
        assertThatThrownBy(backup::run).isInstanceOf(UnavailableException.class);
    }

    private PhysicalBackupReport take(TestServer server) {
        return new PhysicalBackup(
                        server.as("root", ""),
                        repository.compressing(Compression.NONE).packing(PACK_BYTES),
                        options(server),
                        Progress.NONE)
                .run();
    }

    private Set<PackId> needed(BackupId backup) {
        return PackAccount.said(repository.openBackup(backup)).keySet();
    }

    private static Set<PackId> packs(UnfinishedBackup backup) {
        return backup.segments().stream()
                .flatMap(segment -> segment.packs().stream())
                .collect(Collectors.toSet());
    }

    private void demandAccount(BackupId backup) {
        BackupReader reader = repository.openBackup(backup);
        assertThat(PackAccount.said(reader)).isEqualTo(PackAccount.counted(reader));
    }

    /// A pack that begins with pages, of a segment whose map lies elsewhere.
    private static PackId packOfPages(UnfinishedBackup backup) {
        for (StoredSegment segment : backup.segments()) {
            PackId inMap = segment.map().runs().getFirst().pack();
            for (PackId pack : segment.packs()) {
                if (!pack.equals(inMap)) {
                    return pack;
                }
            }
        }
        throw new AssertionError("every segment lies in the pack of its map");
    }

    /// Inverts a bit in the middle of a block.
    private void flip(PackId pack, int block) {
        byte[] object = store.readRange(pack.key(), new ByteRange(0, bytes(pack)));
        var numbers = ByteBuffer.wrap(object).order(ByteOrder.LITTLE_ENDIAN);
        int table = (int) numbers.getLong(object.length - TRAILER_BYTES);
        int offset = HEADER_BYTES;
        for (int i = 0; i < block; i++) {
            offset += BLOCK_HEADER_BYTES + numbers.getInt(table + i * TABLE_ENTRY_BYTES);
        }
        int middle = offset + BLOCK_HEADER_BYTES + numbers.getInt(offset) / 2;
        object[middle] ^= 1;
        boolean _ = store.delete(pack.key());
        store.put(pack.key(), object);
    }

    private long bytes(PackId pack) {
        return store.bytes(pack.key()).orElseThrow();
    }

    private RecoveredServer restore(BackupId backup) {
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
