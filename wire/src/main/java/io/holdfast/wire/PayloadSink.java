package io.holdfast.wire;

/// Takes one payload after another, each in one or more pieces, in order.
@FunctionalInterface
public interface PayloadSink {
    /// Takes the next piece. What lies in the array belongs to the giver again when the call
    /// returns.
    ///
    /// @param byteCount 0 only for a payload's last piece
    /// @param endsPayload whether this was the payload's last piece
    void piece(byte[] bytes, int offset, int byteCount, boolean endsPayload);
}
