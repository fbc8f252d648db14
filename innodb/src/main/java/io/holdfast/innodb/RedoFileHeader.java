package io.holdfast.innodb;

import io.holdfast.core.CorruptDataException;
import io.holdfast.core.Problem;
import io.holdfast.core.Text;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.zip.CRC32C;

/// The first block of a redo log file: which part of the log the file holds.
///
/// | offset | bytes | field    | meaning                                                               |
/// |-------:|------:|----------|-----------------------------------------------------------------------|
/// |      0 |     4 | format   | 6 since MySQL 8.0.30                                                  |
/// |      4 |     4 | logUuid  | the same in all files of a data directory                             |
/// |      8 |     8 | startLsn | of the byte at offset 2048 of the file; a multiple of 512             |
/// |     16 |    32 | creator  | such as `MySQL 9.7.4`, ended by a zero byte                           |
/// |     48 |     4 | flags    | 1 redo logging is disabled, 2 and nothing can be recovered, 4 the data directory is not initialised yet, 8 the file is full |
/// |     52 |   456 | -        | 0                                                                     |
/// |    508 |     4 | checksum | CRC-32C of the 508 bytes before                                       |
///
/// Integers are unsigned, big-endian. Source: MySQL 9.7 `storage/innobase/include/log0constants.h`,
/// `LOG_HEADER_*`; `storage/innobase/log/log0files_io.cc`, `log_file_header_serialize`.
public record RedoFileHeader(long logUuid, long startLsn, String creator, int flags) {
    /// The only format known.
    public static final int FORMAT = 6;

    public static final int NO_LOGGING = 1;
    public static final int CRASH_UNSAFE = 2;
    public static final int NOT_INITIALISED = 4;
    public static final int FULL = 8;

    /// The first LSN of a new server.
    public static final long START_LSN_MIN = 16L * RedoBlock.BYTES;

    private static final int LOG_UUID = 4;
    private static final int START_LSN = 8;
    private static final int CREATOR = 16;
    private static final int CREATOR_BYTES_MAX = 31;
    private static final int FLAGS = 48;

    public RedoFileHeader {
        if (startLsn != RedoBlock.start(startLsn) || startLsn < START_LSN_MIN) {
            throw new IllegalArgumentException(Text.format("startLsn is %d", startLsn));
        }
        if (creator.getBytes(StandardCharsets.ISO_8859_1).length > CREATOR_BYTES_MAX) {
            throw new IllegalArgumentException("creator is longer than 31 bytes");
        }
    }

    /// Reads the header from the first 512 bytes of a redo log file.
    ///
    /// @param source names the file in errors
    /// @throws CorruptDataException with [InnodbError#REDO_HEADER_CORRUPT] if the checksum does not
    ///   fit or the LSN is impossible, with [InnodbError#REDO_FORMAT_UNKNOWN] if it is in another
    ///   format
    public static RedoFileHeader decode(byte[] bytes, String source) {
        Objects.checkFromIndexSize(0, RedoBlock.BYTES, bytes.length);
        if (!RedoBlock.isSealed(new CRC32C(), bytes, 0)) {
            throw corrupt(source, "header's checksum does not fit its bytes");
        }
        long format = BigEndian.u32(bytes, 0);
        if (format != FORMAT) {
            throw new CorruptDataException(
                    Problem.of(InnodbError.REDO_FORMAT_UNKNOWN)
                            .what(
                                    "redo log is in format %d, this Holdfast reads %d",
                                    format, FORMAT)
                            .where("%s", source)
                            .remedy("Use a server of MySQL 8.0.30 or later, or a newer Holdfast."));
        }
        long startLsn = BigEndian.u64(bytes, START_LSN);
        if (startLsn != RedoBlock.start(startLsn) || startLsn < START_LSN_MIN) {
            throw corrupt(source, Text.format("file begins at the impossible LSN %d", startLsn));
        }
        int creatorBytes = 0;
        while (creatorBytes < CREATOR_BYTES_MAX && bytes[CREATOR + creatorBytes] != 0) {
            creatorBytes++;
        }
        return new RedoFileHeader(
                BigEndian.u32(bytes, LOG_UUID),
                startLsn,
                new String(bytes, CREATOR, creatorBytes, StandardCharsets.ISO_8859_1),
                BigEndian.bits32(bytes, FLAGS));
    }

    /// The header as the first 512 bytes of a file.
    public byte[] encode() {
        byte[] block = new byte[RedoBlock.BYTES];
        BigEndian.put32(block, 0, FORMAT);
        BigEndian.put32(block, LOG_UUID, logUuid);
        BigEndian.put64(block, START_LSN, startLsn);
        byte[] name = creator.getBytes(StandardCharsets.ISO_8859_1);
        System.arraycopy(name, 0, block, CREATOR, name.length);
        BigEndian.put32(block, FLAGS, flags);
        RedoBlock.seal(block, 0);
        return block;
    }

    /// Whether changes are made without redo, so that no copy of a running server can be recovered.
    public boolean isLoggingDisabled() {
        return (flags & (NO_LOGGING | CRASH_UNSAFE)) != 0;
    }

    /// Whether the server writes nothing more into the file.
    public boolean isFull() {
        return (flags & FULL) != 0;
    }

    private static CorruptDataException corrupt(String source, String what) {
        return new CorruptDataException(
                Problem.of(InnodbError.REDO_HEADER_CORRUPT)
                        .what("%s", what)
                        .where("%s", source)
                        .remedy("Check that %s is a redo log file of a running server.", source));
    }
}
