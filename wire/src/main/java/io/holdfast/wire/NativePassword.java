package io.holdfast.wire;

import java.security.MessageDigest;

/// The method `mysql_native_password`: the client proves that it knows SHA-1 of the password.
///
/// Servers from 9.0 on no longer have it, so it is tested here against computed values only, not
/// against a server. Source: MySQL 8.4 `sql/auth/password.cc`, `scramble`.
public final class NativePassword {
    public static final String NAME = "mysql_native_password";

    private NativePassword() {}

    /// `SHA1(password) XOR SHA1(nonce + SHA1(SHA1(password)))`; empty for an empty password.
    ///
    /// @param password in UTF-8
    /// @param nonce 20 bytes
    public static byte[] scramble(byte[] password, byte[] nonce) {
        if (password.length == 0) {
            return new byte[0];
        }
        MessageDigest sha1 = Digests.of("SHA-1");
        byte[] once = sha1.digest(password);
        byte[] twice = sha1.digest(once);
        sha1.update(nonce);
        return Digests.xor(once, sha1.digest(twice));
    }
}
