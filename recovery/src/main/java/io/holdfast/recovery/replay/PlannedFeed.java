package io.holdfast.recovery.replay;

import io.holdfast.binlog.LoggedStatement;
import io.holdfast.core.BinlogPosition;
import io.holdfast.core.GtidSet;
import io.holdfast.core.Problem;
import io.holdfast.core.RefusedException;
import io.holdfast.listener.BinlogFeed;
import io.holdfast.listener.DumpRequest;
import io.holdfast.listener.ServedLog;
import io.holdfast.recovery.error.RecoveryError;
import io.holdfast.recovery.plan.RecoveryPlan;
import java.util.ArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Serves what a plan says, and nothing behind its cut: the replay ends because there is no more.
///
/// Thread-safe: each connection of the replica opens a log of its own.
final class PlannedFeed implements BinlogFeed {
    private final RecoveryPlan plan;
    private final ArchivedLog archive;
    private final Consumer<LoggedStatement> onStatement;
    private final AtomicLong servedTransactions = new AtomicLong();
    private final AtomicLong servedBytes = new AtomicLong();
    private final AtomicLong readBytes = new AtomicLong();
    private final AtomicReference<@Nullable BinlogPosition> servedTo = new AtomicReference<>();

    private final AtomicReference<@Nullable BinlogPosition> servedUpTo = new AtomicReference<>();

    private volatile boolean isAllServed;

    /// How far statements were told; a replica that reconnects is served some of them again.
    private int toldStep;

    private @Nullable BinlogPosition toldTo;

    /// @param onStatement is told each statement that creates, changes or drops an event or a
    ///   database, once, in order, from one thread at a time
    PlannedFeed(RecoveryPlan plan, ArchivedLog archive, Consumer<LoggedStatement> onStatement) {
        this.plan = plan;
        this.archive = archive;
        this.onStatement = onStatement;
    }

    @Override
    public ServedLog open(DumpRequest request) {
        isAllServed = false;
        var sources = new ArrayList<PlannedLog.Source>();
        for (int i = 0; i < plan.steps().size(); i++) {
            RecoveryPlan.Step step = plan.steps().get(i);
            var steps = new ArrayList<TransactionStep>();
            BinlogPosition from = step.from();
            switch (request) {
                case DumpRequest.WithoutGtids(GtidSet executed) -> {
                    steps.add(new TransactionStep.Planned(step.gtids()));
                    steps.add(new TransactionStep.NotYetThere(executed));
                }
                case DumpRequest.FromPosition(BinlogPosition position) ->
                        from = resumed(step, position);
            }
            steps.add(new TransactionStep.Skip(plan.skipped(), plan.skippedPositions()));
            sources.add(new PlannedLog.Source(i, step.history(), from, step.to(), steps));
        }
        return new PlannedLog(sources, archive, this);
    }

    private static BinlogPosition resumed(RecoveryPlan.Step step, BinlogPosition asked) {
        if (asked.compareTo(step.from()) < 0 || asked.compareTo(step.to()) > 0) {
            throw new RefusedException(
                    Problem.of(RecoveryError.REPLAY_DIFFERENT)
                            .what(
                                    "the restored server asks for %s, the plan goes from %s to %s",
                                    asked, step.from(), step.to())
                            .where("history %s", step.history())
                            .remedy("Recover again into a new folder."));
        }
        return asked;
    }

    /// Transactions given to the replica so far, skipped ones included, repeated ones too.
    long servedTransactions() {
        return servedTransactions.get();
    }

    long servedBytes() {
        return servedBytes.get();
    }

    /// Where the last transaction began that was served.
    @Nullable BinlogPosition servedTo() {
        return servedTo.get();
    }

    void transactionServed(BinlogPosition begin) {
        servedTransactions.incrementAndGet();
        servedTo.set(begin);
    }

    /// Where the last event ends that was served of a transaction; null if none was.
    @Nullable BinlogPosition servedUpTo() {
        return servedUpTo.get();
    }

    void transactionServedUpTo(BinlogPosition end) {
        servedUpTo.set(end);
    }

    /// Bytes read from the archive so far. It grows while one long event is being sent, when
    /// nothing else moves.
    long readBytes() {
        return readBytes.get();
    }

    void bytesRead(long byteCount) {
        readBytes.addAndGet(byteCount);
    }

    void bytesServed(long byteCount) {
        servedBytes.addAndGet(byteCount);
    }

    /// Whether a connection has been given everything.
    boolean isAllServed() {
        return isAllServed;
    }

    void allServed() {
        isAllServed = true;
    }

    synchronized void statementServed(int step, BinlogPosition at, LoggedStatement statement) {
        BinlogPosition told = toldTo;
        boolean isNew = step > toldStep || told == null || at.compareTo(told) > 0;
        if (isNew && step >= toldStep) {
            toldStep = step;
            toldTo = at;
            onStatement.accept(statement);
        }
    }
}
