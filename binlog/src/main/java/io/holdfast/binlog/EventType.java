package io.holdfast.binlog;

/// The type codes of binary-log events.
///
/// Codes 5, 13 and 14 carry the context of a statement; 23 to 25 are the row events that servers
/// before 8.2 could still be told to write. Source: MySQL 9.7
/// `libs/mysql/binlog/event/binlog_event.h`, `enum Log_event_type`.
public final class EventType {
    private EventType() {}

    public static final int QUERY = 2;
    public static final int STOP = 3;
    public static final int ROTATE = 4;
    public static final int INTVAR = 5;
    public static final int RAND = 13;
    public static final int USER_VAR = 14;
    public static final int FORMAT_DESCRIPTION = 15;
    public static final int XID = 16;
    public static final int BEGIN_LOAD_QUERY = 17;
    public static final int EXECUTE_LOAD_QUERY = 18;
    public static final int TABLE_MAP = 19;
    public static final int WRITE_ROWS_V1 = 23;
    public static final int UPDATE_ROWS_V1 = 24;
    public static final int DELETE_ROWS_V1 = 25;
    public static final int INCIDENT = 26;
    public static final int HEARTBEAT = 27;
    public static final int ROWS_QUERY = 29;
    public static final int WRITE_ROWS = 30;
    public static final int UPDATE_ROWS = 31;
    public static final int DELETE_ROWS = 32;
    public static final int GTID = 33;
    public static final int ANONYMOUS_GTID = 34;
    public static final int PREVIOUS_GTIDS = 35;
    public static final int XA_PREPARE = 38;
    public static final int PARTIAL_UPDATE_ROWS = 39;
    public static final int TRANSACTION_PAYLOAD = 40;
    public static final int HEARTBEAT_V2 = 41;

    /// Since MySQL 8.3, and only for transactions whose GTID has a tag.
    public static final int GTID_TAGGED = 42;

    /// Header flag of an event that was made up for one connection and is in no file. Source: MySQL
    /// 9.7 `sql/log_event.h`, `LOG_EVENT_ARTIFICIAL_F`.
    public static final int FLAG_ARTIFICIAL = 0x20;

    /// Header flag of the format description of a file that is still written to, or was not closed.
    /// Source: MySQL 9.7 `binlog_event.h`, `LOG_EVENT_BINLOG_IN_USE_F`.
    public static final int FLAG_IN_USE = 0x01;

    /// Whether the event changes rows: any version, any operation.
    static boolean isRows(int typeCode) {
        return (typeCode >= WRITE_ROWS_V1 && typeCode <= DELETE_ROWS_V1)
                || (typeCode >= WRITE_ROWS && typeCode <= DELETE_ROWS)
                || typeCode == PARTIAL_UPDATE_ROWS;
    }

    /// Whether the event opens a transaction, whatever kind of GTID it has.
    public static boolean beginsTransaction(int typeCode) {
        return typeCode == GTID || typeCode == ANONYMOUS_GTID || typeCode == GTID_TAGGED;
    }
}
