package io.holdfast.recovery.replay;

import io.holdfast.client.Rows;
import io.holdfast.client.Session;
import io.holdfast.core.BinlogPosition;
import java.util.Optional;

/// How far a replay without GTIDs came that broke off, be it by a crash.
///
/// Each worker writes down the place behind a transaction in that very transaction; as they commit
/// in the order of the log, the furthest place is the one. What `SHOW REPLICA STATUS` says is not:
/// it is only brought up to date every now and then, and stays behind when a worker fails. Source:
/// MySQL 9.7 `sql/rpl_rli_pdb.cc`, `Slave_worker::commit_positions`; manual, "Relay Log Information
/// Repository".
public final class AppliedPlace {
    private static final String NOTED =
            """
            SELECT Master_log_name, Master_log_pos FROM mysql.slave_worker_info
            UNION ALL
            SELECT Master_log_name, Master_log_pos FROM mysql.slave_relay_log_info\
            """;

    private AppliedPlace() {}

    /// The place; empty if the server has no trace of replication.
    public static Optional<BinlogPosition> of(Session session) {
        Optional<BinlogPosition> furthest = Optional.empty();
        for (Rows.Row row : session.query(NOTED)) {
            String file = row.string(0);
            if (file.isEmpty()) {
                continue; // a worker that had nothing to do yet
            }
            var place = new BinlogPosition(file, row.integer(1));
            if (furthest.isEmpty() || furthest.get().compareTo(place) < 0) {
                furthest = Optional.of(place);
            }
        }
        return furthest;
    }
}
