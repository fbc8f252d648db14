package io.holdfast.store.faulty;

/// One thing that goes wrong at a store. Operations are numbered from 1 in the order they begin;
/// `create`, each `write`, `commit`, `open`, each `read`, `bytes`, `list` and `delete` count.
public sealed interface Fault {

    /// Which operation goes wrong, from 1.
    long operation();

    /// The operation fails and has no effect.
    record FailBefore(long operation) implements Fault {}

    /// The operation takes effect, but its caller is told that it failed: an answer lost on the
    /// network. For a read it is the same as [FailBefore].
    record FailAfter(long operation) implements Fault {}

    /// The operation fails for want of space, and so does every later `write` and `commit`.
    record Full(long operation) implements Fault {}

    /// The store is gone from this operation on: everything fails, as when the process dies.
    record Dead(long operation) implements Fault {}

    /// What the operation reads or writes loses its second half, without a word.
    record Truncate(long operation) implements Fault {}

    /// One bit of what the operation reads or writes is inverted, without a word.
    ///
    /// @param bit index of the bit, taken modulo the number of bits there are
    record FlipBit(long operation, long bit) implements Fault {}

    /// The operation does not go on before [FaultyStore#release()].
    record Stall(long operation) implements Fault {}
}
