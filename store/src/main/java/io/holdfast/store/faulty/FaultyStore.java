package io.holdfast.store.faulty;

import io.holdfast.core.CoreError;
import io.holdfast.core.InterruptedWorkException;
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
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Supplier;

/// A store in front of another one that does what a [FaultPlan] says. Thread-safe if the other is.
public final class FaultyStore implements ObjectStore {
    private final ObjectStore inner;
    private final FaultPlan plan;
    private final AtomicLong operations = new AtomicLong();
    private final CountDownLatch released = new CountDownLatch(1);

    public FaultyStore(ObjectStore inner, FaultPlan plan) {
        this.inner = inner;
        this.plan = plan;
    }

    /// How many operations have begun.
    public long operations() {
        return operations.get();
    }

    /// Lets stalled operations go on.
    public void release() {
        released.countDown();
    }

    private <T> T act(String what, boolean needsSpace, Supplier<T> operation) {
        Optional<Fault> fault = begin(what, needsSpace);
        T result = operation.get();
        if (fault.isPresent() && fault.get() instanceof Fault.FailAfter) {
            throw failed(what);
        }
        return result;
    }

    /// Counts an operation, fails or stalls it if so planned, and gives the fault that is left to
    /// be acted on.
    private Optional<Fault> begin(String what, boolean needsSpace) {
        Optional<Fault> fault = plan.at(operations.incrementAndGet(), needsSpace);
        if (fault.isPresent()) {
            switch (fault.get()) {
                case Fault.FailBefore _, Fault.Dead _ -> throw failed(what);
                case Fault.Full _ -> throw full(what);
                case Fault.Stall _ -> awaitRelease();
                case Fault.FailAfter _, Fault.Truncate _, Fault.FlipBit _ -> {}
            }
        }
        return fault;
    }

    private void awaitRelease() {
        try {
            released.await();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new InterruptedWorkException(
                    Problem.of(CoreError.INTERRUPTED)
                            .what("stopped while the store stalled")
                            .remedy(""));
        }
    }

    private static UnavailableException failed(String what) {
        return new UnavailableException(
                Problem.of(StoreError.STORE_UNAVAILABLE)
                        .what("planned failure of %s", what)
                        .where("faulty store")
                        .remedy("Change the fault plan."));
    }

    private static UnavailableException full(String what) {
        return new UnavailableException(
                Problem.of(StoreError.STORE_FULL)
                        .what("planned want of space at %s", what)
                        .where("faulty store")
                        .remedy("Change the fault plan."));
    }

    @Override
    public ObjectWriter create(ObjectKey key) {
        return act("create", true, () -> new FaultyWriter(inner.create(key)));
    }

    @Override
    public ObjectInput open(ObjectKey key) {
        return act("open", false, () -> new FaultyInput(inner.open(key)));
    }

    @Override
    public ObjectInput openRange(ObjectKey key, ByteRange range) {
        return act("openRange", false, () -> new FaultyInput(inner.openRange(key, range)));
    }

    @Override
    public OptionalLong bytes(ObjectKey key) {
        return act("bytes", false, () -> inner.bytes(key));
    }

    @Override
    public void list(String prefix, Consumer<StoredObject> each) {
        boolean _ =
                act(
                        "list",
                        false,
                        () -> {
                            inner.list(prefix, each);
                            return true;
                        });
    }

    @Override
    public boolean delete(ObjectKey key) {
        return act("delete", false, () -> inner.delete(key));
    }

    @Override
    public String describe() {
        return "faulty " + inner.describe();
    }

    private static void flip(byte[] bytes, int offset, int byteCount, long bit) {
        long index = Math.floorMod(bit, 8L * byteCount);
        bytes[offset + (int) (index / 8)] ^= (byte) (1 << (index % 8));
    }

    private final class FaultyWriter extends ObjectWriter {
        private final ObjectWriter writer;

        FaultyWriter(ObjectWriter writer) {
            this.writer = writer;
        }

        @Override
        public void write(byte[] bytes, int offset, int byteCount) {
            Optional<Fault> fault = begin("write", true);
            int count = byteCount;
            byte[] written = Arrays.copyOfRange(bytes, offset, offset + byteCount);
            if (fault.isPresent() && fault.get() instanceof Fault.Truncate) {
                count /= 2;
            }
            if (count > 0
                    && fault.isPresent()
                    && fault.get() instanceof Fault.FlipBit(_, long bit)) {
                flip(written, 0, count, bit);
            }
            writer.write(written, 0, count);
            if (fault.isPresent() && fault.get() instanceof Fault.FailAfter) {
                throw failed("write");
            }
        }

        @Override
        public PutResult commit() {
            return act("commit", true, writer::commit);
        }

        @Override
        public void close() {
            writer.close();
        }
    }

    private final class FaultyInput extends ObjectInput {
        private final ObjectInput in;
        private boolean ended;

        FaultyInput(ObjectInput in) {
            super(in.key());
            this.in = in;
        }

        @Override
        public int read(byte[] bytes, int offset, int byteCountMax) {
            Optional<Fault> fault = begin("read", false);
            if (ended) {
                return -1;
            }
            int read = in.read(bytes, offset, byteCountMax);
            if (read > 0 && fault.isPresent()) {
                switch (fault.get()) {
                    case Fault.Truncate _ -> {
                        ended = true;
                        return read / 2 == 0 ? -1 : read / 2;
                    }
                    case Fault.FlipBit(_, long bit) -> flip(bytes, offset, read, bit);
                    case Fault.FailAfter _ -> throw failed("read");
                    case Fault.FailBefore _, Fault.Full _, Fault.Dead _, Fault.Stall _ -> {}
                }
            }
            return read;
        }

        @Override
        public void close() {
            in.close();
        }
    }
}
