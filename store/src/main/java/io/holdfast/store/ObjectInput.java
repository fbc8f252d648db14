package io.holdfast.store;

import io.holdfast.core.CorruptDataException;
import io.holdfast.core.Problem;
import java.io.InputStream;

/// Reads an object, or a range of one, from its beginning. Failures are `UnavailableException`s,
/// never `IOException`. Confined to one thread at a time.
public abstract class ObjectInput extends InputStream {
    private final ObjectKey key;

    protected ObjectInput(ObjectKey key) {
        this.key = key;
    }

    /// The object that is read.
    public final ObjectKey key() {
        return key;
    }

    @Override
    public int read() {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] bytes) {
        return read(bytes, 0, bytes.length);
    }

    /// Reads at least one byte unless the end is reached or `byteCountMax` is 0.
    @Override
    public abstract int read(byte[] bytes, int offset, int byteCountMax);

    /// Reads until the array's run is full or the input ends, and says how many bytes came.
    public final int fill(byte[] bytes, int offset, int byteCount) {
        int done = 0;
        while (done < byteCount) {
            int read = read(bytes, offset + done, byteCount - done);
            if (read < 0) {
                return done;
            }
            done += read;
        }
        return done;
    }

    /// Reads exactly `byteCount` bytes.
    ///
    /// @throws CorruptDataException if the input ends before
    public final void need(byte[] bytes, int offset, int byteCount) {
        int filled = fill(bytes, offset, byteCount);
        if (filled < byteCount) {
            throw truncated(key, byteCount, filled);
        }
    }

    /// The problem of an object that ends too soon.
    public static CorruptDataException truncated(
            ObjectKey key, long neededBytes, long presentBytes) {
        return new CorruptDataException(
                Problem.of(StoreError.OBJECT_TRUNCATED)
                        .what(
                                "object ends after %d of %d bytes that were asked for",
                                presentBytes, neededBytes)
                        .where("object %s", key)
                        .remedy("Run 'holdfast verify' to see what else is damaged."));
    }

    @Override
    public abstract void close();
}
