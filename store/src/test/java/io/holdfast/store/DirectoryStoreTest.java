package io.holdfast.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.core.UnavailableException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DirectoryStoreTest extends ObjectStoreContract {
    private static final ObjectKey KEY = ObjectKey.of("backups/one.manifest");

    @TempDir Path folder;
    private DirectoryStore store;

    @BeforeEach
    void createStore() {
        store = DirectoryStore.create(folder.resolve("deep/repository"));
    }

    @Override
    ObjectStore store() {
        return store;
    }

    @Test
    void filesAreReadableByTheirOwnerOnly() throws IOException {
        store.put(KEY, new byte[1]);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(store.file(KEY))))
                .isEqualTo("rw-------");
        assertThat(
                        PosixFilePermissions.toString(
                                Files.getPosixFilePermissions(store.file(KEY).resolveSibling("."))))
                .isEqualTo("rwx------");
    }

    @Test
    void noTemporaryFileOutlivesItsWriter() throws IOException {
        store.put(KEY, new byte[1]);
        store.put(KEY, new byte[1]);
        store.create(KEY).close();
        try (Stream<Path> left = Files.list(store.temporaryFolder())) {
            assertThat(left).isEmpty();
        }
    }

    @Test
    void whatACrashedWriterLeftIsNotListedAndIsCollectedWhenOld() throws IOException {
        Files.write(store.temporaryFolder().resolve("crashed.tmp"), new byte[5]);
        assertThat(store.list("")).isEmpty();
        InstantSource now = InstantSource.system();
        assertThat(store.removeLeftovers(now, Duration.ofHours(1))).isZero();
        InstantSource tomorrow = InstantSource.fixed(Instant.now().plus(Duration.ofDays(1)));
        assertThat(store.removeLeftovers(tomorrow, Duration.ofHours(1))).isOne();
    }

    @Test
    void filesThatAreNoObjectsAreNotListed() throws IOException {
        store.put(KEY, new byte[1]);
        Files.write(store.file(KEY).resolveSibling("README of somebody"), new byte[5]);
        assertThat(store.list("")).hasSize(1);
    }

    @Test
    void aStoreReopenedHoldsWhatWasPut() {
        store.put(KEY, new byte[] {9});
        DirectoryStore reopened = DirectoryStore.open(folder.resolve("deep/repository"));
        assertThat(reopened.readRange(KEY, new ByteRange(0, 1))).containsExactly(9);
    }

    @Test
    void aFolderThatIsNotThereIsNamed() {
        Path missing = folder.resolve("missing");
        assertThatThrownBy(() -> DirectoryStore.open(missing))
                .isInstanceOf(UnavailableException.class)
                .hasMessageContaining(missing.toString());
    }

    /// Goal: a full disk is told from other failures. Method: /dev/full, through the same mapping.
    @Test
    void aFullDiskIsReportedAsFull() throws IOException {
        try (var out = Files.newOutputStream(Path.of("/dev/full"))) {
            out.write(1);
            throw new AssertionError("/dev/full took a byte");
        } catch (IOException failure) {
            assertThat(DirectoryStore.unavailable(failure, "x").problem().code())
                    .isEqualTo(StoreError.STORE_FULL);
        }
    }
}
