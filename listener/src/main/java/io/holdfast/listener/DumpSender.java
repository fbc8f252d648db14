package io.holdfast.listener;

import io.holdfast.binlog.BinlogEvent.Rotate;
import io.holdfast.binlog.EventDecoder;
import io.holdfast.binlog.EventFrame;
import io.holdfast.binlog.EventType;
import io.holdfast.binlog.EventWriter;
import io.holdfast.core.BinlogPosition;
import io.holdfast.core.ByteBuilder;
import io.holdfast.wire.EofPacket;
import io.holdfast.wire.PacketWriter;
import org.jspecify.annotations.Nullable;

/// Sends a log to a replica: each event as a packet of a zero byte and the event's bytes.
///
/// What a source adds to the events of the log:
/// - an artificial rotate event first, and whenever events come from another file. If the replica
///   asked by position, also where events were left out, because it counts its position by adding
///   up event lengths;
/// - heartbeats while there is nothing to send, with the position as the replica counts it: one
///   behind it would be an error to the replica;
/// - the first format description without the time the server started, so that the replica keeps
///   its temporary tables.
///
/// When all is sent the connection stays, with heartbeats, until the replica or the
/// [ReplicationSource] closes it: a replica that reads an end would reconnect again and again.
/// Source: MySQL 9.7 `sql/rpl_binlog_sender.cc`, `Binlog_sender::run`, `fake_rotate_event`,
/// `send_format_description_event`; `sql/rpl_replica.cc`, `queue_event`.
final class DumpSender {
    /// The replica knows heartbeats of version 2. Source: MySQL 9.7 `sql/rpl_constants.h`,
    /// `USE_HEARTBEAT_EVENT_V2`.
    private static final int FLAG_HEARTBEAT_V2 = 2;

    /// The other side, `mysqlbinlog` without `--stop-never`, wants an end instead of waiting.
    private static final int FLAG_END = 1;

    private final ReplicaSocket socket;
    private final PacketWriter writer;
    private final long serverId;
    private final long heartbeatMillis;
    private final EventDecoder decoder;

    /// Where the replica believes that it is; null before the first event.
    private @Nullable BinlogPosition replicaAt;

    DumpSender(
            ReplicaSocket socket, PacketWriter writer, long serverId, SourceQuestions questions) {
        this.socket = socket;
        this.writer = writer;
        this.serverId = serverId;
        this.heartbeatMillis = questions.heartbeatMillis();
        this.decoder = new EventDecoder(questions.checksum());
    }

    /// Sends all of the log, then waits until the replica leaves.
    void send(BinlogFeed feed, DumpRequest request, int flags) {
        try (ServedLog log = feed.open(request)) {
            for (EventFrame frame = log.next(); frame != null; frame = log.next()) {
                sendEvent(frame, log.position(), request);
            }
        }
        if ((flags & FLAG_END) != 0) {
            var end = new ByteBuilder();
            new EofPacket(0, 0).write(end);
            writer.payload(end);
            writer.flush();
            return;
        }
        writer.flush();
        while (socket.listen(heartbeatMillis) == ReplicaSocket.Heard.NOTHING) {
            sendHeartbeat((flags & FLAG_HEARTBEAT_V2) != 0);
            writer.flush();
        }
    }

    private void sendEvent(EventFrame frame, BinlogPosition at, DumpRequest request) {
        boolean isFormat = frame.header().typeCode() == EventType.FORMAT_DESCRIPTION;
        BinlogPosition before = replicaAt;
        BinlogPosition expected =
                switch (request) {
                    case DumpRequest.WithoutGtids _ -> at;
                    // The format description is sent whatever position was asked for.
                    case DumpRequest.FromPosition from -> before == null ? from.position() : at;
                };
        boolean isResumed = false;
        if (before == null || !before.file().equals(at.file())) {
            long offset = before == null ? expected.offset() : at.offset();
            moveReplica(new BinlogPosition(at.file(), offset));
            isResumed = offset > BinlogPosition.FIRST_EVENT_OFFSET;
        } else if (request instanceof DumpRequest.FromPosition
                && !isFormat
                && before.offset() != at.offset()) {
            moveReplica(at);
        }
        if (isFormat) {
            sendFormat(frame, at, isResumed, before == null, request);
            return;
        }
        BinlogPosition next = null;
        if (frame.header().typeCode() == EventType.ROTATE
                && decoder.decode(frame, at.file(), at.offset()) instanceof Rotate rotate) {
            next = new BinlogPosition(rotate.nextFile(), rotate.nextOffset());
        }
        writer.begin(frame.header().eventBytes() + 1);
        writer.accept(new byte[1], 0, 1);
        frame.transferTo(writer);
        if (next == null) {
            advance(frame.header().eventBytes());
        } else {
            replicaAt = next;
        }
    }

    private void sendFormat(
            EventFrame frame,
            BinlogPosition at,
            boolean isResumed,
            boolean isFirst,
            DumpRequest request) {
        var event = new ByteBuilder((int) frame.header().eventBytes());
        var _ = decoder.decode(frame, at.file(), at.offset());
        frame.transferTo(event);
        byte[] bytes = java.util.Arrays.copyOf(event.array(), event.byteCount());
        if (isResumed) {
            sendWhole(eventWriter().formatDescriptionForResume(bytes));
            return;
        }
        // A later one may tell that the server was restarted, which ends temporary tables.
        sendWhole(
                isFirst && request instanceof DumpRequest.WithoutGtids
                        ? eventWriter().formatDescriptionForGtids(bytes)
                        : EventWriter.formatDescriptionOfClosedFile(bytes));
        advance(bytes.length);
    }

    private void advance(long byteCount) {
        BinlogPosition at = replicaAt;
        if (at != null) {
            replicaAt = new BinlogPosition(at.file(), at.offset() + byteCount);
        }
    }

    private void moveReplica(BinlogPosition to) {
        sendWhole(eventWriter().artificialRotate(to));
        replicaAt = to;
    }

    private void sendHeartbeat(boolean isVersion2) {
        BinlogPosition at = replicaAt;
        if (at != null) {
            sendWhole(isVersion2 ? eventWriter().heartbeatV2(at) : eventWriter().heartbeat(at));
        }
    }

    private void sendWhole(byte[] event) {
        writer.begin(event.length + 1L);
        writer.accept(new byte[1], 0, 1);
        writer.accept(event, 0, event.length);
    }

    /// Made-up events carry a checksum if those of the log do.
    private EventWriter eventWriter() {
        return new EventWriter(serverId, decoder.checksum());
    }
}
