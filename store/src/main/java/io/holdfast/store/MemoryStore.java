package io.holdfast.store;

import io.holdfast.core.CorruptDataException;
import io.holdfast.core.Problem;
import java.io.ByteArrayOutputStream;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Consumer;

/// A store in the heap, for tests and for the simulator. Thread-safe.
public final class MemoryStore implements ObjectStore {
    private static final class Held {
        final byte[] bytes;
        final Instant stored;

        Held(byte[] bytes, Instant stored) {
            this.bytes = bytes;
            this.stored = stored;
        }
    }

    private final ConcurrentNavigableMap<String, Held> objects = new ConcurrentSkipListMap<>();
    private final InstantSource clock;

    public MemoryStore() {
        this(InstantSource.system());
    }

    public MemoryStore(InstantSource clock) {
        this.clock = clock;
    }

    @Override
    public ObjectWriter create(ObjectKey key) {
        return new Writer(key);
    }

    @Override
    public ObjectInput open(ObjectKey key) {
        byte[] bytes = held(key).bytes;
        return new ArrayInput(key, bytes, 0, bytes.length);
    }

    @Override
    public ObjectInput openRange(ObjectKey key, ByteRange range) {
        byte[] bytes = held(key).bytes;
        if (range.end() > bytes.length) {
            throw ObjectInput.truncated(key, range.end(), bytes.length);
        }
        return new ArrayInput(key, bytes, (int) range.begin(), (int) range.end());
    }

    private Held held(ObjectKey key) {
        Held held = objects.get(key.text());
        if (held == null) {
            throw missing(key, describe());
        }
        return held;
    }

    /// The problem of an object that is not there.
    static CorruptDataException missing(ObjectKey key, String store) {
        return new CorruptDataException(
                Problem.of(StoreError.OBJECT_MISSING)
                        .what("there is no such object")
                        .where("object %s in %s", key, store)
                        .remedy("Run 'holdfast verify' to see what else is missing."));
    }

    @Override
    public OptionalLong bytes(ObjectKey key) {
        Held held = objects.get(key.text());
        return held == null ? OptionalLong.empty() : OptionalLong.of(held.bytes.length);
    }

    @Override
    public void list(String prefix, Consumer<StoredObject> each) {
        for (Map.Entry<String, Held> entry :
                List.copyOf(objects.tailMap(prefix, true).entrySet())) {
            if (!entry.getKey().startsWith(prefix)) {
                return;
            }
            Held held = entry.getValue();
            each.accept(
                    new StoredObject(ObjectKey.of(entry.getKey()), held.bytes.length, held.stored));
        }
    }

    @Override
    public boolean delete(ObjectKey key) {
        return objects.remove(key.text()) != null;
    }

    @Override
    public String describe() {
        return "memory";
    }

    private final class Writer extends ObjectWriter {
        private final ObjectKey key;
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private boolean ended;

        Writer(ObjectKey key) {
            this.key = key;
        }

        @Override
        public void write(byte[] source, int offset, int byteCount) {
            if (ended) {
                throw new IllegalStateException("writer of " + key + " is closed");
            }
            bytes.write(source, offset, byteCount);
        }

        @Override
        public PutResult commit() {
            if (ended) {
                throw new IllegalStateException("writer of " + key + " is closed");
            }
            ended = true;
            Held held = new Held(bytes.toByteArray(), clock.instant());
            return objects.putIfAbsent(key.text(), held) == null
                    ? PutResult.CREATED
                    : PutResult.EXISTS;
        }

        @Override
        public void close() {
            ended = true;
        }
    }

    private static final class ArrayInput extends ObjectInput {
        private final byte[] bytes;
        private final int end;
        private int at;

        ArrayInput(ObjectKey key, byte[] bytes, int begin, int end) {
            super(key);
            this.bytes = bytes;
            this.at = begin;
            this.end = end;
        }

        @Override
        public int read(byte[] target, int offset, int byteCountMax) {
            if (byteCountMax == 0) {
                return 0;
            }
            int count = Math.min(byteCountMax, end - at);
            if (count <= 0) {
                return -1;
            }
            System.arraycopy(bytes, at, target, offset, count);
            at += count;
            return count;
        }

        @Override
        public void close() {}
    }
}
