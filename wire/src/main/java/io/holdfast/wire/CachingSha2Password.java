package io.holdfast.wire;

import io.holdfast.core.CorruptDataException;
import io.holdfast.core.Problem;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.Cipher;

/// The method `caching_sha2_password`, the default of every supported server.
///
/// The client sends [#scramble]. If the server has the account in its cache, it answers
/// [AuthPacket.MoreData] with [#FAST_OK] and then OK. Otherwise it answers [#FULL_NEEDED], and the
/// client sends the password itself: zero-terminated as it is where nobody listens (TLS, Unix
/// socket), else it asks for the server's RSA key with [#KEY_REQUEST] and sends [#encrypted].
///
/// Source: MySQL 9.7 protocol manual, "Caching_sha2_password information";
/// `sql/auth/sha2_password.cc`.
public final class CachingSha2Password {
    public static final String NAME = "caching_sha2_password";

    public static final int KEY_REQUEST = 2;
    public static final int FAST_OK = 3;
    public static final int FULL_NEEDED = 4;

    private CachingSha2Password() {}

    /// `SHA256(password) XOR SHA256(SHA256(SHA256(password)) + nonce)`; empty for an empty
    /// password.
    ///
    /// @param password in UTF-8
    /// @param nonce 20 bytes
    public static byte[] scramble(byte[] password, byte[] nonce) {
        if (password.length == 0) {
            return new byte[0];
        }
        MessageDigest sha256 = Digests.of("SHA-256");
        byte[] once = sha256.digest(password);
        byte[] twice = sha256.digest(once);
        sha256.update(twice);
        return Digests.xor(once, sha256.digest(nonce));
    }

    /// The password with its final zero, as it is sent where nobody listens.
    public static byte[] clear(byte[] password) {
        return Arrays.copyOf(password, password.length + 1);
    }

    /// The zero-terminated password, XORed with the repeated nonce, encrypted with the server's RSA
    /// key: OAEP padding with SHA-1 and MGF1.
    ///
    /// @param keyPem the server's public key, PEM as the server sends it
    /// @param where names the server for the error message
    /// @throws CorruptDataException if the key is none
    public static byte[] encrypted(byte[] password, byte[] nonce, byte[] keyPem, String where) {
        byte[] masked = Digests.xor(clear(password), nonce);
        try {
            String base64 =
                    new String(keyPem, StandardCharsets.US_ASCII)
                            .replaceAll("-----[A-Z ]+-----", "")
                            .replaceAll("\\s", "");
            var spec = new X509EncodedKeySpec(Base64.getDecoder().decode(base64));
            Cipher cipher = Cipher.getInstance("RSA/ECB/OAEPWithSHA-1AndMGF1Padding");
            cipher.init(Cipher.ENCRYPT_MODE, KeyFactory.getInstance("RSA").generatePublic(spec));
            return cipher.doFinal(masked);
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new CorruptDataException(
                    Problem.of(WireError.PROTOCOL_UNEXPECTED)
                            .what(
                                    "the server's RSA key cannot be used for a password of %d bytes",
                                    password.length)
                            .where("%s", where)
                            .remedy(
                                    "Connect with TLS, or check caching_sha2_password_public_key_path on the server."),
                    e);
        }
    }
}
