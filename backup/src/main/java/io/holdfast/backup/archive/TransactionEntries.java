package io.holdfast.backup.archive;

import io.holdfast.binlog.LoggedStatement;
import io.holdfast.binlog.ObjectName;
import io.holdfast.binlog.Transaction;
import io.holdfast.binlog.TransactionKind;
import io.holdfast.repository.archive.TransactionEntry;

/// Says in the words of a part's index what a scan of the log found.
public final class TransactionEntries {
    private TransactionEntries() {}

    /// The entry of a transaction.
    public static TransactionEntry of(Transaction transaction) {
        return new TransactionEntry(
                transaction.gtid(),
                transaction.begin().offset(),
                transaction.endOffset(),
                transaction.start().immediateCommitMicros(),
                transaction.start().originalCommitMicros(),
                kind(transaction.kind()),
                transaction.tables().stream()
                        .map(change ->
                                new TransactionEntry.TableRows(
                                        change.table(),
                                        change.inserted(),
                                        change.updated(),
                                        change.deleted(),
                                        change.isExact()))
                        .toList(),
                transaction.statements().stream().map(TransactionEntries::statement).toList(),
                transaction.threadId(),
                transaction.areAllNamed(),
                transaction.isComplete());
    }

    private static TransactionEntry.Statement statement(LoggedStatement statement) {
        return new TransactionEntry.Statement(
                statement.names().verb().name(),
                statement.names().type().name(),
                statement.names().names().stream().map(TransactionEntries::name).toList(),
                statement.text(),
                statement.defaultSchema());
    }

    private static TransactionEntry.Name name(ObjectName name) {
        return new TransactionEntry.Name(name.schema(), name.name(), name.index());
    }

    private static TransactionEntry.Kind kind(TransactionKind kind) {
        return switch (kind) {
            case EMPTY -> TransactionEntry.Kind.EMPTY;
            case DML -> TransactionEntry.Kind.DML;
            case DDL -> TransactionEntry.Kind.DDL;
            case DCL -> TransactionEntry.Kind.DCL;
            case MIXED -> TransactionEntry.Kind.MIXED;
            case XA_PREPARE -> TransactionEntry.Kind.XA_PREPARE;
            case XA_COMMIT -> TransactionEntry.Kind.XA_COMMIT;
            case XA_ROLLBACK -> TransactionEntry.Kind.XA_ROLLBACK;
            case OTHER -> TransactionEntry.Kind.OTHER;
        };
    }
}
