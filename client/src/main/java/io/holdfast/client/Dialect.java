package io.holdfast.client;

import io.holdfast.core.BinlogPosition;
import io.holdfast.core.GtidSet;
import io.holdfast.core.SqlErrorException;
import io.holdfast.core.UnavailableException;
import java.util.List;
import java.util.Optional;

/// The statements whose names differ between server versions, in one place. The present name is
/// tried first; a server that answers with a syntax error gets the old one, and is remembered. No
/// version is ever compared.
///
/// Confined to the session's thread.
public final class Dialect {
    private static final int SYNTAX_ERROR = 1064;
    private static final int NO_BINARY_LOGGING = 1381;

    private final Session session;
    private boolean speaksOldNames;

    public Dialect(Session session) {
        this.session = session;
    }

    /// Where the binary log ends; empty if the server writes none. Needs REPLICATION CLIENT.
    public Optional<LogStatus> logStatus() {
        Rows rows = query("SHOW BINARY LOG STATUS", "SHOW MASTER STATUS");
        if (rows.isEmpty()) {
            return Optional.empty();
        }
        Rows.Row row = rows.only();
        return Optional.of(
                new LogStatus(
                        new BinlogPosition(row.string("File"), row.integer("Position")),
                        rows.has("Executed_Gtid_Set")
                                ? GtidSet.parse(row.string("Executed_Gtid_Set"))
                                : GtidSet.EMPTY));
    }

    /// The files of the binary log, oldest first; none if the server writes none. Needs REPLICATION
    /// CLIENT.
    public List<LogFile> binaryLogs() {
        try {
            Rows rows = session.query("SHOW BINARY LOGS");
            boolean mayBeEncrypted = rows.has("Encrypted");
            return rows.list().stream()
                    .map(row ->
                            new LogFile(
                                    row.string("Log_name"),
                                    row.integer("File_size"),
                                    mayBeEncrypted
                                            && row.string("Encrypted").equalsIgnoreCase("Yes")))
                    .toList();
        } catch (SqlErrorException e) {
            if (e.number() == NO_BINARY_LOGGING) {
                return List.of();
            }
            throw e;
        }
    }

    /// The transactions that the server has executed.
    public GtidSet gtidExecuted() {
        return GtidSet.parse(session.query("SELECT @@global.gtid_executed").only().string(0));
    }

    /// The transactions that the server has executed but no longer has in its binary log.
    public GtidSet gtidPurged() {
        return GtidSet.parse(session.query("SELECT @@global.gtid_purged").only().string(0));
    }

    /// One row per replication channel through which this server follows others.
    public Rows replicaStatus() {
        return query("SHOW REPLICA STATUS", "SHOW SLAVE STATUS");
    }

    /// The replicas that are connected to this server.
    public Rows replicas() {
        return query("SHOW REPLICAS", "SHOW SLAVE HOSTS");
    }

    /// Empties the binary log and `gtid_executed`. For throw-away servers only.
    public void resetBinaryLogs() {
        query("RESET BINARY LOGS AND GTIDS", "RESET MASTER");
    }

    /// Whether the server knows a system variable.
    public boolean hasVariable(String name) {
        return !session.query("SHOW GLOBAL VARIABLES LIKE " + Literal.quote(name)).isEmpty();
    }

    /// Whether a table or view of the server's own has a column, which is how one asks what a
    /// version can do.
    public boolean hasColumn(String schema, String table, String column) {
        return session.query(
                                "SELECT COUNT(*) FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = "
                                        + Literal.quote(schema)
                                        + " AND TABLE_NAME = "
                                        + Literal.quote(table)
                                        + " AND COLUMN_NAME = "
                                        + Literal.quote(column))
                        .only()
                        .integer(0)
                > 0;
    }

    /// Runs a statement under its present name, or under the old one.
    ///
    /// @throws SqlErrorException what the last tried name ended in
    /// @throws UnavailableException if the connection breaks
    private Rows query(String present, String old) {
        if (!speaksOldNames) {
            try {
                return session.query(present);
            } catch (SqlErrorException e) {
                if (e.number() != SYNTAX_ERROR) {
                    throw e;
                }
            }
        }
        Rows rows = session.query(old);
        speaksOldNames = true;
        return rows;
    }
}
