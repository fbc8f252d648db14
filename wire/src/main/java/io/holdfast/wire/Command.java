package io.holdfast.wire;

import io.holdfast.core.ByteBuilder;
import io.holdfast.core.ByteCursor;
import java.nio.charset.StandardCharsets;

/// What a client asks of a server: one byte of command number, then what the command defines.
///
/// Source: MySQL 9.7 `include/my_command.h`, `enum_server_command`; protocol manual, "Command
/// Phase".
public sealed interface Command {
    int QUIT = 0x01;
    int INIT_DB = 0x02;
    int QUERY = 0x03;
    int PING = 0x0E;
    int BINLOG_DUMP = 0x12;
    int REGISTER_REPLICA = 0x15;
    int STMT_PREPARE = 0x16;
    int STMT_EXECUTE = 0x17;
    int STMT_SEND_LONG_DATA = 0x18;
    int STMT_CLOSE = 0x19;
    int STMT_RESET = 0x1A;
    int SET_OPTION = 0x1B;
    int BINLOG_DUMP_GTID = 0x1E;
    int RESET_CONNECTION = 0x1F;
    int CLONE = 0x20;

    void write(ByteBuilder out);

    /// Reads a command that a client sent.
    static Command read(ByteCursor in) {
        int number = in.u8("command");
        return switch (number) {
            case QUIT -> new Quit();
            case PING -> new Ping();
            case RESET_CONNECTION -> new ResetConnection();
            case CLONE -> new Clone();
            case QUERY -> new Query(in.stringRest());
            case REGISTER_REPLICA -> RegisterReplica.readBody(in);
            case BINLOG_DUMP -> BinlogDump.readBody(in);
            case BINLOG_DUMP_GTID -> BinlogDumpGtid.readBody(in);
            default -> new Other(number);
        };
    }

    record Quit() implements Command {
        @Override
        public void write(ByteBuilder out) {
            out.u8(QUIT);
        }
    }

    record Ping() implements Command {
        @Override
        public void write(ByteBuilder out) {
            out.u8(PING);
        }
    }

    record ResetConnection() implements Command {
        @Override
        public void write(ByteBuilder out) {
            out.u8(RESET_CONNECTION);
        }
    }

    /// Turns the connection over to the server's clone plugin, see
    /// [io.holdfast.wire.clone.CloneCommand].
    record Clone() implements Command {
        @Override
        public void write(ByteBuilder out) {
            out.u8(CLONE);
        }
    }

    /// A statement as text, without query attributes.
    record Query(String sql) implements Command {
        @Override
        public void write(ByteBuilder out) {
            out.u8(QUERY).string(sql);
        }
    }

    /// A statement as exact bytes, which need not be UTF-8, without query attributes. It is only
    /// sent, never read: a server of ours takes texts.
    @SuppressWarnings("ArrayRecordComponent") // never compared, and copied nowhere
    record QueryBytes(byte[] sql) implements Command {
        public String text() {
            return new String(sql, StandardCharsets.UTF_8);
        }

        @Override
        public void write(ByteBuilder out) {
            out.u8(QUERY).bytes(sql);
        }
    }

    /// Makes the client known as a replica, so that `SHOW REPLICAS` lists it.
    ///
    /// | bytes | field    | meaning                                        |
    /// |------:|----------|------------------------------------------------|
    /// |     4 | serverId | the replica's `server_id`                      |
    /// |     … | host     | one byte of count, then bytes; only for show   |
    /// |     … | user     | one byte of count, then bytes; left empty      |
    /// |     … | password | one byte of count, then bytes; left empty      |
    /// |     2 | port     | only for show                                  |
    /// |     4 | rank     | ignored by servers                             |
    /// |     4 | sourceId | 0; the server fills in its own                 |
    ///
    /// Source: MySQL 9.7 `sql/rpl_source.cc`, `register_replica`.
    record RegisterReplica(long serverId, String host, int port) implements Command {
        /// The longest host a server takes: `HOSTNAME_LENGTH`.
        public static final int HOST_BYTES_MAX = 255;

        static RegisterReplica readBody(ByteCursor in) {
            long serverId = in.u32("serverId");
            String host = in.string(in.u8("host"), StandardCharsets.UTF_8, "host");
            in.skip(in.u8("user"), "user");
            in.skip(in.u8("password"), "password");
            int port = in.u16("port");
            in.skip(8, "rank and sourceId");
            return new RegisterReplica(serverId, host, port);
        }

        @Override
        public void write(ByteBuilder out) {
            byte[] hostBytes = host.getBytes(StandardCharsets.UTF_8);
            // A host that was read may have grown: bytes that are no UTF-8 become three each.
            if (hostBytes.length > HOST_BYTES_MAX) {
                throw new IllegalArgumentException("host has more than 255 bytes");
            }
            out.u8(REGISTER_REPLICA)
                    .u32(serverId)
                    .u8(hostBytes.length)
                    .bytes(hostBytes)
                    .u8(0)
                    .u8(0)
                    .u16(port)
                    .u32(0)
                    .u32(0);
        }
    }

    /// Flag of both dump commands: end with an EOF packet instead of waiting for more. Source:
    /// MySQL 9.7 `include/mysql/rpl_constants` as `BINLOG_DUMP_NON_BLOCK`.
    int DUMP_END_AT_EOF = 1;

    /// Flag of both dump commands: heartbeats may be of the second kind, whose positions have 64
    /// bits. Source: MySQL 9.7 `sql/rpl_constants.h`, `USE_HEARTBEAT_EVENT_V2`.
    int DUMP_HEARTBEAT_V2 = 2;

    /// Asks for the binary log from a file and position on.
    ///
    /// | bytes | field    | meaning                                             |
    /// |------:|----------|-----------------------------------------------------|
    /// |     4 | offset   | of an event; has no room for more than 32 bits      |
    /// |     2 | flags    | [#DUMP_END_AT_EOF], [#DUMP_HEARTBEAT_V2]            |
    /// |     4 | serverId | the replica's                                       |
    /// |     … | file     | the rest; empty for the server's first file         |
    ///
    /// The server itself reads only 32 bits here, so a place beyond 4 GiB in a file can be asked
    /// for only with [BinlogDumpGtid]. Source: MySQL 9.7 `sql/rpl_source.cc`, `com_binlog_dump`.
    record BinlogDump(String file, long offset, int flags, long serverId) implements Command {
        public BinlogDump {
            if (offset < 0 || offset > 0xFFFF_FFFFL) {
                throw new IllegalArgumentException("offset does not fit 32 bits: " + offset);
            }
        }

        static BinlogDump readBody(ByteCursor in) {
            long offset = in.u32("offset");
            int flags = in.u16("flags");
            long serverId = in.u32("serverId");
            return new BinlogDump(in.stringRest(), offset, flags, serverId);
        }

        @Override
        public void write(ByteBuilder out) {
            out.u8(BINLOG_DUMP).u32(offset).u16(flags).u32(serverId).string(file);
        }
    }

    /// Asks for the binary log without the transactions of a GTID set.
    ///
    /// | bytes | field     | meaning                                                        |
    /// |------:|-----------|----------------------------------------------------------------|
    /// |     2 | flags     | [#DUMP_END_AT_EOF], [#DUMP_HEARTBEAT_V2]                       |
    /// |     4 | serverId  | the replica's                                                  |
    /// |     4 | fileBytes | count                                                          |
    /// |     … | file      | empty: the server finds the file by the set                    |
    /// |     8 | offset    | of an event in that file; 4 if the server finds it             |
    /// |     4 | setBytes  | count                                                          |
    /// |     … | set       | see `io.holdfast.binlog.GtidSetCodec`                          |
    ///
    /// Refused by a server whose `gtid_mode` is not ON. Source: MySQL 9.7 `sql/rpl_source.cc`,
    /// `com_binlog_dump_gtid`; `sql/rpl_binlog_sender.cc`, `Binlog_sender::check_start_file`.
    @SuppressWarnings("ArrayRecordComponent") // never compared, and copied nowhere
    record BinlogDumpGtid(int flags, long serverId, String file, long offset, byte[] encodedGtidSet)
            implements Command {
        static BinlogDumpGtid readBody(ByteCursor in) {
            int flags = in.u16("flags");
            long serverId = in.u32("serverId");
            String file = in.string(in.u32("fileBytes"), StandardCharsets.UTF_8, "file");
            long offset = in.u64("offset");
            byte[] set = in.bytes(in.u32("setBytes"), "set");
            return new BinlogDumpGtid(flags, serverId, file, offset, set);
        }

        @Override
        public void write(ByteBuilder out) {
            byte[] fileBytes = file.getBytes(StandardCharsets.UTF_8);
            out.u8(BINLOG_DUMP_GTID)
                    .u16(flags)
                    .u32(serverId)
                    .u32(fileBytes.length)
                    .bytes(fileBytes)
                    .u64(offset)
                    .u32(encodedGtidSet.length)
                    .bytes(encodedGtidSet);
        }
    }

    /// A command that a server of ours does not know; it answers with an error.
    record Other(int number) implements Command {
        @Override
        public void write(ByteBuilder out) {
            out.u8(number);
        }
    }
}
