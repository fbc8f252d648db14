package io.holdfast.backup.archive;

import io.holdfast.core.BinlogPosition;

/// Where an event lies and a checksum over all its bytes: enough to prove that a server still has
/// the event that was archived.
///
/// @param begin where its header begins
/// @param eventBytes header + body + checksum
/// @param crc32c CRC-32C over them
record EventMark(BinlogPosition begin, long eventBytes, long crc32c) {
    BinlogPosition end() {
        return new BinlogPosition(begin.file(), begin.offset() + eventBytes);
    }
}
