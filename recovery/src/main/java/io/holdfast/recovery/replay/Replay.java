package io.holdfast.recovery.replay;

import io.holdfast.binlog.LoggedStatement;
import io.holdfast.client.ConnectOptions;
import io.holdfast.client.Session;
import io.holdfast.core.BinlogPosition;
import io.holdfast.core.CorruptDataException;
import io.holdfast.core.GtidSet;
import io.holdfast.core.HoldfastException;
import io.holdfast.core.Problem;
import io.holdfast.core.Progress;
import io.holdfast.core.RefusedException;
import io.holdfast.core.UnavailableException;
import io.holdfast.listener.ReplicationSource;
import io.holdfast.listener.SourceIdentity;
import io.holdfast.recovery.error.RecoveryError;
import io.holdfast.recovery.plan.RecoveryPlan;
import io.holdfast.recovery.replay.ApplierState.Failure;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Brings a restored server from its backup to the cut: Holdfast opens a loopback port, is the
/// server's replication source there, and has nothing to send from behind the cut. The server's own
/// appliers do the work; this class waits and watches.
///
/// It ends in one of three ways: the expected transactions, exactly, are executed; the applier
/// stopped at a transaction, which is named with the command that leaves it out; or the archive
/// could not be read.
public final class Replay {
    /// How long one wait in the server lasts, and so how often its state is looked at.
    private static final int POLL_SECONDS = 1;

    /// Looks in a row at a server that has nothing left to apply and yet is not where it must be.
    private static final int IDLE_LOOKS_MAX = 60;

    private static final Pattern TRANSACTION_IN_ERROR = Pattern.compile("transaction '([^']+)'");
    private static final Pattern PLACE_IN_ERROR =
            Pattern.compile("log ([^,\\s]+), end_log_pos (\\d+)");

    private final RecoveryPlan plan;
    private final PlannedFeed feed;
    private final Function<BinlogPosition, BinlogPosition> transactionBegin;
    private final String command;
    private boolean isStartedGtidOnly;

    /// @param onStatement is told the statements that scheduled events depend on, from another
    ///   thread; all of them by the time [#run] returns
    /// @param transactionBegin where the transaction begins that ends or has an event ending at a
    ///   place
    /// @param command the command line that is running, for the one that skips a transaction
    public Replay(
            RecoveryPlan plan,
            ArchivedLog archive,
            Consumer<LoggedStatement> onStatement,
            Function<BinlogPosition, BinlogPosition> transactionBegin,
            String command) {
        this.plan = plan;
        this.feed = new PlannedFeed(plan, archive, onStatement);
        this.transactionBegin = transactionBegin;
        this.command = command;
    }

    /// What was done.
    ///
    /// @param transactions served, skipped ones included
    /// @param executed `gtid_executed` afterwards
    public record Outcome(long transactions, long bytes, GtidSet executed) {}

    /// Replays, and stops the appliers. Their traces stay until the caller has them forgotten
    /// ([#forget]): without GTIDs they alone tell where the server stands, see [AppliedPlace].
    ///
    /// @param target a session of its own on the restored server, as an account that may do all
    /// @param identity whom Holdfast claims to be
    /// @throws RefusedException with `APPLIER_STOPPED`, naming the transaction
    /// @throws CorruptDataException if the archive is damaged, or exactly the expected transactions
    ///   were not reached
    public Outcome run(ConnectOptions target, SourceIdentity identity, Progress progress) {
        if (plan.isBackupAlone()) {
            try (Session session = Session.open(target)) {
                return new Outcome(0, 0, ApplierState.read(session).executed());
            }
        }
        try (Session session = Session.open(target);
                ReplicationSource source = ReplicationSource.open(identity, feed)) {
            start(session, source, plan.path() instanceof RecoveryPlan.Path.ByGtid);
            try (Progress.Work work =
                    progress.begin(
                            "replaying",
                            Progress.Unit.TRANSACTIONS,
                            plan.transactions() > 0 ? plan.transactions() : Progress.UNKNOWN)) {
                Outcome outcome = awaitEnd(session, source, work);
                session.execute("STOP REPLICA");
                return outcome;
            }
        }
    }

    /// Keeping positions beside GTIDs costs the appliers a row update for each transaction, a fifth
    /// of all their work on small ones. Without positions a server takes no statements in place of
    /// rows; a log that has some is replayed with positions from there on.
    private void start(Session session, ReplicationSource source, boolean isGtidOnly) {
        isStartedGtidOnly = isGtidOnly;
        session.execute(
                changeSource(source)
                        + (isGtidOnly ? ", GTID_ONLY = 1, REQUIRE_ROW_FORMAT = 1" : ""));
        session.execute("START REPLICA");
    }

    private boolean wantsStatements(Failure failure) {
        return isStartedGtidOnly
                && failure.message().toUpperCase(Locale.ROOT).contains("REQUIRE_ROW_FORMAT");
    }

    private String changeSource(ReplicationSource source) {
        String place =
                switch (plan.path()) {
                    case RecoveryPlan.Path.ByGtid _ -> "SOURCE_AUTO_POSITION = 1";
                    case RecoveryPlan.Path.ByPosition(BinlogPosition from) ->
                            "SOURCE_LOG_FILE = '"
                                    + from.file().replace("'", "''")
                                    + "', SOURCE_LOG_POS = "
                                    + from.offset();
                };
        return "CHANGE REPLICATION SOURCE TO SOURCE_HOST = '127.0.0.1', SOURCE_PORT = "
                + source.port()
                + ", SOURCE_USER = '"
                + source.user()
                + "', SOURCE_PASSWORD = '"
                + source.password()
                + "', SOURCE_SSL = 0, SOURCE_CONNECT_RETRY = 1, SOURCE_RETRY_COUNT = 30,"
                + " SOURCE_HEARTBEAT_PERIOD = 5, "
                + place;
    }

    /// Leaves a server that replicates nothing without any trace of replication.
    public static void forget(Session session) {
        session.execute("RESET REPLICA ALL");
    }

    private Outcome awaitEnd(Session session, ReplicationSource source, Progress.Work work) {
        long appliedBefore = 0;
        long readBefore = 0;
        int idleLooks = 0;
        while (true) {
            boolean isThere = isThereWithin(session);
            ApplierState state = ApplierState.read(session);
            long applied = applied(state);
            work.advance(Math.max(0, applied - appliedBefore));
            if (isThere) {
                return prove(state);
            }
            HoldfastException unreadable = source.feedFailure();
            if (unreadable != null) {
                throw unreadable;
            }
            if (state.failure().isPresent()) {
                if (!wantsStatements(state.failure().get())) {
                    throw stopped(state.failure().get());
                }
                session.execute("STOP REPLICA");
                forget(session);
                start(session, source, false);
                continue;
            }
            if (!state.isApplying() || !state.isReceiving()) {
                throw new UnavailableException(
                        Problem.of(RecoveryError.REPLAY_STALLED)
                                .what(
                                        "the restored server's replication threads ended without an error")
                                .where("after %d of %d transactions", applied, plan.transactions())
                                .remedy(
                                        "Look into its error log, and recover again into a new folder."));
            }
            // While one long event is under way the applier has nothing to do, for minutes maybe.
            long read = feed.readBytes();
            boolean isStill = applied == appliedBefore && read == readBefore;
            idleLooks = isStill && isIdle(session) ? idleLooks + 1 : 0;
            appliedBefore = Math.max(applied, appliedBefore);
            readBefore = read;
            if (idleLooks > IDLE_LOOKS_MAX) {
                throw different(state);
            }
        }
    }

    private boolean isThereWithin(Session session) {
        return switch (plan.path()) {
            case RecoveryPlan.Path.ByGtid(GtidSet expected) ->
                    session.query(
                                            "SELECT WAIT_FOR_EXECUTED_GTID_SET('"
                                                    + expected
                                                    + "', "
                                                    + POLL_SECONDS
                                                    + ") AS late")
                                    .only()
                                    .integer("late")
                            == 0;
            case RecoveryPlan.Path.ByPosition _ -> {
                // Only the log itself says where the last transaction that is served ends.
                session.query("DO SLEEP(0.2)");
                yield isAllReceivedAndApplied(session);
            }
        };
    }

    /// Whether the applier has nothing left of what was sent, and all was sent. What the server
    /// says of itself is asked last: before it has received anything it has nothing left either.
    private boolean isAllReceivedAndApplied(Session session) {
        if (!feed.isAllServed()) {
            return false;
        }
        BinlogPosition end = feed.servedUpTo();
        var status = session.query("SHOW REPLICA STATUS").only();
        String file = status.string("Relay_Source_Log_File");
        long applied = status.integer("Exec_Source_Log_Pos");
        boolean isAtEnd =
                status.string("Source_Log_File").equals(file)
                        && status.integer("Read_Source_Log_Pos") == applied;
        return isAtEnd && (end == null || isBehind(file, applied, end)) && isIdle(session);
    }

    /// Whether a place of the applier is at the end of an event or behind it. An event says its end
    /// in 32 bits, so in a file above 4 GiB only their equality says anything.
    private static boolean isBehind(String file, long offset, BinlogPosition end) {
        if (file.isEmpty()) {
            return false; // it has not begun
        }
        boolean isSame = file.equals(end.file()) && (int) offset == (int) end.offset();
        return isSame || new BinlogPosition(file, offset).compareTo(end) >= 0;
    }

    /// Whether the applier says that it waits for more.
    private static boolean isIdle(Session session) {
        String doing =
                session.query("SHOW REPLICA STATUS").only().string("Replica_SQL_Running_State");
        return doing.startsWith("Replica has read all relay log");
    }

    private long applied(ApplierState state) {
        return switch (plan.path()) {
            case RecoveryPlan.Path.ByGtid _ ->
                    state.executed().count() - plan.backup().gtids().count();
            case RecoveryPlan.Path.ByPosition _ -> feed.servedTransactions();
        };
    }

    private Outcome prove(ApplierState state) {
        if (plan.path() instanceof RecoveryPlan.Path.ByGtid(GtidSet expected)
                && !state.executed().equals(expected)) {
            throw different(state);
        }
        return new Outcome(feed.servedTransactions(), feed.servedBytes(), state.executed());
    }

    private CorruptDataException different(ApplierState state) {
        String what =
                switch (plan.path()) {
                    case RecoveryPlan.Path.ByGtid(GtidSet expected) -> {
                        GtidSet missing = expected.subtract(state.executed());
                        GtidSet more = state.executed().subtract(expected);
                        yield (missing.isEmpty() ? "" : "not executed: " + missing)
                                + (missing.isEmpty() || more.isEmpty() ? "" : "; ")
                                + (more.isEmpty() ? "" : "executed but not expected: " + more);
                    }
                    case RecoveryPlan.Path.ByPosition _ ->
                            "the applier stands at "
                                    + state.position()
                                            .map(BinlogPosition::toString)
                                            .orElse("no place");
                };
        return new CorruptDataException(
                Problem.of(RecoveryError.REPLAY_DIFFERENT)
                        .what("%s", what)
                        .where("after %d transactions were served", feed.servedTransactions())
                        .remedy("Run 'holdfast verify', then recover again into a new folder."));
    }

    private RefusedException stopped(Failure failure) {
        String skip = skip(failure);
        return new RefusedException(
                Problem.of(RecoveryError.APPLIER_STOPPED)
                        .what("server error %d: %s", failure.number(), failure.message())
                        .where(
                                "%s, %s",
                                failure.thread(),
                                skip.isEmpty() ? "no transaction" : "transaction " + skip)
                        .remedy(
                                "%s",
                                skip.isEmpty()
                                        ? "Look into the error; recover to an earlier moment if it is in the log."
                                        : "To leave this transaction out: "
                                                + command
                                                + " --skip "
                                                + skip));
    }

    /// What `--skip` takes for the transaction that failed: its GTID, or where it begins.
    private String skip(Failure failure) {
        Matcher named = TRANSACTION_IN_ERROR.matcher(failure.message());
        String gtid =
                !failure.transaction().isEmpty()
                        ? failure.transaction()
                        : named.find() ? named.group(1) : "";
        if (gtid.contains(":")) {
            return gtid;
        }
        Matcher place = PLACE_IN_ERROR.matcher(failure.message());
        return place.find()
                ? transactionBegin
                        .apply(new BinlogPosition(place.group(1), Long.parseLong(place.group(2))))
                        .toString()
                : "";
    }
}
