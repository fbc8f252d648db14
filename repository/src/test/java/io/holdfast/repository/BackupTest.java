package io.holdfast.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.core.RefusedException;
import io.holdfast.core.TaskScope;
import io.holdfast.repository.format.Compression;
import io.holdfast.repository.format.RepositoryError;
import io.holdfast.repository.format.StreamRef;
import io.holdfast.repository.logical.JsonLines;
import io.holdfast.repository.logical.SchemaLine;
import io.holdfast.store.MemoryStore;
import io.holdfast.testkit.Seeded;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

@Seeded
final class BackupTest {
    private final MemoryStore store = new MemoryStore();
    private final Repository repository = Repository.create(store);

    @Test
    void streamsOfAnySizeAreReadAsTheyWereWritten(RandomGenerator random) {
        int mib = 1 << 20;
        var contents = new ArrayList<byte[]>();
        for (int size :
                List.of(0, 1, 1000, mib - 1, mib, mib + 1, 3 * mib, random.nextInt(5 * mib))) {
            byte[] content = TestBackups.random(random, size);
            Arrays.fill(content, 0, size / 2, (byte) 'a'); // half of it compresses
            contents.add(content);
        }
        var refs = new ArrayList<StreamRef>();
        BackupId id;
        try (BackupWriter backup = repository.beginBackup(TestBackups.SERVER, "test")) {
            for (byte[] content : contents) {
                try (StreamWriter stream = backup.openStream()) {
                    for (int at = 0; at < content.length; ) {
                        int count = Math.min(content.length - at, 1 + random.nextInt(mib));
                        stream.write(content, at, count);
                        at += count;
                    }
                    refs.add(stream.finish());
                }
            }
            id =
                    backup.commit(
                                    TestBackups.state(
                                            new LogicalSection(refs.get(0), refs.get(1), 0, 0, 0)))
                            .backup();
        }
        BackupReader reader = Repository.open(store).openBackup(id);
        for (int i = 0; i < contents.size(); i++) {
            assertThat(TestBackups.readAll(reader, refs.get(i))).isEqualTo(contents.get(i));
        }
        assertThat(reader.manifest().rawBytes())
                .isEqualTo(contents.stream().mapToLong(content -> content.length).sum());
        assertThat(reader.manifest().state().gtidSet()).hasToString(TestBackups.SERVER + ":1-77");
        assertThat(reader.manifest().state().position()).hasToString("binlog.000042:1234");
    }

    @Test
    void whatEachCompressionStoresReadsBackAlike(RandomGenerator random) {
        byte[] content = TestBackups.random(random, 3 << 20);
        for (int i = 0; i < content.length; i++) {
            content[i] &= (byte) 0x0f; // half the bits are always zero
        }
        var stored = new ArrayList<Long>();
        for (int level : List.of(0, 1, 19)) {
            Repository compressing = repository.compressing(new Compression(level));
            try (BackupWriter backup = compressing.beginBackup(TestBackups.SERVER, "test");
                    StreamWriter stream = backup.openStream()) {
                stream.write(content);
                StreamRef written = stream.finish();
                Manifest manifest =
                        backup.commit(
                                TestBackups.state(
                                        new LogicalSection(written, StreamRef.EMPTY, 0, 0, 0)));
                stored.add(manifest.storedBytes());
                BackupReader reader = Repository.open(store).openBackup(manifest.backup());
                assertThat(TestBackups.readAll(reader, written)).isEqualTo(content);
            }
        }
        assertThat(stored.get(0)).isGreaterThan(content.length);
        assertThat(stored.get(1)).isLessThan(content.length * 5L / 8);
        assertThat(stored.get(2)).isLessThan(content.length * 5L / 8);
    }

    @Test
    void manyThreadsShareFewPacks(RandomGenerator random) {
        var written = new ConcurrentHashMap<StreamRef, byte[]>();
        BackupId id;
        try (BackupWriter backup = repository.beginBackup(TestBackups.SERVER, "test")) {
            try (var scope = new TaskScope("dump", 4)) {
                for (int i = 0; i < 200; i++) {
                    byte[] content = TestBackups.random(random, 1 + random.nextInt(20_000));
                    scope.fork(() -> {
                        try (StreamWriter stream = backup.openStream()) {
                            stream.write(content, 0, content.length);
                            written.put(stream.finish(), content);
                        }
                        return null;
                    });
                }
                scope.join();
            }
            id =
                    backup.commit(
                                    TestBackups.state(
                                            new LogicalSection(
                                                    StreamRef.EMPTY, StreamRef.EMPTY, 0, 0, 0)))
                            .backup();
        }
        assertThat(store.list("packs/")).hasSizeLessThanOrEqualTo(4);
        BackupReader reader = repository.openBackup(id);
        written.forEach((stream, content) ->
                assertThat(TestBackups.readAll(reader, stream)).isEqualTo(content));
        assertThat(written).hasSize(200);
    }

    @Test
    void jsonLinesComeBack() {
        Manifest manifest = TestBackups.write(repository, List.of());
        BackupReader reader = repository.openBackup(manifest.backup());
        LogicalSection logical =
                java.util.Objects.requireNonNull(reader.manifest().state().logical());
        var objects = new ArrayList<SchemaLine>();
        try (StreamInput in = reader.open(logical.schemaObjects())) {
            JsonLines.read(in, "schema objects", SchemaLine.class, objects::add);
        }
        assertThat(objects).containsExactly(TestBackups.SCHEMA_LINE);
    }

    @Test
    void withoutCommitNothingIsListed() {
        try (BackupWriter backup = repository.beginBackup(TestBackups.SERVER, "test")) {
            StreamRef _ = TestBackups.lines(backup, "one");
        }
        assertThat(repository.catalogue().backups()).isEmpty();
        assertThat(store.list("packs/")).isEmpty();
    }

    @Test
    void aSecondBackupOfOneServerIsRefusedAndToldWhoIsAtIt() {
        BackupWriter first = repository.beginBackup(TestBackups.SERVER, "logical backup of db3");
        assertThatThrownBy(() -> repository.beginBackup(TestBackups.SERVER, "test"))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("LEASE_HELD")
                .hasMessageContaining("logical backup of db3")
                .hasMessageContaining("until");
        repository.beginBackup(new java.util.UUID(1, 2), "another server").close();
        first.close();
        repository.beginBackup(TestBackups.SERVER, "test").close();
    }

    @Test
    void theListIsRightWithOrWithoutTheCatalogue() {
        BackupHead first = TestBackups.write(repository, List.of()).head();
        BackupHead second = TestBackups.write(repository, List.of()).head();
        List<BackupListing> expected =
                java.util.stream.Stream.of(first, second)
                        .sorted(java.util.Comparator.comparing(BackupHead::backup))
                        .<BackupListing>map(BackupListing.Whole::new)
                        .toList();
        assertThat(repository.catalogue().backups()).isEqualTo(expected);
        assertThat(repository.catalogue().rebuild()).isZero();
        store.list("catalogue/").forEach(object -> assertThat(store.delete(object.key())).isTrue());
        assertThat(repository.catalogue().backups()).isEqualTo(expected);
        assertThat(repository.catalogue().rebuild()).isOne();
        assertThat(repository.catalogue().backups()).isEqualTo(expected);
        assertThat(store.delete(first.backup().manifestKey())).isTrue();
        assertThat(repository.catalogue().backups())
                .containsExactly(new BackupListing.Whole(second));
    }

    @Test
    void aBackupWhoseManifestIsDamagedIsListedAsSuch() {
        BackupId id = TestBackups.write(repository, List.of()).backup();
        store.list("catalogue/").forEach(object -> assertThat(store.delete(object.key())).isTrue());
        byte[] bytes = TestBackups.bytes(store, id.manifestKey());
        bytes[200] ^= 1;
        assertThat(store.delete(id.manifestKey())).isTrue();
        store.put(id.manifestKey(), bytes);
        assertThat(repository.catalogue().backups())
                .singleElement()
                .isInstanceOfSatisfying(
                        BackupListing.Unreadable.class,
                        listing ->
                                assertThat(listing.problem().code())
                                        .isEqualTo(RepositoryError.OBJECT_DAMAGED));
    }

    @Test
    void aStoreWithoutRepositoryIsNotOpenedAndNoneIsCreatedTwice() {
        assertThatThrownBy(() -> Repository.open(new MemoryStore()))
                .hasMessageContaining("REPOSITORY_MISSING");
        assertThatThrownBy(() -> Repository.create(store))
                .hasMessageContaining("REPOSITORY_EXISTS");
        assertThat(Repository.open(store).id()).isEqualTo(repository.id());
    }

    @Test
    void anUnknownBackupIsNamed() {
        assertThatThrownBy(() -> repository.openBackup(new BackupId("20261122t161000z-1f3a90c2")))
                .hasMessageContaining("BACKUP_MISSING")
                .hasMessageContaining("20261122t161000z-1f3a90c2");
    }
}
