package io.holdfast.recovery.load;

import io.holdfast.client.Rows;
import io.holdfast.client.Session;
import io.holdfast.core.GtidSet;
import io.holdfast.core.Problem;
import io.holdfast.core.RefusedException;
import java.util.List;

/// Decides whether a server can take a load, before anything is done.
final class TargetCheck {
    private TargetCheck() {}

    /// @throws RefusedException if it cannot
    static void mustBeFit(Session session, LoadOptions options) {
        List<String> databases = LogicalLoad.userDatabases(session);
        if (!databases.isEmpty()) {
            throw new RefusedException(
                    Problem.of(LoadError.LOAD_TARGET_NOT_EMPTY)
                            .what(
                                    "the server has databases already: %s",
                                    String.join(", ", databases))
                            .where("server %s", session.server())
                            .remedy(
                                    "Load into a new server; 'holdfast restore BACKUP --into DIR' makes one."));
        }
        mustTakeRows(session);
        GtidSet executed = LogicalLoad.executed(session);
        if (!options.gtidSet().isEmpty() && !executed.isEmpty() && !options.mayResetGtids()) {
            throw hasExecuted(session.server(), executed);
        }
    }

    /// @throws RefusedException if a setting keeps rows out
    static void mustTakeRows(Session session) {
        Rows.Row settings =
                session.query("SELECT @@GLOBAL.local_infile, @@GLOBAL.read_only").only();
        if (settings.integer(0) == 0) {
            throw unfit(
                    session,
                    "local_infile is OFF",
                    "Run on that server: SET GLOBAL local_infile = ON;");
        }
        if (settings.integer(1) != 0) {
            throw unfit(
                    session, "read_only is ON", "Run on that server: SET GLOBAL read_only = OFF;");
        }
    }

    static RefusedException hasExecuted(String server, GtidSet executed) {
        return new RefusedException(
                Problem.of(LoadError.LOAD_TARGET_NOT_EMPTY)
                        .what(
                                "the server has executed %d transactions of its own",
                                executed.count())
                        .where("server %s", server)
                        .remedy(
                                "If nothing on it is needed, run on that server: RESET BINARY LOGS AND GTIDS;"));
    }

    static RefusedException unfit(Session session, String what, String remedy) {
        return new RefusedException(
                Problem.of(LoadError.LOAD_TARGET_UNFIT)
                        .what("%s", what)
                        .where("server %s", session.server())
                        .remedy("%s", remedy));
    }
}
