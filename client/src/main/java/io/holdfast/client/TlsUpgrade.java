package io.holdfast.client;

import io.holdfast.core.Problem;
import io.holdfast.core.RefusedException;
import io.holdfast.core.UsageException;
import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.util.List;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/// Puts TLS around a connection in the middle of the handshake, as strictly as the mode says.
final class TlsUpgrade {
    private TlsUpgrade() {}

    /// Shakes hands and continues inside TLS.
    ///
    /// @throws RefusedException if the certificate is not what the mode asks for, or the two sides
    ///   have no version or cipher in common; the connection is closed
    /// @throws UsageException if a certificate or key file cannot be read
    static void perform(Transport transport, ConnectOptions options) {
        TlsOptions tls = options.tls();
        String host =
                switch (options.address()) {
                    case ServerAddress.Tcp(String name, _) -> name;
                    case ServerAddress.UnixSocket _ -> "localhost";
                };
        SSLContext context = context(tls);
        try {
            Socket raw = transport.socket();
            var socket =
                    (SSLSocket)
                            context.getSocketFactory().createSocket(raw, host, raw.getPort(), true);
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setProtocols(new String[] {"TLSv1.3", "TLSv1.2"});
            if (tls.mode() == TlsMode.VERIFY_IDENTITY) {
                // The JDK's own check of host names and addresses against the certificate.
                parameters.setEndpointIdentificationAlgorithm("HTTPS");
            }
            if (!isLiteralAddress(host)) {
                parameters.setServerNames(List.of(new SNIHostName(host)));
            }
            socket.setSSLParameters(parameters);
            socket.startHandshake();
            transport.continueIn(socket);
        } catch (SSLException e) {
            transport.close();
            throw new RefusedException(
                    Problem.of(ClientError.TLS_FAILED)
                            .what(
                                    "the TLS handshake ended without trust (mode %s): %s",
                                    tls.mode().text(), innermost(e))
                            .where("server %s", options.address())
                            .remedy(
                                    "Check ssl-ca and the certificate's names, or choose the ssl-mode that fits this server."),
                    e);
        } catch (IOException e) {
            throw transport.failure(e);
        }
    }

    private static SSLContext context(TlsOptions tls) {
        try {
            return TlsContext.of(tls);
        } catch (GeneralSecurityException | IOException e) {
            throw new UsageException(
                    Problem.of(ClientError.TLS_FILE_UNREADABLE)
                            .what(
                                    "a certificate or key cannot be used: %s (%s)",
                                    innermost(e), e.getClass().getSimpleName())
                            .where("the files of ssl-ca, ssl-cert and ssl-key")
                            .remedy("Check that they exist and are PEM."),
                    e);
        }
    }

    private static boolean isLiteralAddress(String host) {
        return host.indexOf(':') >= 0 || host.matches("[0-9.]+") || host.indexOf('.') < 0;
    }

    private static String innermost(Throwable e) {
        Throwable cause = e;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
    }
}
