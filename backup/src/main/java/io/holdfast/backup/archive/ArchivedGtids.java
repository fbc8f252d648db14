package io.holdfast.backup.archive;

import io.holdfast.binlog.BinlogEvent;
import io.holdfast.binlog.ChecksumAlgorithm;
import io.holdfast.binlog.EventDecoder;
import io.holdfast.binlog.EventFrame;
import io.holdfast.binlog.EventType;
import io.holdfast.core.BinlogPosition;
import io.holdfast.core.Gtid;
import io.holdfast.core.GtidSet;

/// All transactions up to the end of the journal, those before its history included. Confined to
/// one thread.
final class ArchivedGtids {
    private final GtidSet.Builder gtids = new GtidSet.Builder();
    private final EventDecoder decoder;

    /// @param before what is archived already; the events noted from now on follow on it
    ArchivedGtids(GtidSet before, ChecksumAlgorithm checksum) {
        gtids.addAll(before);
        decoder = new EventDecoder(checksum);
    }

    /// Looks at an event on its way to the journal.
    ///
    /// @return when the transaction that it begins was committed, µs since 1970; 0 if it begins
    ///   none
    long note(EventFrame frame, BinlogPosition at) {
        return switch (frame.header().typeCode()) {
            case EventType.FORMAT_DESCRIPTION -> {
                var _ = decoder.decode(frame, at.file(), at.offset());
                yield 0;
            }
            case EventType.PREVIOUS_GTIDS,
                    EventType.GTID,
                    EventType.ANONYMOUS_GTID,
                    EventType.GTID_TAGGED ->
                    note(decoder.decode(frame, at.file(), at.offset()));
            default -> 0;
        };
    }

    private long note(BinlogEvent event) {
        if (event instanceof BinlogEvent.PreviousGtids previous) {
            gtids.addAll(previous.gtids());
            return 0;
        }
        if (event instanceof BinlogEvent.TransactionStart start) {
            Gtid gtid = start.gtid();
            if (gtid != null) {
                gtids.add(gtid);
            }
            return start.immediateCommitMicros();
        }
        return 0;
    }

    GtidSet set() {
        return gtids.build();
    }

    ChecksumAlgorithm checksum() {
        return decoder.checksum();
    }
}
