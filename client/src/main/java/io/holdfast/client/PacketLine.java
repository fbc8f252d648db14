package io.holdfast.client;

import io.holdfast.core.ByteBuilder;
import io.holdfast.core.ByteCursor;
import io.holdfast.wire.Command;
import io.holdfast.wire.ErrPacket;
import io.holdfast.wire.PacketReader;
import io.holdfast.wire.PacketSequence;
import io.holdfast.wire.PacketWriter;

/// A connection as packets: what is sent, what comes back. Confined to the session's thread, but
/// for the transport's abort.
final class PacketLine {
    /// The most that a packet may have which is neither row nor event.
    static final int SMALL_BYTES_MAX = 1 << 20;

    final Transport transport;
    final PacketReader reader;
    final PacketWriter writer;
    final String server;
    private final PacketSequence sequence = new PacketSequence();
    private final ByteBuilder scratch = new ByteBuilder();

    PacketLine(Transport transport, String server) {
        this.transport = transport;
        this.server = server;
        this.reader = new PacketReader(transport, sequence, "server " + server);
        this.writer = new PacketWriter(transport, sequence);
    }

    /// Sends a command as the beginning of a new exchange.
    void send(Command command) {
        sequence.restart();
        scratch.clear();
        command.write(scratch);
        sendPayload(scratch);
    }

    /// Begins a new exchange whose payload the caller writes.
    void restartSequence() {
        sequence.restart();
    }

    /// Sends a payload as the next packet of the present exchange.
    void sendPayload(ByteBuilder payload) {
        writer.payload(payload);
        writer.flush();
    }

    /// Waits for the next packet and holds it.
    ByteCursor receive(String kind) {
        reader.open();
        return reader.held(SMALL_BYTES_MAX, kind);
    }

    /// Whether the opened packet is an error.
    boolean isError() {
        return reader.first() == ErrPacket.MARK;
    }

    ErrPacket readError() {
        return ErrPacket.read(reader.held(ErrPacket.BYTES_MAX, "error packet"));
    }
}
