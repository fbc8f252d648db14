package io.holdfast.client;

import io.holdfast.core.ByteSink;
import io.holdfast.wire.PacketWriter;

/// Sends the content of a [LocalFile] in packets, and the empty packet that ends it.
///
/// Source: MySQL 9.7 protocol manual, "LOCAL INFILE Request".
final class LocalFileSender implements ByteSink {
    private static final int PACKET_BYTES = 256 << 10;

    private final PacketWriter writer;
    private final byte[] packet = new byte[PACKET_BYTES];
    private int filled;

    LocalFileSender(PacketWriter writer) {
        this.writer = writer;
    }

    void send(LocalFile file) {
        file.writeTo(this);
        sendPacket();
        writer.begin(0);
        writer.flush();
    }

    @Override
    public void accept(byte[] bytes, int offset, int byteCount) {
        int from = offset;
        int left = byteCount;
        while (left > 0) {
            int part = Math.min(left, PACKET_BYTES - filled);
            System.arraycopy(bytes, from, packet, filled, part);
            filled += part;
            from += part;
            left -= part;
            if (filled == PACKET_BYTES) {
                sendPacket();
            }
        }
    }

    private void sendPacket() {
        if (filled > 0) {
            writer.begin(filled);
            writer.accept(packet, 0, filled);
            filled = 0;
        }
    }
}
