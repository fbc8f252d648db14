package io.holdfast.binlog;

import io.holdfast.binlog.BinlogEvent.TransactionStart;
import io.holdfast.core.BinlogPosition;
import io.holdfast.core.TableName;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// A transaction whose end has not come yet. Bounded: tables, statements and table maps beyond the
/// limits of [Transaction] are counted as left out. Confined to one thread.
final class OpenTransaction {
    private final TransactionStart start;
    private final BinlogPosition begin;
    private final TreeMap<TableName, Counts> tables = new TreeMap<>();
    private final List<LoggedStatement> statements = new ArrayList<>();

    /// Layouts by table id, valid until the statement ends.
    private final Map<Long, TableLayout> layouts = new HashMap<>();

    private boolean areAllNamed = true;
    private boolean isBegun;
    private boolean isEnded;
    private boolean hasRowChanges;
    private boolean hasDefinitions;
    private boolean hasAccountChanges;
    private boolean hasOthers;
    private long threadId;
    private @Nullable TransactionKind endKind;

    private static final class Counts {
        private long inserted;
        private long updated;
        private long deleted;
        private boolean isExact = true;
    }

    OpenTransaction(TransactionStart start, BinlogPosition begin) {
        this.start = start;
        this.begin = begin;
    }

    boolean isEnded() {
        return isEnded;
    }

    /// Takes the next event of the transaction; rows are counted by whoever streams them.
    void take(BinlogEvent event) {
        switch (event) {
            case BinlogEvent.Query query -> takeQuery(query);
            case BinlogEvent.Xid _ -> isEnded = true;
            case BinlogEvent.XaPrepare prepare -> {
                endKind = prepare.isOnePhase() ? null : TransactionKind.XA_PREPARE;
                isEnded = true;
            }
            case BinlogEvent.TableMap map -> {
                if (layouts.size() < Transaction.TABLES_MAX) {
                    layouts.put(map.tableId(), TableLayout.of(map));
                }
                var _ = counts(map.table());
            }
            case BinlogEvent.Rows _ -> hasRowChanges = true;
            case BinlogEvent.Incident _ -> {
                hasOthers = true;
                isEnded = true;
            }
            case BinlogEvent.Opaque _ -> hasOthers = true;
            // The scanner opens the payload, and opens and ends transactions itself.
            case BinlogEvent.TransactionPayload _,
                    BinlogEvent.TransactionStart _,
                    BinlogEvent.FormatDescription _,
                    BinlogEvent.Rotate _,
                    BinlogEvent.PreviousGtids _,
                    BinlogEvent.Heartbeat _,
                    BinlogEvent.Stop _,
                    BinlogEvent.StatementContext _,
                    BinlogEvent.RowsQuery _ -> {}
        }
    }

    private void takeQuery(BinlogEvent.Query query) {
        if (threadId == 0) {
            threadId = query.threadId();
        }
        switch (Boundary.of(query.statement())) {
            case BEGIN -> isBegun = true;
            case END -> isEnded = true;
            case XA_COMMIT -> {
                endKind = TransactionKind.XA_COMMIT;
                isEnded = true;
            }
            case XA_ROLLBACK -> {
                endKind = TransactionKind.XA_ROLLBACK;
                isEnded = true;
            }
            case INSIDE -> {}
            case STATEMENT -> {
                takeStatement(query);
                isEnded |= !isBegun;
            }
        }
    }

    private void takeStatement(BinlogEvent.Query query) {
        var reading =
                new StatementNames.Reading(
                        query.schema(),
                        query.context().hasAnsiQuotes(),
                        query.context().hasNoBackslashEscapes());
        StatementNames names = StatementNames.parse(query.statement(), reading);
        switch (names.verb()) {
            case INSERT, REPLACE, UPDATE, DELETE, LOAD -> {
                hasRowChanges = true;
                for (ObjectName name : names.names()) {
                    Counts counts = counts(new TableName(name.schema(), name.name()));
                    if (counts != null) {
                        counts.isExact = false;
                    }
                }
            }
            case GRANT, REVOKE -> hasAccountChanges = true;
            case CREATE, ALTER, DROP, RENAME -> {
                if (names.type().isAccount()) {
                    hasAccountChanges = true;
                } else {
                    hasDefinitions = true;
                }
            }
            case TRUNCATE -> hasDefinitions = true;
            case OTHER -> hasOthers = true;
        }
        if (statements.size() == Transaction.STATEMENTS_MAX) {
            areAllNamed = false;
            return;
        }
        String text = query.statement();
        statements.add(
                new LoggedStatement(
                        names,
                        text.substring(0, Math.min(text.length(), LoggedStatement.CHARACTERS_MAX)),
                        query.schema()));
    }

    private @Nullable Counts counts(TableName table) {
        Counts counts = tables.get(table);
        if (counts == null) {
            if (tables.size() == Transaction.TABLES_MAX) {
                areAllNamed = false;
                return null;
            }
            counts = new Counts();
            tables.put(table, counts);
        }
        return counts;
    }

    /// A counter for the rows of the event, or null if its table is not known.
    @Nullable RowCounter counter(BinlogEvent.Rows rows) {
        TableLayout layout = layouts.get(rows.tableId());
        return layout == null ? null : new RowCounter(layout, rows.operation(), rows.columnCount());
    }

    /// Adds what was counted of a row event that has passed completely.
    void addRows(BinlogEvent.Rows rows, @Nullable RowCounter counter) {
        TableLayout layout = layouts.get(rows.tableId());
        if (rows.endsStatement()) {
            layouts.clear();
        }
        Counts counts = layout == null ? null : counts(layout.table());
        if (counts == null || counter == null) {
            return;
        }
        counts.isExact &= counter.isExact();
        switch (rows.operation()) {
            case INSERT -> counts.inserted += counter.rows();
            case UPDATE, PARTIAL_UPDATE -> counts.updated += counter.rows();
            case DELETE -> counts.deleted += counter.rows();
        }
    }

    /// The summary of what came so far.
    Transaction summarise(long endOffset, boolean isComplete) {
        List<TableChange> changes = new ArrayList<>(tables.size());
        tables.forEach((table, counts) ->
                changes.add(
                        new TableChange(
                                table,
                                counts.inserted,
                                counts.updated,
                                counts.deleted,
                                counts.isExact)));
        return new Transaction(
                start,
                begin,
                endOffset - begin.offset(),
                kind(),
                List.copyOf(changes),
                List.copyOf(statements),
                areAllNamed,
                threadId,
                isComplete);
    }

    private TransactionKind kind() {
        if (endKind != null) {
            return endKind;
        }
        if (hasDefinitions) {
            return hasRowChanges ? TransactionKind.MIXED : TransactionKind.DDL;
        }
        if (hasAccountChanges) {
            return hasRowChanges ? TransactionKind.MIXED : TransactionKind.DCL;
        }
        if (hasRowChanges) {
            return TransactionKind.DML;
        }
        return hasOthers ? TransactionKind.OTHER : TransactionKind.EMPTY;
    }

    /// What a query event means for the bounds of its transaction. Source: MySQL 9.7
    /// `sql/log_event.h`, `Query_log_event::starts_group`, `ends_group`.
    private enum Boundary {
        BEGIN,
        END,
        XA_COMMIT,
        XA_ROLLBACK,
        /// `SAVEPOINT`, `ROLLBACK TO`, `RELEASE SAVEPOINT`, `XA END`.
        INSIDE,
        STATEMENT;

        static Boundary of(String statement) {
            if (statement.equals("BEGIN")) {
                return BEGIN;
            }
            if (statement.equals("COMMIT")) {
                return END;
            }
            if (statement.isEmpty() || "bcrsxBCRSX/".indexOf(statement.charAt(0)) < 0) {
                return STATEMENT;
            }
            var in = new SqlTokens(statement, false, false);
            if (in.take("XA")) {
                if (in.isWord("START") || in.isWord("BEGIN")) {
                    return BEGIN;
                }
                return in.isWord("COMMIT")
                        ? XA_COMMIT
                        : in.isWord("ROLLBACK") ? XA_ROLLBACK : INSIDE;
            }
            if (in.take("ROLLBACK")) {
                var _ = in.take("WORK");
                return in.isWord("TO") ? INSIDE : END;
            }
            if (in.isWord("SAVEPOINT")) {
                return INSIDE;
            }
            if (in.take("RELEASE")) {
                return in.isWord("SAVEPOINT") ? INSIDE : STATEMENT;
            }
            if (in.take("COMMIT")) {
                return END;
            }
            if (in.take("BEGIN")) {
                return in.isEnd() || in.isWord("WORK") ? BEGIN : STATEMENT;
            }
            return STATEMENT;
        }
    }
}
