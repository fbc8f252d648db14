package io.holdfast.client;

import io.holdfast.binlog.ChecksumAlgorithm;
import io.holdfast.binlog.GtidSetCodec;
import io.holdfast.core.BinlogPosition;
import io.holdfast.core.GtidSet;
import io.holdfast.wire.Command;

/// Turns a session into a stream of the binary log: what a replica says to its source, in order.
///
/// Source: MySQL 9.7 `sql/rpl_replica.cc`, `get_master_version_and_clock`,
/// `register_slave_on_master` and `request_dump`.
final class DumpOpening {
    private static final long OFFSET_32_BITS_MAX = 0xFFFF_FFFFL;

    /// How long the server may wait until we take more: as long as our disk may stall.
    private static final int NET_WRITE_TIMEOUT_SECONDS = 3600;

    private static final int SILENT_HEARTBEATS_MAX = 3;

    private final Session session;
    private final PacketLine line;
    private final DumpRequest request;

    DumpOpening(Session session, PacketLine line, DumpRequest request) {
        this.session = session;
        this.line = line;
        this.request = request;
    }

    BinlogStream open() {
        long heartbeatNanos = request.heartbeat().toNanos();
        // The old names are for servers before 8.0.26, which look for no others.
        session.execute(
                "SET @source_heartbeat_period = "
                        + heartbeatNanos
                        + ", @master_heartbeat_period = "
                        + heartbeatNanos
                        + ", @replica_uuid = '"
                        + request.replicaUuid()
                        + "', @slave_uuid = '"
                        + request.replicaUuid()
                        + "', @source_binlog_checksum = @@global.binlog_checksum"
                        + ", @master_binlog_checksum = @@global.binlog_checksum"
                        + ", SESSION net_write_timeout = "
                        + NET_WRITE_TIMEOUT_SECONDS);
        Rows.Row said = session.query("SELECT @source_binlog_checksum, @@global.gtid_mode").only();
        var checksum =
                said.string(0).equalsIgnoreCase("CRC32")
                        ? ChecksumAlgorithm.CRC32
                        : ChecksumAlgorithm.NONE;
        session.command(
                new Command.RegisterReplica(request.serverId(), request.reportedHost(), 0),
                "registration as a replica");
        long passBefore = 0;
        Command dump;
        switch (request.start()) {
            case DumpStart.Without(GtidSet executed) ->
                    dump = byGtid("", BinlogPosition.FIRST_EVENT_OFFSET, executed);
            case DumpStart.At(BinlogPosition at) when at.offset() <= OFFSET_32_BITS_MAX ->
                    dump = byPosition(at.file(), at.offset());
            case DumpStart.At(BinlogPosition at) when said.string(1).equalsIgnoreCase("ON") ->
                    dump = byGtid(at.file(), at.offset(), GtidSet.EMPTY);
            case DumpStart.At(BinlogPosition at) -> {
                dump = byPosition(at.file(), BinlogPosition.FIRST_EVENT_OFFSET);
                passBefore = at.offset();
            }
        }
        line.send(dump);
        line.transport.readTimeout(request.heartbeat().multipliedBy(SILENT_HEARTBEATS_MAX));
        return new BinlogStream(line, checksum, passBefore);
    }

    private Command byPosition(String file, long offset) {
        return new Command.BinlogDump(file, offset, request.flags(), request.serverId());
    }

    private Command byGtid(String file, long offset, GtidSet executed) {
        return new Command.BinlogDumpGtid(
                request.flags(), request.serverId(), file, offset, GtidSetCodec.encode(executed));
    }
}
