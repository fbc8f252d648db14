package io.holdfast.servertests.archive;

import io.holdfast.store.ByteRange;
import io.holdfast.store.ObjectInput;
import io.holdfast.store.ObjectKey;
import io.holdfast.store.ObjectStore;
import io.holdfast.store.ObjectWriter;
import io.holdfast.store.StoredObject;
import java.util.OptionalLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/// A store that takes no object of one kind while its gate is shut: whoever begins one waits, as at
/// a repository whose network hangs.
public final class GatedStore implements ObjectStore {
    private final ObjectStore inner;
    private final String gated;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private boolean isShut;

    /// @param gated what the keys of such objects have in them
    public GatedStore(ObjectStore inner, String gated) {
        this.inner = inner;
        this.gated = gated;
    }

    public void shut() {
        set(true);
    }

    public void open() {
        set(false);
    }

    private void set(boolean shut) {
        lock.lock();
        try {
            isShut = shut;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void pass() {
        lock.lock();
        try {
            while (isShut) {
                changed.awaitUninterruptibly();
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public ObjectWriter create(ObjectKey key) {
        if (key.text().contains(gated)) {
            pass();
        }
        return inner.create(key);
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
        return "gated " + inner.describe();
    }
}
