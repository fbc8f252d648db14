package io.holdfast.client;

import io.holdfast.core.ByteBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Reads a private key from a PEM file: PKCS #8 (`BEGIN PRIVATE KEY`) of any kind, or PKCS #1
/// (`BEGIN RSA PRIVATE KEY`). Encrypted keys are refused. Source: RFC 7468, RFC 5208, RFC 8017
/// appendix A.
final class PemKey {
    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN ((?:RSA )?)PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END");
    private static final long FILE_BYTES_MAX = 1 << 20;

    /// Version 0 and the algorithm identifier `rsaEncryption` in DER: what PKCS #8 puts in front of
    /// a PKCS #1 key.
    private static final byte[] RSA_PREFIX = {
        2,
        1,
        0,
        0x30,
        0x0D,
        6,
        9,
        0x2A,
        (byte) 0x86,
        0x48,
        (byte) 0x86,
        (byte) 0xF7,
        0x0D,
        1,
        1,
        1,
        5,
        0
    };

    private PemKey() {}

    static PrivateKey read(Path file) throws GeneralSecurityException, IOException {
        if (Files.size(file) > FILE_BYTES_MAX) {
            throw new InvalidKeyException(file + " is too large for a key");
        }
        Matcher block = BLOCK.matcher(Files.readString(file));
        if (!block.find()) {
            throw new InvalidKeyException(file + " holds no unencrypted private key in PEM");
        }
        byte[] der = Base64.getMimeDecoder().decode(block.group(2));
        byte[] pkcs8 = block.group(1).isEmpty() ? der : wrapped(der);
        for (String algorithm : List.of("RSA", "EC", "Ed25519")) {
            try {
                return KeyFactory.getInstance(algorithm)
                        .generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
            } catch (InvalidKeySpecException _) {
                // It may be of the next kind.
            }
        }
        throw new InvalidKeyException(file + " holds a key that is neither RSA, EC nor Ed25519");
    }

    private static byte[] wrapped(byte[] pkcs1) {
        var octets = new ByteBuilder(pkcs1.length + 8);
        header(octets, 4, pkcs1.length);
        octets.bytes(pkcs1);
        var whole = new ByteBuilder(octets.byteCount() + 32);
        header(whole, 0x30, RSA_PREFIX.length + octets.byteCount());
        return whole.bytes(RSA_PREFIX).bytes(octets.toArray()).toArray();
    }

    /// A DER tag and a definite length of at most 65,535.
    private static void header(ByteBuilder out, int tag, int byteCount) {
        out.u8(tag);
        if (byteCount < 0x80) {
            out.u8(byteCount);
        } else if (byteCount < 0x100) {
            out.u8(0x81).u8(byteCount);
        } else {
            out.u8(0x82).u8(byteCount >>> 8).u8(byteCount & 0xFF);
        }
    }
}
