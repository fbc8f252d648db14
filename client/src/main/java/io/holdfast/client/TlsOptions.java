package io.holdfast.client;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// How to do TLS with a server.
///
/// @param mode what has to be guaranteed
/// @param ca PEM file of the trusted authorities; null for those the system trusts. Only the two
///   verifying modes look at it
/// @param certificate PEM file of the client's own certificate chain, null for none
/// @param key PEM file of the certificate's private key, unencrypted PKCS #8 or PKCS #1; null for
///   none
public record TlsOptions(
        TlsMode mode, @Nullable Path ca, @Nullable Path certificate, @Nullable Path key) {
    public static final TlsOptions DISABLED = of(TlsMode.DISABLED);
    public static final TlsOptions ENCRYPT_ONLY = of(TlsMode.ENCRYPT_ONLY);

    public static TlsOptions of(TlsMode mode) {
        return new TlsOptions(mode, null, null, null);
    }

    public TlsOptions withCa(Path file) {
        return new TlsOptions(mode, file, certificate, key);
    }

    public TlsOptions withClientCertificate(Path certificateFile, Path keyFile) {
        return new TlsOptions(mode, ca, certificateFile, keyFile);
    }

    /// What holds where nothing was said: nobody can listen to a Unix socket, so it needs no TLS;
    /// TCP is encrypted. Servers make themselves a certificate at their first start, so this works
    /// with a server as it is installed; verifying such a certificate needs its authority's file,
    /// which only the user can name.
    static TlsOptions defaultFor(ServerAddress address) {
        return switch (address) {
            case ServerAddress.UnixSocket _ -> DISABLED;
            case ServerAddress.Tcp _ -> ENCRYPT_ONLY;
        };
    }
}
