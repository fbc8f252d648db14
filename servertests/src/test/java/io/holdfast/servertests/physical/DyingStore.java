package io.holdfast.servertests.physical;

import io.holdfast.core.Problem;
import io.holdfast.core.UnavailableException;
import io.holdfast.store.ByteRange;
import io.holdfast.store.ObjectInput;
import io.holdfast.store.ObjectKey;
import io.holdfast.store.ObjectStore;
import io.holdfast.store.ObjectWriter;
import io.holdfast.store.PutResult;
import io.holdfast.store.StoreError;
import io.holdfast.store.StoredObject;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/// A store that takes nothing more of a backup once that has noted so many stages, as if the backup
/// had been killed then. Leases are still given back, so that no test need wait for their end.
final class DyingStore implements ObjectStore {
    private static final String STAGES = "unfinished/";

    private final ObjectStore inner;
    private final AtomicInteger stagesLeft;

    DyingStore(ObjectStore inner, int stages) {
        this.inner = inner;
        this.stagesLeft = new AtomicInteger(stages);
    }

    private void demandAlive(ObjectKey key) {
        if (stagesLeft.get() <= 0 && !key.text().startsWith("leases/")) {
            throw new UnavailableException(
                    Problem.of(StoreError.STORE_UNAVAILABLE)
                            .what("the store has died")
                            .where("object %s", key)
                            .remedy(""));
        }
    }

    @Override
    public ObjectWriter create(ObjectKey key) {
        demandAlive(key);
        ObjectWriter writer = inner.create(key);
        return new ObjectWriter() {
            @Override
            public void write(byte[] source, int offset, int byteCount) {
                demandAlive(key);
                writer.write(source, offset, byteCount);
            }

            @Override
            public PutResult commit() {
                demandAlive(key);
                PutResult result = writer.commit();
                if (key.text().startsWith(STAGES)) {
                    int _ = stagesLeft.decrementAndGet();
                }
                return result;
            }

            @Override
            public void close() {
                writer.close();
            }
        };
    }

    @Override
    public ObjectInput open(ObjectKey key) {
        return inner.open(key);
    }

    @Override
    public ObjectInput openRange(ObjectKey key, ByteRange range) {
        return inner.openRange(key, range);
    }

    @Override
    public OptionalLong bytes(ObjectKey key) {
        return inner.bytes(key);
    }

    @Override
    public void list(String prefix, Consumer<StoredObject> each) {
        inner.list(prefix, each);
    }

    @Override
    public boolean delete(ObjectKey key) {
        return inner.delete(key);
    }

    @Override
    public String describe() {
        return "dying " + inner.describe();
    }
}
