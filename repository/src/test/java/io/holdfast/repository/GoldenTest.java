package io.holdfast.repository;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.repository.archive.Archive;
import io.holdfast.repository.archive.HistoryArchive;
import io.holdfast.repository.format.BlockRun;
import io.holdfast.repository.lease.LeaseHolder;
import io.holdfast.repository.lease.LeaseTerms;
import io.holdfast.repository.lease.Leases;
import io.holdfast.repository.verify.Verify;
import io.holdfast.repository.verify.VerifyReport;
import io.holdfast.store.DirectoryStore;
import io.holdfast.store.ObjectKey;
import io.holdfast.store.ObjectStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/// Goal: what any version ever wrote can be read. Method: files that version 1 wrote, kept as they
/// were; files are only ever added.
final class GoldenTest {
    private static final Path GOLDEN = Path.of("src/test/golden/v1");

    @Test
    void aRepositoryOfVersion1IsRead() {
        Repository repository = Repository.open(DirectoryStore.open(GOLDEN.resolve("sound")));
        VerifyReport report = Verify.everything(repository, _ -> {});
        assertThat(report.findings()).isEmpty();
        assertThat(report.strangers()).isEmpty();
        BackupListing listing = repository.catalogue().backups().getFirst();
        BackupReader reader = repository.openBackup(listing.backup());
        assertThat(reader.manifest().state().gtidSet()).hasToString(TestBackups.SERVER + ":1-77");
        assertThat(reader.manifest().began()).isEqualTo(TestBackups.TIME);
        LogicalSection logical = Objects.requireNonNull(reader.manifest().state().logical());
        assertThat(logical.schemaObjects().runs()).extracting(BlockRun::first).containsExactly(2);
        assertThat(
                        new String(
                                TestBackups.readAll(reader, logical.schemaObjects()),
                                java.nio.charset.StandardCharsets.UTF_8))
                .contains("\"facts\"")
                .endsWith("{\"kind\":\"end\",\"count\":1}\n");
        HistoryArchive history = new Archive(repository).histories().getFirst();
        assertThat(history.index(history.parts().getFirst())).isEqualTo(RepositoryFixture.index());
        assertThat(history.continuity().runs().getFirst().executed())
                .hasToString(TestBackups.SERVER + ":1-78");
    }

    @Test
    void eachBrokenRepositoryOfVersion1IsFoundBroken() {
        for (String broken :
                List.of("pack-bit-flipped", "manifest-cut-short", "part-of-another-name")) {
            Repository repository =
                    Repository.open(DirectoryStore.open(GOLDEN.resolve("broken").resolve(broken)));
            assertThat(Verify.everything(repository, _ -> {}).isSound()).as(broken).isFalse();
        }
    }

    /// Writes the golden files of the present version, if asked to by `-Dholdfast.golden=FOLDER`.
    @Test
    void writesGoldenFilesIfAsked() throws IOException {
        String folder = System.getProperty("holdfast.golden", "");
        if (folder.isEmpty()) {
            return;
        }
        for (String name :
                List.of(
                        "sound",
                        "broken/pack-bit-flipped",
                        "broken/manifest-cut-short",
                        "broken/part-of-another-name")) {
            DirectoryStore store = DirectoryStore.create(Path.of(folder).resolve(name));
            RepositoryFixture fixture = RepositoryFixture.small(store, 1);
            // The writer's lease names this machine; golden files name none.
            store.list("leases/").forEach(lease -> store.delete(lease.key()));
            var holder = new LeaseHolder("db3", 4711, "", TestBackups.TIME);
            new Leases(fixture.repository().envelopes(), LeaseTerms.DEFAULT, holder)
                    .acquire("backup-" + TestBackups.SERVER, "logical backup")
                    .close();
            switch (name) {
                case "broken/pack-bit-flipped" ->
                        damage(store, store.list("packs/").getFirst().key(), 200, false);
                case "broken/manifest-cut-short" ->
                        damage(store, fixture.backup().manifestKey(), 0, true);
                case "broken/part-of-another-name" -> {
                    ObjectKey key =
                            store.list("archive/").stream()
                                    .map(object -> object.key())
                                    .filter(part -> part.text().endsWith(".part"))
                                    .findFirst()
                                    .orElseThrow();
                    byte[] bytes = RepositoryFixture.bytes(store, key);
                    store.put(
                            ObjectKey.of(
                                    key.text().replace("/parts/0000000042", "/parts/0000000043")),
                            bytes);
                }
                default -> {}
            }
            Files.deleteIfExists(Path.of(folder).resolve(name).resolve(".tmp"));
        }
    }

    private static void damage(ObjectStore store, ObjectKey key, int at, boolean cuts) {
        byte[] bytes = RepositoryFixture.bytes(store, key);
        bytes[at] ^= cuts ? (byte) 0 : 1;
        assertThat(store.delete(key)).isTrue();
        store.put(key, cuts ? Arrays.copyOf(bytes, bytes.length - 10) : bytes);
    }
}
