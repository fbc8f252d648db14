package io.holdfast.backup.archive;

import io.holdfast.core.BinlogPosition;
import io.holdfast.core.GtidSet;
import org.jspecify.annotations.Nullable;

/// Where the archive of a history ends, journal and repository together.
///
/// @param position the next event it does not have
/// @param gtids all whole transactions up to there, those before the history began included
/// @param open the transaction that `position` lies in; null if it lies between two
/// @param last the event before `position`, if it is known
record ArchiveEnd(
        JournalLine line,
        BinlogPosition position,
        GtidSet gtids,
        ArchivedGtids.@Nullable OpenTransaction open,
        @Nullable EventMark last) {

    ArchiveEnd withJournal(JournalEnd end, ArchivedGtids archived) {
        return new ArchiveEnd(
                end.line(), end.position(), archived.set(), archived.open(), end.last());
    }
}
