package io.holdfast.wire;

import io.holdfast.core.ByteBuilder;
import io.holdfast.core.ByteCursor;
import io.holdfast.core.CorruptDataException;
import io.holdfast.core.Problem;
import io.holdfast.core.UnavailableException;
import java.util.Arrays;

/// Reads payloads, each joined from one or more frames, through one buffer. A payload of any size
/// passes through in pieces; only what [#held] is asked for is kept whole.
///
/// Invariants: between `open` and the next `open` the buffer's bytes `[at, at + frameLeft)` that
/// are there belong to the opened payload; after `open` at least the smaller of [#HEAD_BYTES_MIN]
/// and the payload's size lies in one piece at [#index()]. Confined to one thread.
public final class PacketReader {
    /// How much of every payload lies in memory in one piece after [#open()], or the whole payload
    /// if it is shorter.
    public static final int HEAD_BYTES_MIN = (64 << 10) + 16;

    private static final int BUFFER_BYTES = 256 << 10;

    private final ByteInput in;
    private final PacketSequence sequence;
    private final String source;
    private byte[] buffer = new byte[BUFFER_BYTES];
    private int at;
    private int filled;
    private int frameLeft;
    private boolean continues;

    /// @param source names the other side for error messages
    public PacketReader(ByteInput in, PacketSequence sequence, String source) {
        this.in = in;
        this.sequence = sequence;
        this.source = source;
    }

    /// Waits for the next payload; what is left of the present one is passed over.
    ///
    /// @throws UnavailableException if the other side is gone
    /// @throws CorruptDataException if the frame's sequence number is not the next one
    public void open() {
        pass();
        openFrame();
    }

    private void openFrame() {
        fill(PacketFrame.HEADER_BYTES);
        int byteCount =
                (buffer[at] & 0xFF) | (buffer[at + 1] & 0xFF) << 8 | (buffer[at + 2] & 0xFF) << 16;
        int number = buffer[at + 3] & 0xFF;
        at += PacketFrame.HEADER_BYTES;
        frameLeft = byteCount;
        continues = byteCount == PacketFrame.PAYLOAD_BYTES_MAX;
        if (number != sequence.next() && !isUnaskedError(byteCount)) {
            throw new CorruptDataException(
                    Problem.of(WireError.PACKET_OUT_OF_ORDER)
                            .what("packet number is %d, expected %d", number, sequence.next())
                            .where("%s", source)
                            .remedy(
                                    "Check that this port speaks the MySQL protocol and that no proxy stands between."));
        }
        sequence.continueAfter(number);
        fill(Math.min(byteCount, HEAD_BYTES_MIN));
    }

    /// Whether the frame is an error that the server sends unasked when it ends an idle session or
    /// shuts down; its number need not fit.
    private boolean isUnaskedError(int byteCount) {
        if (byteCount < 3 || byteCount > 4096) {
            return false;
        }
        fill(1);
        return (buffer[at] & 0xFF) == ErrPacket.MARK;
    }

    /// Makes sure that `byteCount` bytes lie in one piece at `at`.
    private void fill(int byteCount) {
        if (filled - at >= byteCount) {
            return;
        }
        if (at == filled) {
            at = 0;
            filled = 0;
        } else if (buffer.length - at < Math.max(byteCount, HEAD_BYTES_MIN)) {
            System.arraycopy(buffer, at, buffer, 0, filled - at);
            filled -= at;
            at = 0;
        }
        if (byteCount > buffer.length) {
            buffer = Arrays.copyOf(buffer, byteCount);
        }
        while (filled - at < byteCount) {
            int got = in.read(buffer, filled, buffer.length - filled);
            if (got < 0) {
                throw new UnavailableException(
                        Problem.of(WireError.CONNECTION_ENDED)
                                .what("the connection was closed while an answer was awaited")
                                .where("%s", source)
                                .remedy("Check that the server runs, and its error log."));
            }
            filled += got;
        }
    }

    /// The payload's first byte, or -1 if it is empty.
    public int first() {
        return frameLeft == 0 ? -1 : buffer[at] & 0xFF;
    }

    /// Whether the payload has a single frame, as every packet has that ends or interrupts a
    /// result.
    public boolean isSingleFrame() {
        return !continues;
    }

    /// The array whose bytes from [#index()] on are the payload's beginning; see [#headBytes()].
    @SuppressWarnings("EI_EXPOSE_REP")
    public byte[] array() {
        return buffer;
    }

    public int index() {
        return at;
    }

    /// How many bytes of the payload's present frame are left; the whole rest if the payload
    /// [#isSingleFrame()].
    public int payloadFrameLeft() {
        return frameLeft;
    }

    /// How many of the payload's next bytes lie in memory.
    public int headBytes() {
        return Math.min(frameLeft, filled - at);
    }

    /// Makes sure that more of the opened payload lies in memory in one piece: `byteCount` bytes,
    /// or its whole first frame if that is shorter. The buffer grows if it must, and stays so.
    public void extendHead(int byteCount) {
        fill(Math.min(frameLeft, byteCount));
    }

    /// How many bytes were read from the other side that no packet has taken yet.
    public int bufferedBytes() {
        return filled - at;
    }

    /// Takes the next `byteCount` bytes, which must lie in the head, off the payload.
    public void skip(int byteCount) {
        if (byteCount > headBytes()) {
            throw new IllegalArgumentException(byteCount + " bytes are not in the head");
        }
        at += byteCount;
        frameLeft -= byteCount;
    }

    /// The whole rest of the payload in memory, valid until the next `open`.
    ///
    /// @param kind names the packet for the error message
    /// @throws CorruptDataException if it is larger than `byteCountMax`
    public ByteCursor held(int byteCountMax, String kind) {
        if (frameLeft > byteCountMax) {
            throw tooLarge(frameLeft, byteCountMax, kind);
        }
        if (frameLeft <= filled - at && !continues) {
            var cursor = new ByteCursor(buffer, at, at + frameLeft, source, 0);
            at += frameLeft;
            frameLeft = 0;
            return cursor;
        }
        var joined = new ByteBuilder(frameLeft);
        transferTo((bytes, offset, byteCount, _) -> {
            if (byteCount > byteCountMax - joined.byteCount()) {
                throw tooLarge((long) joined.byteCount() + byteCount, byteCountMax, kind);
            }
            joined.accept(bytes, offset, byteCount);
        });
        return new ByteCursor(joined.array(), 0, joined.byteCount(), source, 0);
    }

    private CorruptDataException tooLarge(long byteCount, int byteCountMax, String kind) {
        return new CorruptDataException(
                Problem.of(WireError.PACKET_TOO_LARGE)
                        .what(
                                "%s has at least %d bytes, at most %d are expected",
                                kind, byteCount, byteCountMax)
                        .where("%s", source)
                        .remedy("Check that this port speaks the MySQL protocol."));
    }

    /// Gives the rest of the payload to the sink, frames joined. An empty payload is one empty
    /// piece.
    public void transferTo(PayloadSink sink) {
        while (true) {
            int byteCount = Math.min(frameLeft, filled - at);
            int from = at;
            at += byteCount;
            frameLeft -= byteCount;
            boolean ends = frameLeft == 0 && !continues;
            if (byteCount > 0 || ends) {
                sink.piece(buffer, from, byteCount, ends);
            }
            if (ends) {
                return;
            }
            if (frameLeft == 0) {
                openFrame();
            } else {
                fill(Math.min(frameLeft, HEAD_BYTES_MIN));
            }
        }
    }

    /// Passes over the rest of the payload.
    public void pass() {
        if (frameLeft > 0 || continues) {
            transferTo((_, _, _, _) -> {});
        }
    }
}
