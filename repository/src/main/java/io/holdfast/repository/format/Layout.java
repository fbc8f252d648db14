package io.holdfast.repository.format;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/// The constants of `docs/formats/repository.md`, section 3, and its little-endian integers.
final class Layout {
    static final int FORMAT_VERSION = 1;
    static final int BLOCK_BYTES_MAX = 1 << 20;
    static final int HEADER_BYTES = 80;
    static final int BLOCK_HEADER_BYTES = 48;
    static final int BLOCK_HEADER_HASHED_BYTES = 16;
    static final int TABLE_ENTRY_BYTES = 40;
    static final int TRAILER_BYTES = 96;
    static final int TRAILER_HASHED_BYTES = 56;
    static final int HASH_BYTES = 32;
    static final int SALT_BYTES = 16;
    private static final int HASHED_AT_ONCE_BYTES = 8 << 10;

    /// A sealed block is longer by its tag.
    static final int SEAL_TAG_BYTES = 16;

    static final int BLOCK_COUNT_MAX = 1 << 20;

    static final int COMPRESSION_NONE = 0;
    static final int COMPRESSION_ZSTD = 1;

    static final long MAGIC = littleEndian("HOLDFAST");
    static final long END_MAGIC = littleEndian("TSAFDLOH");

    private static final VarHandle INT =
            MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle LONG =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private Layout() {}

    private static long littleEndian(String eightLetters) {
        long value = 0;
        byte[] letters = eightLetters.getBytes(StandardCharsets.US_ASCII);
        for (int i = 7; i >= 0; i--) {
            value = (value << 8) | letters[i];
        }
        return value;
    }

    static void putInt(byte[] bytes, int offset, int value) {
        INT.set(bytes, offset, value);
    }

    static void putLong(byte[] bytes, int offset, long value) {
        LONG.set(bytes, offset, value);
    }

    static int getInt(byte[] bytes, int offset) {
        return (int) INT.get(bytes, offset);
    }

    /// Adds bytes to a hash, piece by piece: the JVM replaces the JDK's own slow loop by the
    /// processor's instructions after so many *calls*, which with a megabyte in each would come
    /// when a short backup is over.
    static void update(MessageDigest hash, byte[] bytes, int offset, int byteCount) {
        for (int done = 0; done < byteCount; done += HASHED_AT_ONCE_BYTES) {
            hash.update(bytes, offset + done, Math.min(HASHED_AT_ONCE_BYTES, byteCount - done));
        }
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException missing) {
            throw new AssertionError("every JDK has SHA-256", missing);
        }
    }
}
