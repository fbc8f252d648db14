package io.holdfast.backup.archive;

import io.holdfast.backup.BackupError;
import io.holdfast.core.BinlogPosition;
import io.holdfast.core.ByteCursor;
import io.holdfast.core.CorruptDataException;
import io.holdfast.core.Problem;
import io.holdfast.core.Text;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import java.util.zip.CRC32C;

/// The beginning of a journal segment: what its bytes are a copy of.
///
/// | offset | bytes | field         | meaning                                                    |
/// |-------:|------:|---------------|------------------------------------------------------------|
/// |      0 |     8 | magic         | `HFJRNL01`, format version 1                               |
/// |      8 |     4 | headerBytes   | the whole header with its checksum, at most 8192           |
/// |     12 |     8 | number        | segments are numbered without holes, from 1                |
/// |     20 |     8 | beginOffset   | where the segment's first byte lies in the binary-log file |
/// |     28 |    16 | serverUuid    | the server that wrote the file, most significant byte last |
/// |     44 | 2 + n | file          | the binary-log file's name, as UTF-8                       |
/// |        | 2 + n | historyId     | the history it belongs to                                  |
/// |        | 2 + n | predecessorId | the history before that one, or nothing                    |
/// |        | 2 + n | reason        | why the history began, for people                          |
/// |    end |     4 | checksum      | CRC-32C of all that is before it                           |
///
/// Integers are unsigned, little-endian. Documented in `docs/formats/journal.md`.
record SegmentHeader(long number, JournalLine line, BinlogPosition begin) {
    static final int BYTES_MAX = 8192;
    private static final byte[] MAGIC = "HFJRNL01".getBytes(StandardCharsets.US_ASCII);
    private static final int FIXED_BYTES = 44;
    private static final int CHECKSUM_BYTES = 4;
    private static final int REASON_CHARACTERS_MAX = 1024;

    byte[] encode() {
        var strings = new ByteArrayOutputStream();
        writeString(strings, begin.file());
        writeString(strings, line.historyId());
        writeString(strings, line.predecessorId());
        writeString(strings, clipped(line.reason()));
        int headerBytes = FIXED_BYTES + strings.size() + CHECKSUM_BYTES;
        if (headerBytes > BYTES_MAX) {
            throw new IllegalArgumentException("names too long for a segment header: " + line);
        }
        ByteBuffer out = ByteBuffer.allocate(headerBytes).order(ByteOrder.LITTLE_ENDIAN);
        out.put(MAGIC).putInt(headerBytes).putLong(number).putLong(begin.offset());
        out.putLong(line.serverUuid().getLeastSignificantBits());
        out.putLong(line.serverUuid().getMostSignificantBits());
        out.put(strings.toByteArray());
        out.putInt((int) checksum(out.array(), headerBytes - CHECKSUM_BYTES));
        return out.array();
    }

    private static String clipped(String reason) {
        return reason.length() <= REASON_CHARACTERS_MAX
                ? reason
                : reason.substring(0, REASON_CHARACTERS_MAX);
    }

    private static void writeString(ByteArrayOutputStream out, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        out.write(bytes.length);
        out.write(bytes.length >> 8);
        out.writeBytes(bytes);
    }

    /// How long the header is that begins with these bytes.
    ///
    /// @param start at least the first 12 bytes of a segment
    /// @throws CorruptDataException if they do not begin a segment of this version
    static int bytesOf(byte[] start, String source) {
        var in = new ByteCursor(start, source, 0);
        byte[] magic = in.bytes(MAGIC.length, "magic");
        long headerBytes = in.u32("headerBytes");
        if (!java.util.Arrays.equals(magic, MAGIC)
                || headerBytes < FIXED_BYTES + CHECKSUM_BYTES
                || headerBytes > BYTES_MAX) {
            throw unknown(source, "it does not begin with HFJRNL01 and a header's length");
        }
        return (int) headerBytes;
    }

    /// Reads a whole header.
    ///
    /// @throws CorruptDataException if a byte of it is not as it was written
    static SegmentHeader decode(byte[] bytes, String source) {
        int headerBytes = bytesOf(bytes, source);
        var in = new ByteCursor(bytes, source, 0);
        in.need(headerBytes, "segment header");
        var tail =
                new ByteCursor(
                        bytes,
                        headerBytes - CHECKSUM_BYTES,
                        headerBytes,
                        source,
                        (long) headerBytes - CHECKSUM_BYTES);
        if (tail.u32("checksum") != checksum(bytes, headerBytes - CHECKSUM_BYTES)) {
            throw unknown(source, "its header's checksum does not match");
        }
        in.skip(MAGIC.length + 4L, "magic and headerBytes");
        long number = in.u64("number");
        long beginOffset = in.u64("beginOffset");
        long low = in.u64("serverUuid");
        long high = in.u64("serverUuid");
        String file = readString(in, "file");
        var line =
                new JournalLine(
                        readString(in, "historyId"),
                        new UUID(high, low),
                        readString(in, "predecessorId"),
                        readString(in, "reason"));
        return new SegmentHeader(number, line, new BinlogPosition(file, beginOffset));
    }

    private static String readString(ByteCursor in, String field) {
        return in.string(in.u16(field), StandardCharsets.UTF_8, field);
    }

    private static CorruptDataException unknown(String source, String why) {
        return new CorruptDataException(
                Problem.of(BackupError.JOURNAL_UNKNOWN)
                        .what("%s", "not a journal segment: " + why)
                        .where("%s", source)
                        .remedy("Move the file out of the journal folder and start again."));
    }

    private static long checksum(byte[] bytes, int byteCount) {
        var crc = new CRC32C();
        crc.update(bytes, 0, byteCount);
        return crc.getValue();
    }

    /// The name of the file that holds the segment of this number.
    static String fileName(long number) {
        return Text.format("%016d.segment", number);
    }
}
