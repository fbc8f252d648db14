package io.holdfast.binlog;

import io.holdfast.core.Gtid;
import io.holdfast.core.GtidSet;
import io.holdfast.core.TableName;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A decoded event, as far as Holdfast interprets it. Byte layouts stand with the decoders. Values
/// only: what a row, a blob or a compressed payload holds stays in the [EventFrame].
public sealed interface BinlogEvent {
    EventHeader header();

    /// The first event of every file: how the others are laid out.
    ///
    /// @param createdSeconds when the server started, or 0 if the log was only rotated
    /// @param postHeaderBytes the fixed part's length per event type; index 0 is type code 1
    record FormatDescription(
            EventHeader header,
            int binlogVersion,
            String serverVersion,
            long createdSeconds,
            List<Integer> postHeaderBytes,
            ChecksumAlgorithm checksum)
            implements BinlogEvent {}

    /// The log goes on in another file, or, artificial, tells a replica which file it now reads.
    record Rotate(EventHeader header, String nextFile, long nextOffset) implements BinlogEvent {
        public boolean isArtificial() {
            return (header.flags() & EventType.FLAG_ARTIFICIAL) != 0;
        }
    }

    /// All transactions of the history before this file.
    record PreviousGtids(EventHeader header, GtidSet gtids) implements BinlogEvent {}

    /// A transaction begins: a GTID event, tagged or not, or an anonymous one.
    ///
    /// @param gtid null for an anonymous transaction
    /// @param lastCommitted the transaction that must be committed before this one may run beside
    ///   others, by `sequenceNumber`; both count per file
    /// @param immediateCommitMicros µs since 1970 UTC when the server that wrote this log committed
    /// @param originalCommitMicros µs since 1970 UTC when the first server committed; equal on that
    ///   server itself
    /// @param transactionBytes length of the whole transaction, this event included; 0 if not said
    /// @param originalServerVersion such as 80404; 999999 if not known
    record TransactionStart(
            EventHeader header,
            @Nullable Gtid gtid,
            boolean mayHaveStatements,
            long lastCommitted,
            long sequenceNumber,
            long immediateCommitMicros,
            long originalCommitMicros,
            long transactionBytes,
            long immediateServerVersion,
            long originalServerVersion)
            implements BinlogEvent {}

    /// A statement: DDL, `BEGIN`, `COMMIT`, or DML in statement format.
    ///
    /// @param schema the default schema, empty if none
    /// @param statement the text, or its beginning if the event is larger than its head
    record Query(
            EventHeader header,
            long threadId,
            int errorCode,
            String schema,
            QueryContext context,
            String statement,
            boolean isStatementWhole)
            implements BinlogEvent {}

    /// A transaction of a transactional engine commits.
    record Xid(EventHeader header, long xid) implements BinlogEvent {}

    /// An XA transaction is prepared, or committed at once if `isOnePhase`.
    record XaPrepare(
            EventHeader header,
            boolean isOnePhase,
            long formatId,
            ByteString globalId,
            ByteString branchQualifier)
            implements BinlogEvent {}

    /// Names a table for the row events that follow, until the end of the statement.
    ///
    /// @param columnTypes one type code per column, as `enum_field_types`
    /// @param columnMetadata the types' metadata, concatenated
    /// @param optionalMetadata type-length-value fields behind the null bits; what of them is in
    ///   memory
    record TableMap(
            EventHeader header,
            long tableId,
            int flags,
            TableName table,
            ByteString columnTypes,
            ByteString columnMetadata,
            ByteString optionalMetadata)
            implements BinlogEvent {}

    /// Rows of one table change. How many is counted by [TransactionScanner].
    ///
    /// @param rowsIndex where the column bits begin, counted from the event's first byte
    record Rows(
            EventHeader header,
            RowsOperation operation,
            long tableId,
            int flags,
            long columnCount,
            int rowsIndex)
            implements BinlogEvent {
        private static final int STATEMENT_END = 1;

        /// Whether the statement, and with it the meaning of table ids, ends here.
        public boolean endsStatement() {
            return (flags & STATEMENT_END) != 0;
        }
    }

    /// A whole transaction but for its GTID, compressed or not.
    ///
    /// @param payloadIndex where the payload begins, counted from the event's first byte
    record TransactionPayload(
            EventHeader header,
            Compression compression,
            long payloadIndex,
            long payloadBytes,
            long uncompressedBytes)
            implements BinlogEvent {}

    /// The source may have lost events.
    record Incident(EventHeader header, int number, String message) implements BinlogEvent {}

    /// The source has nothing to send; not in any file.
    ///
    /// @param offset how far in the file the source is; 32 bits wide in version 1
    record Heartbeat(EventHeader header, String file, long offset) implements BinlogEvent {}

    /// The server was shut down.
    record Stop(EventHeader header) implements BinlogEvent {}

    /// Context of the statement that follows: an insert id, a random seed or a user variable.
    record StatementContext(EventHeader header) implements BinlogEvent {}

    /// The text of the statement whose rows follow (`binlog_rows_query_log_events`).
    record RowsQuery(EventHeader header, String statement, boolean isStatementWhole)
            implements BinlogEvent {}

    /// An event we do not interpret; it is stored and replayed byte for byte.
    record Opaque(EventHeader header) implements BinlogEvent {}

    /// How a transaction's payload is stored. Source: MySQL 9.7
    /// `libs/mysql/binlog/event/compression/base.h`, `enum type`.
    enum Compression {
        ZSTD,
        NONE
    }
}
