package io.holdfast.cli;

import io.holdfast.cli.config.ServerEntry;
import io.holdfast.client.ConnectOptions;
import io.holdfast.client.OptionFiles;
import io.holdfast.client.Secret;
import io.holdfast.client.ServerAddress;
import io.holdfast.client.TlsMode;
import io.holdfast.client.TlsOptions;
import io.holdfast.core.Problem;
import io.holdfast.core.UsageException;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// How to connect to a server: what the configuration or the URL says, then the option files, then
/// what the mysql client would assume.
final class Connecting {
    /// Where most packages put it.
    private static final Path SOCKET_DEFAULT = Path.of("/var/run/mysqld/mysqld.sock");

    private final ServerEntry entry;
    private final OptionFiles files;

    private Connecting(ServerEntry entry, OptionFiles files) {
        this.entry = entry;
        this.files = files;
    }

    /// Everything that a session needs.
    ///
    /// @throws UsageException if an option file cannot be read or an option has no such value
    static ConnectOptions to(ServerEntry entry, Map<String, String> environment) {
        Path named = entry.defaultsFile();
        OptionFiles files =
                named != null
                        ? OptionFiles.only(named)
                        : OptionFiles.usual(environment, Path.of(System.getProperty("user.home")));
        return new Connecting(entry, files).options(environment);
    }

    private ConnectOptions options(Map<String, String> environment) {
        String user = first(entry.user(), option("user"), environment.get("USER"), "root");
        String password = first(entry.password(), option("password"), "");
        ConnectOptions options = ConnectOptions.of(address(), user, Secret.of(password));
        String mode = first(entry.tls(), tlsMode(option("ssl-mode")), "");
        String ca = entry.tlsCa() == null ? option("ssl-ca") : entry.tlsCa().toString();
        TlsOptions tls = mode.isEmpty() ? options.tls() : TlsOptions.of(mode(mode));
        return options.withTls(ca == null ? tls : tls.withCa(Path.of(ca)));
    }

    private ServerAddress address() {
        String host = first(entry.host(), option("host"), "");
        String port = first(entry.port() > 0 ? "" + entry.port() : null, option("port"), "");
        String socket =
                first(
                        entry.socket() == null ? null : entry.socket().toString(),
                        entry.host() == null ? option("socket") : null,
                        "");
        if (!socket.isEmpty() && (host.isEmpty() || host.equals("localhost"))) {
            return new ServerAddress.UnixSocket(Path.of(socket));
        }
        if (host.isEmpty() && port.isEmpty()) {
            return new ServerAddress.UnixSocket(SOCKET_DEFAULT);
        }
        return new ServerAddress.Tcp(
                host.isEmpty() ? "127.0.0.1" : host,
                port.isEmpty() ? ServerAddress.PORT_DEFAULT : Integer.parseInt(port));
    }

    private @Nullable String option(String name) {
        return files.find(name).map(OptionFiles.Entry::value).orElse(null);
    }

    /// The mysql client's word for a mode, as ours.
    private static @Nullable String tlsMode(@Nullable String sslMode) {
        return switch (sslMode) {
            case null -> null;
            case "DISABLED" -> "disabled";
            case "VERIFY_CA" -> "verify-ca";
            case "VERIFY_IDENTITY" -> "verify-identity";
            default -> "encrypt-only";
        };
    }

    private static TlsMode mode(String text) {
        for (TlsMode mode : TlsMode.values()) {
            if (mode.text().equals(text)) {
                return mode;
            }
        }
        throw new UsageException(
                Problem.of(CliError.ARGUMENTS_NOT_UNDERSTOOD)
                        .what("`%s` is no TLS mode", text)
                        .where("the configuration")
                        .remedy("Write disabled, encrypt-only, verify-ca or verify-identity."));
    }

    private static String first(@Nullable String... candidates) {
        for (String candidate : candidates) {
            if (candidate != null) {
                return candidate;
            }
        }
        return "";
    }
}
