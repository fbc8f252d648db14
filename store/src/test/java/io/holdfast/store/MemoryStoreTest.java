package io.holdfast.store;

final class MemoryStoreTest extends ObjectStoreContract {
    private final ObjectStore store = new MemoryStore();

    @Override
    ObjectStore store() {
        return store;
    }
}
