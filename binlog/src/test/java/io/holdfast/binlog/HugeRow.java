package io.holdfast.binlog;

import io.holdfast.core.ByteBuilder;
import java.util.List;
import java.util.UUID;
import java.util.zip.CRC32;

/// A log of one transaction that inserts one row with a blob of any size. The blob's zeros are made
/// up while they are read.
final class HugeRow implements ByteSource {
    private static final int TABLE_ID = 7;

    private final byte[] front;
    private final byte[] back;
    private final long blobBytes;
    private long at;

    HugeRow(long blobBytes) {
        this.blobBytes = blobBytes;
        var writer = new EventWriter(1, ChecksumAlgorithm.CRC32);
        var out = new ByteBuilder();
        out.accept(GoldenLog.bytes(), 0, 127);
        var start =
                new BinlogEvent.TransactionStart(
                        new EventHeader(0, EventType.GTID, 1, 0, 0, 0),
                        new io.holdfast.core.Gtid(
                                io.holdfast.core.GtidSource.untagged(new UUID(1, 2)), 1),
                        false,
                        0,
                        1,
                        5,
                        5,
                        0,
                        90704,
                        90704);
        List<EventFrame> empty = writer.emptyTransaction(start, 0);
        empty.subList(0, 2).forEach(event -> event.transferTo(out));
        var map =
                new ByteBuilder()
                        .u48(TABLE_ID)
                        .u16(1)
                        .u8(1)
                        .string("s")
                        .u8(0)
                        .u8(1)
                        .string("t")
                        .u8(0)
                        .u8(1)
                        .u8(251) // one column: LONG_BLOB
                        .u8(1)
                        .u8(4) // lengths take four bytes
                        .u8(1);
        out.bytes(event(writer, EventType.TABLE_MAP, map));
        var rows =
                new ByteBuilder()
                        .u48(TABLE_ID)
                        .u16(1)
                        .u16(2)
                        .u8(1)
                        .u8(1) // one column, present
                        .u8(0) // not null
                        .u32(blobBytes);
        long eventBytes = EventHeader.BYTES + rows.byteCount() + blobBytes + 4;
        var head = new ByteBuilder().u32(0).u8(EventType.WRITE_ROWS).u32(1).u32(eventBytes);
        head.u32(0).u16(0).accept(rows.array(), 0, rows.byteCount());
        out.accept(head.array(), 0, head.byteCount());
        this.front = java.util.Arrays.copyOf(out.array(), out.byteCount());
        var crc = new CRC32();
        crc.update(head.array(), 0, head.byteCount());
        byte[] zeros = new byte[1 << 20];
        for (long left = blobBytes; left > 0; left -= zeros.length) {
            crc.update(zeros, 0, (int) Math.min(left, zeros.length));
        }
        var tail = new ByteBuilder().u32(crc.getValue());
        empty.getLast().transferTo(tail);
        this.back = java.util.Arrays.copyOf(tail.array(), tail.byteCount());
    }

    private static byte[] event(EventWriter writer, int typeCode, ByteBuilder body) {
        return writer.event(
                new EventHeader(0, typeCode, 1, 0, 0, 0),
                java.util.Arrays.copyOf(body.array(), body.byteCount()));
    }

    @Override
    public int read(byte[] bytes, int offset, int byteCountMax) {
        if (at < front.length) {
            return copy(front, (int) at, bytes, offset, byteCountMax);
        }
        long blobAt = at - front.length;
        if (blobAt < blobBytes) {
            int count = (int) Math.min(byteCountMax, blobBytes - blobAt);
            java.util.Arrays.fill(bytes, offset, offset + count, (byte) 0);
            at += count;
            return count;
        }
        int backAt = (int) (blobAt - blobBytes);
        return backAt == back.length ? -1 : copy(back, backAt, bytes, offset, byteCountMax);
    }

    private int copy(byte[] from, int index, byte[] bytes, int offset, int byteCountMax) {
        int count = Math.min(byteCountMax, from.length - index);
        System.arraycopy(from, index, bytes, offset, count);
        at += count;
        return count;
    }
}
