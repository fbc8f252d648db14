package io.holdfast.repository.format;

import static io.holdfast.repository.format.Layout.BLOCK_BYTES_MAX;
import static io.holdfast.repository.format.Layout.FORMAT_VERSION;
import static io.holdfast.repository.format.Layout.HASH_BYTES;
import static io.holdfast.repository.format.Layout.HEADER_BYTES;
import static io.holdfast.repository.format.Layout.MAGIC;
import static io.holdfast.repository.format.Layout.SALT_BYTES;

import io.holdfast.core.ByteCursor;
import io.holdfast.store.ObjectKey;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.zip.CRC32C;

/// The first 80 bytes of every object.
///
/// | offset | bytes | field           | meaning                                         |
/// |-------:|------:|-----------------|-------------------------------------------------|
/// |      0 |     8 | magic           | `HOLDFAST`                                      |
/// |      8 |     1 | format version  | 1                                               |
/// |      9 |     1 | kind            | see [ObjectKind]                                |
/// |     10 |     1 | seal            | 0 none                                          |
/// |     11 |     1 | flags           | 0                                               |
/// |     12 |     4 | block bytes max | the most raw bytes a block has                  |
/// |     16 |    16 | salt            | random                                          |
/// |     32 |    32 | binding         | SHA-256 of the repository's id and the key      |
/// |     64 |    12 | reserved        | 0                                               |
/// |     76 |     4 | header CRC      | CRC-32C of bytes 0 to 75                        |
///
/// Source: `docs/formats/repository.md`, section 3.1.
///
/// @param blockBytesMax 1 to 1 MiB
record Header(ObjectKind kind, int blockBytesMax) {
    private static final int CRC_OFFSET = 76;

    static byte[] encode(ObjectKind kind, byte[] salt, RepositoryId repository, ObjectKey key) {
        byte[] bytes = new byte[HEADER_BYTES];
        Layout.putLong(bytes, 0, MAGIC);
        bytes[8] = FORMAT_VERSION;
        bytes[9] = (byte) kind.number();
        Layout.putInt(bytes, 12, BLOCK_BYTES_MAX);
        System.arraycopy(salt, 0, bytes, 16, SALT_BYTES);
        System.arraycopy(binding(repository, key), 0, bytes, 32, HASH_BYTES);
        Layout.putInt(bytes, CRC_OFFSET, crc(bytes));
        return bytes;
    }

    /// Reads and checks a header: intact first, then known, then in its place.
    ///
    /// @throws io.holdfast.core.CorruptDataException if it is damaged or misplaced
    /// @throws io.holdfast.core.RefusedException if a newer Holdfast wrote it
    static Header decode(
            byte[] bytes, RepositoryId repository, ObjectKey key, ObjectKind expected) {
        var in = new ByteCursor(bytes, 0, HEADER_BYTES, "object " + key, 0);
        if (in.u64("magic") != MAGIC) {
            throw Damage.at(key, 0, "object does not begin with HOLDFAST");
        }
        if (Layout.getInt(bytes, CRC_OFFSET) != crc(bytes)) {
            throw Damage.at(key, CRC_OFFSET, "checksum of the header does not fit");
        }
        int version = in.u8("format version");
        int kindNumber = in.u8("kind");
        int seal = in.u8("seal");
        int flags = in.u8("flags");
        long blockBytesMax = in.u32("block bytes max");
        in.skip(SALT_BYTES, "salt");
        byte[] binding = in.bytes(HASH_BYTES, "binding");
        if (version != FORMAT_VERSION) {
            throw Damage.tooNew(key, "format version is %d, known is 1", version);
        }
        if (seal != 0 || flags != 0 || !isZero(in.bytes(12, "reserved"))) {
            throw Damage.tooNew(key, "seal %d and flags %d are not known here", seal, flags);
        }
        if (!MessageDigest.isEqual(binding, binding(repository, key))) {
            throw Damage.misplaced(key);
        }
        if (ObjectKind.of(kindNumber).filter(kind -> kind == expected).isEmpty()) {
            throw Damage.at(key, 9, "object is of kind %d, expected a %s", kindNumber, expected);
        }
        if (blockBytesMax < 1 || blockBytesMax > BLOCK_BYTES_MAX) {
            throw Damage.at(
                    key, 12, "blocks may have %d bytes, at most 1048576 is allowed", blockBytesMax);
        }
        return new Header(expected, (int) blockBytesMax);
    }

    private static boolean isZero(byte[] bytes) {
        for (byte one : bytes) {
            if (one != 0) {
                return false;
            }
        }
        return true;
    }

    private static int crc(byte[] header) {
        var crc = new CRC32C();
        crc.update(header, 0, CRC_OFFSET);
        return (int) crc.getValue();
    }

    private static byte[] binding(RepositoryId repository, ObjectKey key) {
        MessageDigest hash = Layout.sha256();
        byte[] id = new byte[16];
        Layout.putLong(id, 0, Long.reverseBytes(repository.uuid().getMostSignificantBits()));
        Layout.putLong(id, 8, Long.reverseBytes(repository.uuid().getLeastSignificantBits()));
        hash.update(id);
        return hash.digest(key.text().getBytes(StandardCharsets.US_ASCII));
    }
}
