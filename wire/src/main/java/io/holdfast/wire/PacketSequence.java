package io.holdfast.wire;

/// The running number of frames that the two directions of a connection share: each frame, read or
/// written, takes the next one, modulo 256; every command starts again at 0. Confined to one
/// thread.
///
/// Source: MySQL 9.7 `sql-common/net_serv.cc`, `NET::pkt_nr`.
public final class PacketSequence {
    private int next;

    public void restart() {
        next = 0;
    }

    int next() {
        return next;
    }

    int take() {
        int taken = next;
        next = (next + 1) & 0xFF;
        return taken;
    }

    void continueAfter(int number) {
        next = (number + 1) & 0xFF;
    }
}
