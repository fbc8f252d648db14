package io.holdfast.cli.config;

import io.holdfast.core.Problem;
import io.holdfast.core.UsageException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// How to reach a server, as far as the configuration or a URL says; what is null comes from the
/// option file or is the client's default.
///
/// @param name for messages
/// @param port 0 if not said
/// @param password never printed
/// @param tls `disabled`, `encrypt-only`, `verify-ca` or `verify-identity`
public record ServerEntry(
        String name,
        @Nullable String host,
        int port,
        @Nullable Path socket,
        @Nullable String user,
        @Nullable String password,
        @Nullable Path defaultsFile,
        @Nullable String tls,
        @Nullable Path tlsCa) {

    /// A server that an option file describes.
    public static ServerEntry ofOptionFile(String name, Path file) {
        return new ServerEntry(name, null, 0, null, null, null, file, null, null);
    }

    /// Reads `mysql://user@host:port` or `unix:/path/to/socket`.
    ///
    /// @throws UsageException if it is of neither form or holds a password
    public static ServerEntry ofUrl(String url) {
        if (url.startsWith("unix:/")) {
            Path socket = Path.of(url.substring("unix:".length()));
            return new ServerEntry(url, null, 0, socket, null, null, null, null, null);
        }
        try {
            var parsed = new URI(url);
            String user = parsed.getUserInfo();
            if (user != null && user.contains(":")) {
                // The URL is not repeated: it holds the password.
                throw malformed("the URL of the server holds a password");
            }
            if (!"mysql".equals(parsed.getScheme()) || parsed.getHost() == null) {
                throw malformed("`" + url + "` is not the URL of a server");
            }
            return new ServerEntry(
                    parsed.getHost(),
                    parsed.getHost(),
                    Math.max(0, parsed.getPort()),
                    null,
                    user,
                    null,
                    null,
                    null,
                    null);
        } catch (URISyntaxException _) {
            throw malformed("the URL of the server is malformed");
        }
    }

    private static UsageException malformed(String what) {
        return new UsageException(
                Problem.of(ConfigurationError.SERVER_URL_MALFORMED)
                        .what("%s", what)
                        .where("--server")
                        .remedy(
                                "Write mysql://user@host:port or unix:/path/to/socket, and the password into an option"
                                        + " file for --defaults-file."));
    }

    /// The same with this option file instead of its own.
    public ServerEntry withDefaultsFile(Path file) {
        return new ServerEntry(name, host, port, socket, user, password, file, tls, tlsCa);
    }

    /// Everything but the password.
    @Override
    public String toString() {
        return "server " + name;
    }
}
