package io.holdfast.recovery;

import io.holdfast.client.Rows;
import io.holdfast.client.Session;
import io.holdfast.core.CorruptDataException;
import io.holdfast.core.GtidSet;
import io.holdfast.core.Problem;
import io.holdfast.core.Progress;
import io.holdfast.core.TableName;
import io.holdfast.recovery.error.RecoveryError;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/// Questions to a restored server whose answers prove what it is.
final class ServerProof {
    private static final String TABLES =
            """
            SELECT TABLE_SCHEMA, TABLE_NAME FROM information_schema.TABLES
            WHERE TABLE_TYPE = 'BASE TABLE' AND LOWER(TABLE_SCHEMA) NOT IN
              ('mysql', 'sys', 'information_schema', 'performance_schema')\
            """;

    private ServerProof() {}

    static GtidSet executed(Session session) {
        return GtidSet.parse(
                session.query("SELECT @@GLOBAL.gtid_executed AS g").only().string("g"));
    }

    static UUID serverUuid(Session session) {
        return UUID.fromString(session.query("SELECT @@server_uuid AS u").only().string("u"));
    }

    static boolean ignoresNameCase(Session session) {
        return session.query("SELECT @@lower_case_table_names AS l").only().integer("l") != 0;
    }

    /// Proves that exactly these transactions are executed.
    ///
    /// @throws CorruptDataException if not
    static void mustHaveExecuted(Session session, GtidSet expected) {
        GtidSet executed = executed(session);
        if (!executed.equals(expected)) {
            throw new CorruptDataException(
                    Problem.of(RecoveryError.REPLAY_DIFFERENT)
                            .what("gtid_executed is '%s', expected '%s'", executed, expected)
                            .where("%s", session.server())
                            .remedy("Recover again into a new folder; report it if it repeats."));
        }
    }

    /// The XA transactions that are prepared and wait for their coordinator.
    static List<String> preparedXa(Session session) {
        var prepared = new ArrayList<String>();
        for (Rows.Row row : session.query("XA RECOVER CONVERT XID")) {
            prepared.add(row.string("data"));
        }
        return prepared;
    }

    /// Runs `CHECK TABLE … QUICK` over every table and returns how many there are.
    ///
    /// @throws CorruptDataException with what the server says of the first one that is not good
    static long checkTables(Session session, Progress progress) {
        Rows tables = session.query(TABLES);
        try (Progress.Work work =
                progress.begin("checking tables", Progress.Unit.TABLES, tables.count())) {
            for (Rows.Row row : tables) {
                var name = new TableName(row.string(0), row.string(1));
                for (Rows.Row said : session.query("CHECK TABLE " + name.quoted() + " QUICK")) {
                    String kind = said.string("Msg_type");
                    String text = said.string("Msg_text");
                    boolean isGood =
                            !kind.equals("error") && (!kind.equals("status") || text.equals("OK"));
                    if (!isGood && !text.contains("doesn't support check")) {
                        throw new CorruptDataException(
                                Problem.of(RecoveryError.TABLE_DAMAGED)
                                        .what("CHECK TABLE says: %s: %s", kind, text)
                                        .where("table %s", name)
                                        .remedy(
                                                "Recover again into a new folder; 'holdfast verify' checks the repository."));
                    }
                }
                work.advance(1);
            }
        }
        return tables.count();
    }
}
