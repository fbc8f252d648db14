package io.holdfast.store;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/// The contract on file systems such as FAT, which have no hard links.
final class DirectoryStoreWithoutLinksTest extends ObjectStoreContract {
    @TempDir Path folder;
    private DirectoryStore store;

    @BeforeEach
    void createStore() {
        store = DirectoryStore.create(folder.resolve("repository")).withoutHardLinks();
    }

    @Override
    ObjectStore store() {
        return store;
    }
}
