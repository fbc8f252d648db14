package io.holdfast.repository.archive;

import io.holdfast.core.BinlogPosition;
import io.holdfast.core.Text;

/// A run of bytes of one binary-log file. May be empty: that says where a file ended.
///
/// @param begin offset of the first byte, at least 4
/// @param end offset behind the last byte
public record PartRange(String file, long begin, long end) {
    /// Checks the order of the ends.
    public PartRange {
        if (begin < BinlogPosition.FIRST_EVENT_OFFSET || end < begin) {
            throw new IllegalArgumentException(
                    Text.format("not a range of a log: %s [%d, %d)", file, begin, end));
        }
    }

    public long byteCount() {
        return end - begin;
    }

    public BinlogPosition beginPosition() {
        return new BinlogPosition(file, begin);
    }

    public BinlogPosition endPosition() {
        return new BinlogPosition(file, end);
    }
}
