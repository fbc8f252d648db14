package io.holdfast.wire;

/// The layout of a frame: what the protocol cuts payloads into.
///
/// | offset | bytes | field        | meaning                                         |
/// |-------:|------:|--------------|-------------------------------------------------|
/// |      0 |     3 | payloadBytes | of this frame, little-endian, at most 2^24 - 1  |
/// |      3 |     1 | sequence     | see [PacketSequence]                            |
/// |      4 |     … | payload      |                                                 |
///
/// A frame of exactly 2^24 - 1 bytes says that the payload goes on in the next frame, which may be
/// empty. Source: MySQL 9.7 manual of the protocol, "MySQL Packets"; `sql-common/net_serv.cc`.
final class PacketFrame {
    static final int HEADER_BYTES = 4;
    static final int PAYLOAD_BYTES_MAX = 0xFF_FFFF;

    private PacketFrame() {}
}
