package io.holdfast.client;

import io.holdfast.core.BinlogPosition;
import io.holdfast.core.GtidSet;

/// Where a stream of the binary log begins.
public sealed interface DumpStart {
    /// At an event of a file; offset 4 is the file's first. Works with and without GTIDs.
    ///
    /// The old dump command has 32 bits for the offset. Beyond 4 GiB the stream asks with the GTID
    /// command and an empty set, which a server with `gtid_mode=ON` takes; from any other it reads
    /// the file from its beginning and passes over what lies before the offset.
    record At(BinlogPosition position) implements DumpStart {
        public At {
            if (position.offset() < BinlogPosition.FIRST_EVENT_OFFSET) {
                throw new IllegalArgumentException("no event lies before offset 4: " + position);
            }
        }
    }

    /// With the first file that may hold a transaction outside of the set; transactions of the set
    /// are left out. Needs `gtid_mode=ON`. The server refuses (error 1236) if it has purged a
    /// transaction that is not in the set.
    record Without(GtidSet executed) implements DumpStart {}
}
