package io.holdfast.backup.archive;

import io.holdfast.binlog.EventFrame;
import io.holdfast.binlog.EventHeader;
import io.holdfast.core.ByteCursor;
import io.holdfast.core.ByteSink;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.random.RandomGenerator;

/// Events made up for tests: a right header, a random body.
final class Events {
    private Events() {}

    static byte[] event(int eventBytes, RandomGenerator random) {
        byte[] event = new byte[eventBytes];
        random.nextBytes(event);
        ByteBuffer.wrap(event).order(ByteOrder.LITTLE_ENDIAN).putInt(9, eventBytes);
        return event;
    }

    /// A frame whose head is cut at 64 KiB, as frames from a server are.
    static EventFrame frame(byte[] event) {
        return frame(event, event.length);
    }

    /// A frame that breaks off after `byteCount` bytes, as a cut connection does.
    static EventFrame frame(byte[] event, int byteCount) {
        return new EventFrame() {
            @Override
            public EventHeader header() {
                return EventHeader.read(new ByteCursor(event, "test", 0));
            }

            @Override
            public byte[] array() {
                return event;
            }

            @Override
            public int headIndex() {
                return 0;
            }

            @Override
            public int headBytes() {
                return Math.min(event.length, HEAD_BYTES_MIN);
            }

            @Override
            public void transferTo(ByteSink sink) {
                for (int at = 0; at < byteCount; at += 1000) {
                    sink.accept(event, at, Math.min(1000, byteCount - at));
                }
                if (byteCount < event.length) {
                    throw new CutConnection();
                }
            }
        };
    }

    static byte[] bytes(EventFrame frame) {
        var bytes = new ByteArrayOutputStream();
        frame.transferTo(bytes::write);
        return bytes.toByteArray();
    }

    static final class CutConnection extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }
}
