package io.holdfast.repository.archive;

import io.holdfast.core.Gtid;
import io.holdfast.core.TableName;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One transaction in a part's index.
///
/// @param gtid null for an anonymous transaction
/// @param begin offset of its first byte in the binary-log file
/// @param end offset behind its last byte
/// @param immediateCommitMicros µs since 1970 UTC when the archived server committed it
/// @param originalCommitMicros µs since 1970 UTC when the first server committed it
/// @param connectionId the connection that ran it; 0 if not said
/// @param areAllNamed false if it touched more tables or had more statements than were noted
/// @param isComplete false if the log ends before its end
public record TransactionEntry(
        @Nullable Gtid gtid,
        long begin,
        long end,
        long immediateCommitMicros,
        long originalCommitMicros,
        Kind kind,
        List<TableRows> tables,
        List<Statement> statements,
        long connectionId,
        boolean areAllNamed,
        boolean isComplete) {
    /// Copies the lists.
    public TransactionEntry {
        tables = List.copyOf(tables);
        statements = List.copyOf(statements);
    }

    /// What a transaction did as a whole. Numbers are the format's.
    public enum Kind {
        EMPTY(1),
        DML(2),
        DDL(3),
        DCL(4),
        MIXED(5),
        XA_PREPARE(6),
        XA_COMMIT(7),
        XA_ROLLBACK(8),
        OTHER(9);

        private final int number;

        Kind(int number) {
            this.number = number;
        }

        int number() {
            return number;
        }
    }

    /// Rows of one table that it changed.
    ///
    /// @param isExact false if the counts are lower bounds
    public record TableRows(
            TableName table, long inserted, long updated, long deleted, boolean isExact) {}

    /// A statement of it that is not about rows.
    ///
    /// @param verb such as `DROP`
    /// @param objectType such as `TABLE`
    /// @param text as it stands in the log, possibly cut
    /// @param defaultSchema empty if the session had none
    public record Statement(
            String verb, String objectType, List<Name> names, String text, String defaultSchema) {
        /// Copies the list.
        public Statement {
            names = List.copyOf(names);
        }
    }

    /// An object that a statement names.
    ///
    /// @param schema empty for what lies in none
    /// @param name empty for a database
    /// @param index of an index statement; else empty
    public record Name(String schema, String name, String index) {}
}
