package io.holdfast.binlog;

import io.holdfast.binlog.BinlogEvent.TransactionStart;
import io.holdfast.core.BinlogPosition;
import io.holdfast.core.Gtid;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A transaction of the binary log in summary.
///
/// @param start its GTID, commit times and clock; of a log older than anonymous GTIDs one made up
///   of zeros
/// @param begin where its first event begins
/// @param byteCount up to the end of its last event; if it is not complete, of what is there
/// @param tables sorted by name
/// @param areAllNamed false if it touched more tables than [#TABLES_MAX] or had more statements
///   than [#STATEMENTS_MAX]; those beyond are left out
/// @param threadId the connection that ran it, as in `PROCESSLIST`; 0 if not said
/// @param isComplete false if the log ends or another transaction begins before its end, as after a
///   crash of the server
public record Transaction(
        TransactionStart start,
        BinlogPosition begin,
        long byteCount,
        TransactionKind kind,
        List<TableChange> tables,
        List<LoggedStatement> statements,
        boolean areAllNamed,
        long threadId,
        boolean isComplete) {

    public static final int TABLES_MAX = 10_000;
    public static final int STATEMENTS_MAX = 64;

    /// Null for an anonymous transaction.
    public @Nullable Gtid gtid() {
        return start.gtid();
    }

    /// The offset behind its last event.
    public long endOffset() {
        return begin.offset() + byteCount;
    }

    public long serverId() {
        return start.header().serverId();
    }
}
