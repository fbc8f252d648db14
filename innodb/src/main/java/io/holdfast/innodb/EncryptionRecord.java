package io.holdfast.innodb;

import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Which master key opens an encrypted tablespace or redo log: what a keyring must hold to restore
/// it. The sealed key is never read; the sum of what it seals tells one key from another.
///
/// | offset | bytes | field       | meaning                                                        |
/// |-------:|------:|-------------|----------------------------------------------------------------|
/// |      0 |     3 | magic       | `lCA`, `lCB`, `lCC`: version 1, 2, 3                           |
/// |      3 |     4 | masterKeyId | 0: the key of an installation that is not finished yet         |
/// |      7 |    36 | serverUuid  | part of the master key's name; not in version 1                |
/// |     43 |    64 | -           | key and initial vector, sealed with the master key             |
/// |    107 |     4 | keySum      | CRC-32C of both before they were sealed; in version 1, as all after the serverUuid, 36 bytes earlier |
///
/// It lies in a tablespace's first page (see [TablespaceHeader]) and in the third block of a redo
/// log file, at offset 48. Integers are unsigned, big-endian. Source: MySQL 9.7
/// `storage/innobase/os/os0enc.cc`, `Encryption::fill_encryption_info`; `include/os0enc.h`,
/// `Encryption::INFO_SIZE`.
///
/// @param version 1..3
/// @param serverUuid empty in version 1
public record EncryptionRecord(int version, long masterKeyId, String serverUuid) {
    public static final int BYTES = 111;

    /// What the server keeps free for the record, so that it may grow.
    static final int BYTES_RESERVED = 115;

    private static final int MASTER_KEY_ID = 3;
    private static final int SERVER_UUID = 7;
    private static final int UUID_BYTES = 36;
    private static final int KEY_SUM = 107;

    /// The record at `offset`, or null if there is none.
    static @Nullable EncryptionRecord decode(byte[] bytes, int offset) {
        Objects.checkFromIndexSize(offset, BYTES, bytes.length);
        int version = bytes[offset + 2] - 'A' + 1;
        if (bytes[offset] != 'l' || bytes[offset + 1] != 'C' || version < 1 || version > 3) {
            return null;
        }
        String uuid =
                version == 1
                        ? ""
                        : new String(
                                bytes,
                                offset + SERVER_UUID,
                                UUID_BYTES,
                                StandardCharsets.ISO_8859_1);
        return new EncryptionRecord(version, BigEndian.u32(bytes, offset + MASTER_KEY_ID), uuid);
    }

    /// The sum of the key in the record at `offset`.
    static long keySum(byte[] bytes, int offset, EncryptionRecord record) {
        int before = record.version == 1 ? UUID_BYTES : 0;
        return BigEndian.u32(bytes, offset + KEY_SUM - before);
    }
}
