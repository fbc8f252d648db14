package io.holdfast.binlog;

import io.holdfast.binlog.BinlogEvent.Compression;
import io.holdfast.core.ByteCursor;
import io.holdfast.core.GtidSet;
import io.holdfast.core.TableName;
import io.holdfast.core.Text;
import java.nio.charset.StandardCharsets;

/// The bodies of the events, without header and checksum; the larger ones have codecs of their own.
///
/// | event               | body                                                                  |
/// |---------------------|-----------------------------------------------------------------------|
/// | ROTATE              | 8 next offset; rest: next file                                        |
/// | QUERY               | 4 thread id, 4 seconds, 1 schema bytes, 2 error code, 2 status bytes; status ([QueryContext]); schema, zero byte; rest: statement |
/// | EXECUTE_LOAD_QUERY  | as QUERY with 13 more bytes behind the status length: file id, start, end, duplicate handling |
/// | XID                 | 8 xid                                                                 |
/// | XA_PREPARE          | 1 one phase, 4 format id, 4 and 4 lengths of the two ids, the ids     |
/// | TABLE_MAP           | 6 table id, 2 flags; 1 + n + zero byte schema; the same for the table; length-encoded columns, a type byte each; length-encoded metadata; null bits; optional metadata |
/// | rows, version 2     | 6 table id, 2 flags, 2 length of extra data (with itself), extra data; length-encoded columns; see [RowCounter] |
/// | rows, version 1     | the same without extra data                                           |
/// | TRANSACTION_PAYLOAD | fields of length-encoded id, length, value: 1 payload bytes, 2 compression (0 zstd, 255 none), 3 uncompressed bytes; 0 ends them; payload |
/// | INCIDENT            | 2 number, 1 + n message                                               |
/// | HEARTBEAT           | rest: file; the offset is the header's `nextEventOffset`              |
/// | HEARTBEAT_V2        | fields as above: 1 file, 2 offset (length-encoded); 0 ends them        |
/// | ROWS_QUERY          | 1 length, not used; rest: statement                                   |
///
/// Source: MySQL 9.7 `libs/mysql/binlog/event/{control,statement,rows}_events.h` and
/// `libs/mysql/binlog/event/codecs/binary.cpp`.
final class EventBodies {
    private static final int LOAD_FIELDS_BYTES = 13;

    private EventBodies() {}

    /// @param body cursor on the body's first byte; ends in front of the checksum
    /// @param isWhole whether the body goes to the event's end
    static BinlogEvent decode(EventHeader header, ByteCursor body, boolean isWhole) {
        int type = header.typeCode();
        return switch (type) {
            case EventType.QUERY -> query(header, body, isWhole, 0);
            case EventType.EXECUTE_LOAD_QUERY -> query(header, body, isWhole, LOAD_FIELDS_BYTES);
            case EventType.STOP -> new BinlogEvent.Stop(header);
            case EventType.ROTATE -> rotate(header, body);
            case EventType.INTVAR, EventType.RAND, EventType.USER_VAR ->
                    new BinlogEvent.StatementContext(header);
            case EventType.FORMAT_DESCRIPTION -> FormatDescriptionCodec.decode(header, body);
            case EventType.XID -> new BinlogEvent.Xid(header, body.u64("xid"));
            case EventType.TABLE_MAP -> tableMap(header, body);
            case EventType.WRITE_ROWS_V1, EventType.WRITE_ROWS ->
                    rows(header, RowsOperation.INSERT, body);
            case EventType.UPDATE_ROWS_V1, EventType.UPDATE_ROWS ->
                    rows(header, RowsOperation.UPDATE, body);
            case EventType.DELETE_ROWS_V1, EventType.DELETE_ROWS ->
                    rows(header, RowsOperation.DELETE, body);
            case EventType.PARTIAL_UPDATE_ROWS -> rows(header, RowsOperation.PARTIAL_UPDATE, body);
            case EventType.INCIDENT ->
                    new BinlogEvent.Incident(
                            header,
                            body.u16("incident number"),
                            body.string(
                                    body.u8("message length"), StandardCharsets.UTF_8, "message"));
            case EventType.HEARTBEAT ->
                    new BinlogEvent.Heartbeat(header, body.stringRest(), header.nextEventOffset());
            case EventType.HEARTBEAT_V2 -> heartbeat(header, body);
            case EventType.ROWS_QUERY -> rowsQuery(header, body, isWhole);
            case EventType.GTID, EventType.ANONYMOUS_GTID -> GtidEventCodec.decode(header, body);
            case EventType.GTID_TAGGED -> GtidEventCodec.decodeTagged(header, body);
            case EventType.PREVIOUS_GTIDS -> previousGtids(header, body, isWhole);
            case EventType.XA_PREPARE -> xaPrepare(header, body);
            case EventType.TRANSACTION_PAYLOAD -> payload(header, body);
            default -> new BinlogEvent.Opaque(header);
        };
    }

    private static BinlogEvent rotate(EventHeader header, ByteCursor in) {
        long offset = in.u64("next offset");
        if (offset < 0) {
            throw in.impossible("next offset is above 63 bits");
        }
        return new BinlogEvent.Rotate(header, in.stringRest(), offset);
    }

    private static BinlogEvent query(
            EventHeader header, ByteCursor in, boolean isWhole, int extraBytes) {
        long threadId = in.u32("thread id");
        in.skip(4, "execution seconds");
        int schemaBytes = in.u8("schema length");
        int errorCode = in.u16("error code");
        int statusBytes = in.u16("status variables' length");
        in.skip(extraBytes, "load fields");
        QueryContext context = QueryContext.read(in.slice(statusBytes, "status variables"));
        String schema = in.string(schemaBytes, StandardCharsets.UTF_8, "schema");
        in.skip(1, "zero byte behind the schema");
        String statement = in.string(in.remaining(), context.charset(), "statement");
        return new BinlogEvent.Query(
                header, threadId, errorCode, schema, context, statement, isWhole);
    }

    private static BinlogEvent rowsQuery(EventHeader header, ByteCursor in, boolean isWhole) {
        in.skip(1, "statement length");
        return new BinlogEvent.RowsQuery(header, in.stringRest(), isWhole);
    }

    private static BinlogEvent previousGtids(EventHeader header, ByteCursor in, boolean isWhole) {
        if (!isWhole) {
            throw in.impossible(
                    Text.format(
                            "previous GTIDs take %d bytes, of which %d are in memory",
                            header.eventBytes(), in.remaining()));
        }
        GtidSet set = in.hasRemaining() ? GtidSetCodec.decode(in) : GtidSet.EMPTY;
        return new BinlogEvent.PreviousGtids(header, set);
    }

    private static BinlogEvent xaPrepare(EventHeader header, ByteCursor in) {
        boolean isOnePhase = in.u8("one phase") != 0;
        long formatId = in.u32("format id");
        long globalBytes = in.u32("global id length");
        long branchBytes = in.u32("branch qualifier length");
        return new BinlogEvent.XaPrepare(
                header,
                isOnePhase,
                formatId,
                ByteString.read(in, globalBytes, "global id"),
                ByteString.read(in, branchBytes, "branch qualifier"));
    }

    private static BinlogEvent tableMap(EventHeader header, ByteCursor in) {
        long tableId = in.u48("table id");
        int flags = in.u16("flags");
        String schema = nameWithZero(in, "schema");
        String table = nameWithZero(in, "table");
        long columns = in.lengthEncoded("column count");
        ByteString types = ByteString.read(in, columns, "column types");
        ByteString metadata =
                ByteString.read(in, in.lengthEncoded("metadata length"), "column metadata");
        in.skip((columns + 7) / 8, "null bits");
        return new BinlogEvent.TableMap(
                header,
                tableId,
                flags,
                new TableName(schema, table),
                types,
                metadata,
                ByteString.read(in, in.remaining(), "optional metadata"));
    }

    private static String nameWithZero(ByteCursor in, String field) {
        String name = in.string(in.lengthEncoded(field), StandardCharsets.UTF_8, field);
        in.skip(1, "zero byte behind the name");
        return name;
    }

    private static BinlogEvent.Rows rows(
            EventHeader header, RowsOperation operation, ByteCursor in) {
        int available = in.remaining();
        long tableId = in.u48("table id");
        int flags = in.u16("flags");
        boolean hasExtraData = header.typeCode() >= EventType.WRITE_ROWS;
        if (hasExtraData) {
            int extraBytes = in.u16("extra data length");
            if (extraBytes < 2) {
                throw in.impossible(
                        Text.format("extra data of rows takes %d bytes, at least 2", extraBytes));
            }
            in.skip(extraBytes - 2L, "extra data");
        }
        long columns = in.lengthEncoded("column count");
        return new BinlogEvent.Rows(
                header,
                operation,
                tableId,
                flags,
                columns,
                EventHeader.BYTES + available - in.remaining());
    }

    private static BinlogEvent payload(EventHeader header, ByteCursor in) {
        int available = in.remaining();
        long payloadBytes = -1;
        long uncompressedBytes = 0;
        Compression compression = Compression.NONE;
        for (long id = in.lengthEncoded("field"); id != 0; id = in.lengthEncoded("field")) {
            ByteCursor value = in.slice(in.lengthEncoded("field length"), "payload field");
            if (id == 1) {
                payloadBytes = value.lengthEncoded("payload length");
            } else if (id == 2) {
                compression = compression(value);
            } else if (id == 3) {
                uncompressedBytes = value.lengthEncoded("uncompressed length");
            }
        }
        int fieldBytes = available - in.remaining();
        if (payloadBytes < 0
                || payloadBytes > header.eventBytes() - EventHeader.BYTES - fieldBytes) {
            throw in.impossible(
                    Text.format(
                            "payload of %d bytes does not fit an event of %d",
                            payloadBytes, header.eventBytes()));
        }
        return new BinlogEvent.TransactionPayload(
                header,
                compression,
                (long) EventHeader.BYTES + fieldBytes,
                payloadBytes,
                uncompressedBytes);
    }

    private static Compression compression(ByteCursor in) {
        long code = in.lengthEncoded("compression");
        if (code == 0) {
            return Compression.ZSTD;
        }
        if (code == 255) {
            return Compression.NONE;
        }
        throw in.impossible(Text.format("compression is %d, 0 and 255 are known", code));
    }

    private static BinlogEvent heartbeat(EventHeader header, ByteCursor in) {
        String file = "";
        long offset = header.nextEventOffset();
        while (in.hasRemaining()) {
            long id = in.lengthEncoded("field");
            if (id == 0) {
                break;
            }
            ByteCursor value = in.slice(in.lengthEncoded("field length"), "heartbeat field");
            if (id == 1) {
                file = value.stringRest();
            } else if (id == 2) {
                offset = value.lengthEncoded("offset");
            }
        }
        return new BinlogEvent.Heartbeat(header, file, offset);
    }
}
