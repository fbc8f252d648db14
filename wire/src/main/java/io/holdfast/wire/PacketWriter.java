package io.holdfast.wire;

import io.holdfast.core.ByteBuilder;
import io.holdfast.core.ByteSink;

/// Writes payloads, cut into frames, through a small buffer. A payload's size is said first, then
/// its bytes come in as many pieces as it takes, so that one of any size is never held. Nothing is
/// sent before [#flush()] or a full buffer. Confined to one thread.
public final class PacketWriter implements ByteSink {
    private static final int BUFFER_BYTES = 64 << 10;

    private final ByteSink out;
    private final PacketSequence sequence;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private int filled;
    private long payloadLeft;
    private int frameLeft;
    private boolean frameIsFull;

    public PacketWriter(ByteSink out, PacketSequence sequence) {
        this.out = out;
        this.sequence = sequence;
    }

    /// Begins a payload of exactly `payloadBytes`, all of which must follow through [#accept].
    public void begin(long payloadBytes) {
        if (payloadLeft != 0) {
            throw new IllegalStateException(payloadLeft + " bytes of a payload are missing");
        }
        payloadLeft = payloadBytes;
        beginFrame();
    }

    private void beginFrame() {
        int byteCount = (int) Math.min(payloadLeft, PacketFrame.PAYLOAD_BYTES_MAX);
        if (BUFFER_BYTES - filled < PacketFrame.HEADER_BYTES) {
            drain();
        }
        buffer[filled++] = (byte) byteCount;
        buffer[filled++] = (byte) (byteCount >>> 8);
        buffer[filled++] = (byte) (byteCount >>> 16);
        buffer[filled++] = (byte) sequence.take();
        frameLeft = byteCount;
        frameIsFull = byteCount == PacketFrame.PAYLOAD_BYTES_MAX;
    }

    @Override
    public void accept(byte[] bytes, int offset, int byteCount) {
        if (byteCount > payloadLeft) {
            throw new IllegalStateException(
                    byteCount
                            + " bytes do not fit into the "
                            + payloadLeft
                            + " that were announced");
        }
        int from = offset;
        int left = byteCount;
        while (left > 0) {
            int part = Math.min(left, frameLeft);
            put(bytes, from, part);
            from += part;
            left -= part;
            frameLeft -= part;
            payloadLeft -= part;
            if (frameLeft == 0 && frameIsFull) {
                beginFrame(); // which is empty if the payload ends here
            }
        }
    }

    private void put(byte[] bytes, int offset, int byteCount) {
        if (byteCount > BUFFER_BYTES - filled) {
            drain();
        }
        if (byteCount >= BUFFER_BYTES) {
            out.accept(bytes, offset, byteCount);
        } else {
            System.arraycopy(bytes, offset, buffer, filled, byteCount);
            filled += byteCount;
        }
    }

    private void drain() {
        if (filled > 0) {
            int byteCount = filled;
            filled = 0;
            out.accept(buffer, 0, byteCount);
        }
    }

    /// Writes a whole payload.
    public void payload(ByteBuilder payload) {
        begin(payload.byteCount());
        accept(payload.array(), 0, payload.byteCount());
    }

    /// Sends what is buffered.
    public void flush() {
        drain();
    }
}
