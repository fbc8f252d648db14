package io.holdfast.store;

import java.io.OutputStream;

/// Takes the bytes of one new object. Nothing can be seen of it before [#commit()] returns
/// [PutResult#CREATED], and closing without commit leaves nothing behind. Confined to one thread at
/// a time.
///
/// No method throws `IOException`: failures are `UnavailableException`s that name the object.
public abstract class ObjectWriter extends OutputStream {

    @Override
    public void write(int singleByte) {
        write(new byte[] {(byte) singleByte}, 0, 1);
    }

    @Override
    public void write(byte[] bytes) {
        write(bytes, 0, bytes.length);
    }

    /// Adds bytes to the object; the array is the caller's again when this returns.
    ///
    /// @throws io.holdfast.core.UnavailableException if the store is full or unreachable; the
    ///   writer can only be closed then
    @Override
    public abstract void write(byte[] bytes, int offset, int byteCount);

    /// Does nothing: only [#commit()] makes bytes durable.
    @Override
    public void flush() {}

    /// Makes the object durable and visible, unless one of its name is there already.
    ///
    /// @throws io.holdfast.core.UnavailableException if it is not certain that the object was
    ///   stored; it may or may not be there
    public abstract PutResult commit();

    /// Drops everything unless [#commit()] was called. Never throws for I/O reasons.
    @Override
    public abstract void close();
}
