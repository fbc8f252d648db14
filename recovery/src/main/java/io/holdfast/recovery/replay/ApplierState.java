package io.holdfast.recovery.replay;

import io.holdfast.client.Rows;
import io.holdfast.client.Session;
import io.holdfast.core.BinlogPosition;
import io.holdfast.core.GtidSet;
import java.util.Optional;

/// What a server's replication threads say of themselves at one moment.
///
/// @param executed `gtid_executed`
/// @param position how far the applier is in the source's log; empty before it began
/// @param isReceiving whether the receiver thread runs
/// @param isApplying whether the applier runs
/// @param failure the first error of applier, coordinator or receiver
record ApplierState(
        GtidSet executed,
        Optional<BinlogPosition> position,
        boolean isReceiving,
        boolean isApplying,
        Optional<Failure> failure) {

    /// @param transaction the GTID, or `ANONYMOUS`; empty if the failure is no transaction's
    /// @param message the server's own words
    record Failure(String thread, String transaction, int number, String message) {}

    static ApplierState read(Session session) {
        GtidSet executed =
                GtidSet.parse(
                        session.query("SELECT @@GLOBAL.gtid_executed AS g").only().string("g"));
        Rows status = session.query("SHOW REPLICA STATUS");
        if (status.isEmpty()) {
            return new ApplierState(executed, Optional.empty(), false, false, Optional.empty());
        }
        Rows.Row row = status.only();
        String file = row.string("Relay_Source_Log_File");
        Optional<BinlogPosition> position =
                file.isEmpty()
                        ? Optional.empty()
                        : Optional.of(new BinlogPosition(file, row.integer("Exec_Source_Log_Pos")));
        return new ApplierState(
                executed,
                position,
                !row.string("Replica_IO_Running").equals("No"),
                row.string("Replica_SQL_Running").equals("Yes"),
                failure(session));
    }

    /// A worker's own error comes first: the coordinator only says that one failed.
    private static Optional<Failure> failure(Session session) {
        Rows failures =
                session.query(
                        """
                        SELECT 'applier' AS thread, APPLYING_TRANSACTION AS gtid, LAST_ERROR_NUMBER AS number,
                          LAST_ERROR_MESSAGE AS message, 1 AS rank_
                        FROM performance_schema.replication_applier_status_by_worker WHERE LAST_ERROR_NUMBER <> 0
                        UNION ALL
                        SELECT 'coordinator', '', LAST_ERROR_NUMBER, LAST_ERROR_MESSAGE, 2
                        FROM performance_schema.replication_applier_status_by_coordinator
                        WHERE LAST_ERROR_NUMBER <> 0
                        UNION ALL
                        SELECT 'receiver', '', LAST_ERROR_NUMBER, LAST_ERROR_MESSAGE, 3
                        FROM performance_schema.replication_connection_status WHERE LAST_ERROR_NUMBER <> 0
                        ORDER BY rank_ LIMIT 1\
                        """);
        if (failures.isEmpty()) {
            return Optional.empty();
        }
        Rows.Row first = failures.only();
        return Optional.of(
                new Failure(
                        first.string("thread"),
                        first.isNull("gtid") ? "" : first.string("gtid"),
                        (int) first.integer("number"),
                        first.string("message")));
    }
}
