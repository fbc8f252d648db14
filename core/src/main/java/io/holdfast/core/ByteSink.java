package io.holdfast.core;

/// Takes bytes piece by piece, in order. What lies in the array belongs to the giver again when the
/// call returns.
@FunctionalInterface
public interface ByteSink {
    void accept(byte[] bytes, int offset, int byteCount);
}
