package io.holdfast.wire;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/// The digests that authentication methods are built of.
final class Digests {
    private Digests() {}

    static MessageDigest of(String algorithm) {
        try {
            return MessageDigest.getInstance(algorithm);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JDK has " + algorithm, e);
        }
    }

    /// The bytes of `left`, each XORed with the byte of `right` at the same place, which repeats if
    /// it is shorter.
    static byte[] xor(byte[] left, byte[] right) {
        byte[] result = new byte[left.length];
        for (int i = 0; i < left.length; i++) {
            result[i] = (byte) (left[i] ^ right[i % right.length]);
        }
        return result;
    }
}
