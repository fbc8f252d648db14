package io.holdfast.backup.physical;

import io.holdfast.client.Rows;
import io.holdfast.client.Session;
import io.holdfast.core.BinlogPosition;
import io.holdfast.core.GtidSet;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/// One moment of a server, in the terms of all its logs at once: what
/// `performance_schema.log_status` says while it stops binary log, GTIDs and redo together.
///
/// @param gtids exactly these transactions are in the state at `lsn`
/// @param position where the next transaction begins; null if the server writes no binary log
/// @param lsn end of the redo log
/// @param checkpointLsn recovery can begin here
/// @param at by this machine's clock
record LogMoment(
        GtidSet gtids,
        @Nullable BinlogPosition position,
        long lsn,
        long checkpointLsn,
        Instant at) {

    static LogMoment read(Session session) {
        Rows.Row row =
                session.query(
                                "SELECT LOCAL->>'$.gtid_executed', LOCAL->>'$.binary_log_file',"
                                        + " LOCAL->>'$.binary_log_position',"
                                        + " STORAGE_ENGINES->>'$.InnoDB.LSN',"
                                        + " STORAGE_ENGINES->>'$.InnoDB.LSN_checkpoint' FROM"
                                        + " performance_schema.log_status")
                        .only();
        String gtids = row.stringOrNull(0);
        String file = row.stringOrNull(1);
        return new LogMoment(
                // Several sources stand on lines of their own.
                gtids == null ? GtidSet.EMPTY : GtidSet.parse(gtids.replace("\n", "")),
                file == null || file.isEmpty() ? null : new BinlogPosition(file, row.integer(2)),
                row.integer(3),
                row.integer(4),
                Instant.now().truncatedTo(ChronoUnit.MICROS));
    }
}
