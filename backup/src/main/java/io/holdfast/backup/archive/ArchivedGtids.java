package io.holdfast.backup.archive;

import io.holdfast.binlog.BinlogEvent;
import io.holdfast.binlog.ChecksumAlgorithm;
import io.holdfast.binlog.EventDecoder;
import io.holdfast.binlog.EventFrame;
import io.holdfast.binlog.EventType;
import io.holdfast.core.BinlogPosition;
import io.holdfast.core.Gtid;
import io.holdfast.core.GtidSet;
import org.jspecify.annotations.Nullable;

/// All whole transactions up to the end of the journal, those before its history included. One that
/// is still on its way does not count: a server that takes over would otherwise be believed to have
/// given it. Confined to one thread.
final class ArchivedGtids {
    private final GtidSet.Builder gtids = new GtidSet.Builder();
    private final EventDecoder decoder;
    private @Nullable OpenTransaction open;

    /// @param before what is archived already; the events noted from now on follow on it
    /// @param open the transaction of which the archive has the beginning
    ArchivedGtids(GtidSet before, @Nullable OpenTransaction open, ChecksumAlgorithm checksum) {
        gtids.addAll(before);
        this.open = open;
        decoder = new EventDecoder(checksum);
    }

    /// A transaction of which the end is not archived yet.
    ///
    /// @param gtid null if it has none
    /// @param begin its first event
    /// @param endOffset where it ends in the same file, as its first event says
    record OpenTransaction(@Nullable Gtid gtid, BinlogPosition begin, long endOffset) {
        @Override
        public String toString() {
            return gtid == null ? "that begins at " + begin : gtid.toString();
        }
    }

    /// Looks at an event on its way to the journal.
    ///
    /// @return when the transaction that it begins was committed, µs since 1970; 0 if it begins
    ///   none
    long note(EventFrame frame, BinlogPosition at) {
        int typeCode = frame.header().typeCode();
        if (typeCode == EventType.FORMAT_DESCRIPTION) {
            // Where a stream begins in the middle of a file, it stands at no place of it.
            var _ = decoder.decode(frame, at.file(), at.offset());
            return 0;
        }
        boolean hasGtids =
                EventType.beginsTransaction(typeCode) || typeCode == EventType.PREVIOUS_GTIDS;
        long micros = hasGtids ? note(decoder.decode(frame, at.file(), at.offset()), at) : 0;
        end(at.file(), at.offset() + frame.header().eventBytes());
        return micros;
    }

    private long note(BinlogEvent event, BinlogPosition at) {
        if (event instanceof BinlogEvent.PreviousGtids previous) {
            gtids.addAll(previous.gtids());
            return 0;
        }
        if (event instanceof BinlogEvent.TransactionStart start) {
            open = new OpenTransaction(start.gtid(), at, at.offset() + start.transactionBytes());
            return start.immediateCommitMicros();
        }
        return 0;
    }

    private void end(String file, long offset) {
        OpenTransaction ending = open;
        if (ending != null && ending.begin.file().equals(file) && offset >= ending.endOffset) {
            if (ending.gtid != null) {
                gtids.add(ending.gtid);
            }
            open = null;
        }
    }

    GtidSet set() {
        return gtids.build();
    }

    @Nullable OpenTransaction open() {
        return open;
    }

    ChecksumAlgorithm checksum() {
        return decoder.checksum();
    }
}
