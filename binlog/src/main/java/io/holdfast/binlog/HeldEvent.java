package io.holdfast.binlog;

import io.holdfast.core.ByteCursor;
import io.holdfast.core.ByteSink;

/// An event that is whole in an array of its own: one that we made up ourselves.
final class HeldEvent implements EventFrame {
    private final byte[] event;
    private final EventHeader header;

    HeldEvent(byte[] event) {
        this.event = event;
        this.header = EventHeader.read(new ByteCursor(event, "made-up event", 0));
        if (header.eventBytes() != event.length) {
            throw new IllegalArgumentException("the array is not exactly one event");
        }
    }

    @Override
    public EventHeader header() {
        return header;
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
        return event.length;
    }

    @Override
    public void transferTo(ByteSink sink) {
        sink.accept(event, 0, event.length);
    }
}
